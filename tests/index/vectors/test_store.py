from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from index.vectors.store import vectors_of
from tests.index.counting_encoder import CountingEncoder
from tests.index.material import REPOSITORY

TEXTS = ["nước máy có mùi", "cháy chợ", "sạt lở"]
CHECKPOINT = 512


def _encoded(texts: list[str], folder: Path, encoder: CountingEncoder | None = None) -> list[str]:
    """Which texts had to be encoded."""
    encoder = encoder or CountingEncoder()
    vectors, count = vectors_of(texts, encoder, folder)
    assert np.allclose(vectors, CountingEncoder(dimension=encoder.dimension).encode(texts))
    assert count == len(encoder.encoded)
    return encoder.encoded


def _pieces(folder: Path) -> list[Path]:
    return list(folder.glob("*/vectors-*.kept"))


def test_a_second_start_encodes_nothing(tmp_path: Path) -> None:
    assert _encoded(TEXTS, tmp_path) == TEXTS
    assert _encoded(TEXTS, tmp_path) == []


def test_only_what_changed_is_encoded(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    assert _encoded(["sạt lở", "đình công", "nước máy có mùi"], tmp_path) == ["đình công"]


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    _encoded([str(number) for number in range(100)], tmp_path)
    before = _pieces(tmp_path)
    _encoded([str(number) for number in range(1, 101)], tmp_path)
    (new,) = set(_pieces(tmp_path)) - set(before)
    assert new.stat().st_size < before[0].stat().st_size / 10


def test_an_edit_that_is_taken_back_costs_nothing(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    _encoded([*TEXTS[:2], "sạt lở đất"], tmp_path)
    assert _encoded(TEXTS, tmp_path) == []


def test_the_same_text_twice_is_encoded_once(tmp_path: Path) -> None:
    assert _encoded(["cháy chợ", "cháy chợ"], tmp_path) == ["cháy chợ"]


def test_texts_that_went_are_forgotten_once_they_outnumber_the_others(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    _encoded(TEXTS[:1], tmp_path)
    assert _encoded(TEXTS, tmp_path) == TEXTS[1:]


def test_no_text_at_all_is_no_error(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    assert vectors_of([], CountingEncoder(), tmp_path)[0].shape == (0, 32)


def test_many_small_edits_do_not_leave_many_files(tmp_path: Path) -> None:
    texts = [str(number) for number in range(100)]
    for edit in range(40):
        texts[edit] = f"edit {edit}"
        _encoded(texts, tmp_path)
    assert len(_pieces(tmp_path)) <= 16
    assert _encoded(texts, tmp_path) == []


def test_another_model_starts_afresh_and_leaves_the_first_one_alone(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    assert _encoded(TEXTS, tmp_path, CountingEncoder(name="other")) == TEXTS
    assert _encoded(TEXTS, tmp_path) == []


def test_another_width_starts_afresh(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    assert _encoded(TEXTS, tmp_path, CountingEncoder(dimension=16)) == TEXTS


def test_a_piece_of_another_model_in_this_ones_folder_is_not_used(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    (piece,) = _pieces(tmp_path)
    _encoded(TEXTS, tmp_path, CountingEncoder(name="other"))
    (other,) = set(_pieces(tmp_path)) - {piece}
    other.unlink()
    piece.rename(other.parent / piece.name)
    assert _encoded(TEXTS, tmp_path, CountingEncoder(name="other")) == TEXTS


@pytest.mark.parametrize("where", [0, 20, -1])
def test_one_changed_bit_makes_a_piece_void(tmp_path: Path, where: int) -> None:
    _encoded(TEXTS, tmp_path)
    (path,) = _pieces(tmp_path)
    content = bytearray(path.read_bytes())
    content[where] ^= 1
    path.write_bytes(content)
    assert _encoded(TEXTS, tmp_path) == TEXTS
    assert _encoded(TEXTS, tmp_path) == []


@pytest.mark.parametrize("length", [0, 1, 100])
def test_a_cut_piece_is_void(tmp_path: Path, length: int) -> None:
    _encoded(TEXTS, tmp_path)
    (path,) = _pieces(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    assert _encoded(TEXTS, tmp_path) == TEXTS


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert _encoded(TEXTS, tmp_path / "file" / "folder") == TEXTS


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _encoded(TEXTS, tmp_path)
    with monkeypatch.context() as patched:

        def fail(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        patched.setattr(os, "fsync", fail)
        assert _encoded([*TEXTS, "mới"], tmp_path) == ["mới"]
    assert _encoded(TEXTS, tmp_path) == []
    assert not list(tmp_path.rglob(".writing-*"))


def _encoded_after_kills(folder: Path, before: list[str], texts: list[str]) -> list[int]:
    """How many texts are encoded by the build after one that was killed, for every moment of it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.index.vectors.killed_builds", str(folder)],
        input=json.dumps({"before": before, "texts": texts}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stderr
    found: list[int] = json.loads(done.stdout)
    return found


def test_a_kill_in_a_first_build_loses_no_more_than_the_last_texts(tmp_path: Path) -> None:
    texts = [str(number) for number in range(2 * CHECKPOINT + 100)]
    again = _encoded_after_kills(tmp_path / "vectors", [], texts)
    assert sorted(set(again)) == [0, 100, 100 + CHECKPOINT, len(texts)]
    assert again == sorted(again, reverse=True)


def test_a_kill_while_pieces_are_merged_loses_nothing(tmp_path: Path) -> None:
    before = [str(number) for number in range(100)]
    again = _encoded_after_kills(tmp_path / "vectors", before, before[:40])
    assert len(again) > 4
    assert set(again) == {0}


def test_what_a_killed_build_left_half_written_is_removed_in_time(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    folder = _pieces(tmp_path)[0].parent
    old, new = folder / ".writing-old", folder / ".writing-new"
    old.touch()
    new.touch()
    os.utime(old, (time.time() - 4_000, time.time() - 4_000))
    _encoded(TEXTS, tmp_path)
    assert (old.exists(), new.exists()) == (False, True)


def test_progress_ends_at_the_end(tmp_path: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    vectors_of([str(number) for number in range(40)], CountingEncoder(), tmp_path, lambda *step: steps.append(step))
    assert steps[0][:2] == (0, 40)
    assert steps[-1][:2] == (40, 40)
