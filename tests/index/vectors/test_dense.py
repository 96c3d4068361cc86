from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.vectors.dense import NOBODYS, DenseView
from index.vectors.neighbours import APPROXIMATE_FROM, approximate, neighbours

PLAYBOOKS = 12
WIDTH = 24


def _rows(count: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors in clumps, one for each playbook, and their owners."""
    random = np.random.default_rng(seed)
    owners = random.integers(PLAYBOOKS, size=count)
    clumps = random.normal(size=(PLAYBOOKS, WIDTH))
    vectors = 2 + clumps[owners] + random.normal(size=(count, WIDTH))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), owners


def _views(count: int, folder: Path | None = None, seed: int = 7) -> tuple[DenseView, DenseView, np.ndarray]:
    vectors, owners = _rows(count, seed)
    exact = DenseView(vectors, owners, PLAYBOOKS, approximate_from=count + 1)
    in_cells = DenseView(vectors, owners, PLAYBOOKS, folder, approximate_from=1)
    assert (exact.is_approximate, in_cells.is_approximate) == (False, True)
    return exact, in_cells, vectors


def _three_nearest(vectors: np.ndarray, owners: np.ndarray, query: np.ndarray) -> np.ndarray:
    """The score written out: for each playbook the mean cosine of its three nearest rows, the mean taken away."""
    centred = vectors - vectors.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    moved = query - vectors.mean(axis=0)
    cosines = centred @ (moved / np.linalg.norm(moved))
    return np.array([np.sort(cosines[owners == playbook])[-3:].mean() for playbook in range(PLAYBOOKS)])


def test_a_score_is_the_mean_cosine_of_the_three_nearest_texts() -> None:
    vectors, owners = _rows(400)
    view = DenseView(vectors, owners, PLAYBOOKS)
    for query in vectors[:20]:
        assert np.allclose(view.search(query).scores, _three_nearest(vectors, owners, query), atol=1e-5)


def test_the_rows_found_are_the_playbooks_own_nearest_first() -> None:
    vectors, owners = _rows(400)
    found = DenseView(vectors, owners, PLAYBOOKS).search(vectors[5])
    assert found.rows[owners[5]][0] == 5
    for playbook, rows in enumerate(found.rows):
        assert len(rows) == 3
        assert set(owners[list(rows)]) == {playbook}


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1_000), count=st.integers(60, 3_000))
def test_a_playbook_out_of_sight_is_never_scored_higher_than_an_exact_search_would(seed: int, count: int) -> None:
    exact, in_cells, vectors = _views(count, seed=seed)
    for query in vectors[:10]:
        assert (in_cells.search(query).scores <= exact.search(query).scores + 1e-5).all()


def test_the_best_playbook_of_an_approximate_search_is_the_exact_ones() -> None:
    exact, in_cells, vectors = _views(30_000)
    queries = vectors[::300]
    same = [exact.search(query).scores.argmax() == in_cells.search(query).scores.argmax() for query in queries]
    assert np.mean(same) >= 0.98


def test_nine_of_ten_nearest_rows_are_found_at_least() -> None:
    exact, in_cells, vectors = _views(30_000)
    hits = [
        len({*exact.nearest(query, 10)[1].tolist()} & {*in_cells.nearest(query, 10)[1].tolist()})
        for query in vectors[::300]
    ]
    assert np.mean(hits) >= 9


def test_the_nearest_texts_of_one_playbook_are_exact_in_both() -> None:
    exact, in_cells, vectors = _views(3_000)
    for query in vectors[:30]:
        for playbook in range(PLAYBOOKS):
            cosines, rows = exact.nearest_of(playbook, query, 4)
            assert in_cells.nearest_of(playbook, query, 4)[1].tolist() == rows.tolist()
            assert np.allclose(cosines[:3].mean(), exact.search(query).scores[playbook], atol=1e-5)


def test_a_playbook_of_one_text_is_scored_by_it_and_one_of_none_gets_nothing() -> None:
    vectors, owners = _rows(200)
    owners[:] = 0
    owners[9] = 1
    view = DenseView(vectors, owners, 3)
    found = view.search(vectors[9])
    assert found.scores[1] == pytest.approx(1, abs=1e-5)
    assert (found.rows[1], found.rows[2], found.scores[2]) == ((9,), (), -1)
    assert len(view.nearest_of(2, vectors[9], 3)[1]) == 0


def test_a_text_that_belongs_to_no_playbook_is_a_neighbour_but_counts_for_none() -> None:
    vectors, owners = _rows(200)
    owners[5] = NOBODYS
    view = DenseView(vectors, owners, PLAYBOOKS)
    assert view.nearest(vectors[5], 1)[1].tolist() == [5]
    assert 5 not in {row for rows in view.search(vectors[5]).rows for row in rows}


def test_more_neighbours_than_rows_are_all_rows() -> None:
    exact, in_cells, vectors = _views(40)
    for view in (exact, in_cells):
        cosines, rows = view.nearest(vectors[0], 1_000)
        assert (len(cosines), sorted(rows)) == (40, list(range(40)))
        assert (np.diff(cosines) <= 0).all()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_handful_of_rows_can_be_searched_either_way(count: int) -> None:
    exact, in_cells, vectors = _views(count)
    assert len(exact.nearest(vectors[0], 10)[1]) == len(in_cells.nearest(vectors[0], 10)[1]) == count


def test_few_rows_are_searched_exactly_and_many_are_not() -> None:
    vectors = np.eye(2, dtype=np.float32)[np.zeros(APPROXIMATE_FROM, dtype=int)]
    assert not neighbours(vectors[1:], None).is_approximate
    assert neighbours(vectors, None).is_approximate


def test_the_same_rows_give_the_same_cells(tmp_path: Path) -> None:
    vectors, _ = _rows(2_000)
    for name in ("a", "b"):
        approximate(vectors, tmp_path / name)
    (one,), (other,) = ((tmp_path / name).glob("cells-*.kept") for name in ("a", "b"))
    assert (one.name, one.read_bytes()) == (other.name, other.read_bytes())


class _Training(Exception):
    """Cells were looked for."""


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise _Training

    monkeypatch.setattr("index.vectors.neighbours._partition", refuse)


def test_a_second_start_finds_the_cells_on_disk(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    _, first, vectors = _views(2_000, tmp_path)
    request.getfixturevalue("no_training")
    _, second, _ = _views(2_000, tmp_path)
    for query in vectors[:50]:
        assert first.nearest(query, 10)[1].tolist() == second.nearest(query, 10)[1].tolist()


def test_cells_of_other_rows_or_damaged_ones_are_not_used(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    _views(2_000, tmp_path)
    request.getfixturevalue("no_training")
    with pytest.raises(_Training):
        _views(2_001, tmp_path)
    (path,) = tmp_path.glob("cells-*.kept")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(_Training):
        _views(2_000, tmp_path)


def test_only_the_newest_cells_are_kept(tmp_path: Path) -> None:
    for count in (500, 501, 502):
        _views(count, tmp_path)
    assert len(list(tmp_path.glob("cells-*.kept"))) == 1


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    _views(500, tmp_path / "file" / "folder")


def test_several_threads_get_the_answers_that_one_gets() -> None:
    _, view, vectors = _views(3_000)
    alone = [view.search(query).scores for query in vectors[:200]]
    found: list[list[np.ndarray]] = []
    threads = [
        threading.Thread(target=lambda: found.append([view.search(query).scores for query in vectors[:200]]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(np.array_equal(one, other) for scores in found for one, other in zip(scores, alone, strict=True))
