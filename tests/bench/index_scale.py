"""The index at 100,000 examples: start, edit, search on one core, and what an approximate search misses.

Run by hand, from the root of the repository:  python -m tests.bench.index_scale   (under two minutes)

No province has 100,000 examples yet, so they are made, twice:

- *like e5*: copies of the real texts' vectors (all examples of the playbooks), each moved along the difference of two
  others and a little at random, so that they lie as e5's vectors lie; asked with real texts and moved copies of them;
- *random*: directions without any order, the worst that can be asked of an approximate index; nothing real is like it.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from index import OFFLINE, PlaybookProfile, load_encoder, passage
from index.vectors.dense import DenseView
from index.vectors.store import vectors_of
from tests.bench.index_speed import _status
from tests.index.material import MODEL_CACHE, evaluation_texts, profiles

T = TypeVar("T")
Vectors = npt.NDArray[np.float32]

ROWS = 100_000
WIDTH = 384
PLAYBOOKS = 32
REAL_TEXTS = 1_000
QUERIES = 300
_TICK = 0.002


class Made:
    """An encoder that takes no time: the vector of the text `n` is row n."""

    name = "made"
    dimension = WIDTH

    def __init__(self, rows: Vectors) -> None:
        self.rows = rows

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self.rows[[int(text) % len(self.rows) for text in texts]]


def main() -> None:
    random = np.random.default_rng(20_261_126)
    like_e5, queries = _like_e5(random)
    directions = _unit(random.normal(size=(ROWS + QUERIES, WIDTH)))
    with tempfile.TemporaryDirectory() as folder:
        _start(like_e5, Path(folder))
        _search("like e5", like_e5, queries, _owners(like_e5), Path(folder))
        _search("random", directions[:ROWS], directions[ROWS:], np.arange(ROWS) % PLAYBOOKS, Path(folder))
    _threshold(like_e5, queries)
    print(f"resident at most {_status('VmHWM')} MB, with all of this bench's own copies")


def _start(rows: Vectors, folder: Path) -> None:
    """What the vectors of so many texts cost, encoding apart."""
    texts = [str(number) for number in range(ROWS)]
    encoder = Made(rows)
    print(f"{ROWS:,} texts, {WIDTH} numbers each")
    _timed("  first build, without encoding", lambda: vectors_of(texts, encoder, folder))
    _timed("  start: vectors", lambda: vectors_of(texts, encoder, folder))
    edited = [*texts[:-1], str(ROWS)]
    _timed("  one text edited: vectors", lambda: vectors_of(edited, encoder, folder))
    on_disk = sum(path.stat().st_size for path in folder.rglob("*.kept")) / 1e6
    print(f"  on disk {on_disk:.0f} MB")
    gap = asyncio.run(_worst_gap(lambda: vectors_of(texts, encoder, folder)))
    idle = asyncio.run(_worst_gap(lambda: time.sleep(1)))
    print(f"  the event loop was late by {gap:.1f} ms at most while a thread read them, {idle:.1f} ms while one slept")


def _search(name: str, rows: Vectors, queries: Vectors, owners: npt.NDArray[np.int64], folder: Path) -> None:
    print(f"\n{name}")
    view = _timed("  cells found anew", lambda: DenseView(rows, owners, PLAYBOOKS, folder))
    _timed("  cells from disk", lambda: DenseView(rows, owners, PLAYBOOKS, folder))
    gap = asyncio.run(_worst_gap(lambda: DenseView(rows, owners, PLAYBOOKS, folder)))
    print(f"  the event loop was late by {gap:.1f} ms at most while a thread did that")
    exact = DenseView(rows, owners, PLAYBOOKS, approximate_from=ROWS + 1)
    _each("  scores of all playbooks", view.search, queries)
    _each("  ten nearest rows", lambda query: view.nearest(query, 10), queries)
    _each("  three nearest of one playbook", lambda query: view.nearest_of(7, query, 3), queries)
    _each("  exact: scores", exact.search, queries[:60])
    recall = [_shared(view.nearest(query, 10)[1], exact.nearest(query, 10)[1]) for query in queries]
    print(f"  recall@10 against exact {np.mean(recall):.4f} (worst of {len(queries)} queries {min(recall):.1f})")
    same = [view.search(query).scores.argmax() == exact.search(query).scores.argmax() for query in queries[:100]]
    print(f"  best playbook as in the exact search {np.mean(same):.3f} of {len(same)} queries")


def _threshold(rows: Vectors, queries: Vectors) -> None:
    """Where exact search stops being quick enough."""
    print("\nexact search by number of rows (scores of all playbooks)")
    for count in (1_000, 5_000, 10_000, 20_000, 40_000):
        exact = DenseView(rows[:count], _owners(rows)[:count], PLAYBOOKS, approximate_from=ROWS)
        _each(f"  {count:,}", exact.search, queries[:100])


def _like_e5(random: np.random.Generator) -> tuple[Vectors, Vectors]:
    """Rows and queries that lie as e5's vectors of alerts do."""
    encoder = load_encoder(OFFLINE, MODEL_CACHE)
    written = [passage(text, "", "") for profile in profiles() for text in _texts(profile)]
    written = written[:: max(1, len(written) // REAL_TEXTS)]
    asked = [item.text for item in evaluation_texts()]
    real, _ = vectors_of(written, encoder, MODEL_CACHE / "bench")
    questions, _ = vectors_of([*written, *asked], encoder, MODEL_CACHE / "bench")
    questions = questions[len(written) :]

    def moved(around: Vectors, count: int) -> Vectors:
        one, other = (real[random.integers(len(real), size=count)] for _ in range(2))
        noise = random.normal(scale=0.045 / np.sqrt(WIDTH), size=(count, WIDTH))
        return _unit(around[random.integers(len(around), size=count)] + 0.3 * (one - other) + noise)

    print(f"made from {len(real)} real texts, asked with {len(questions)} others and moved copies of these")
    return moved(real, ROWS), np.concatenate([questions, moved(questions, QUERIES - len(questions))])


def _texts(profile: PlaybookProfile) -> list[str]:
    return [profile.scope_vi, profile.scope_en, *profile.examples]


def _owners(rows: Vectors) -> npt.NDArray[np.int64]:
    """Playbooks that own regions, as real ones do: the nearest of so many rows."""
    centred = rows - rows.mean(axis=0)
    owners: npt.NDArray[np.int64] = (centred @ centred[:PLAYBOOKS].T).argmax(axis=1)
    return owners


def _unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    return np.ascontiguousarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _shared(found: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> float:
    return len({*found.tolist()} & {*right.tolist()}) / len(right)


def _timed(name: str, act: Callable[[], T]) -> T:
    started = time.perf_counter()
    result = act()
    print(f"{name:34} {time.perf_counter() - started:6.2f} s")
    return result


def _each(name: str, act: Callable[[npt.NDArray[np.float32]], object], queries: Vectors) -> None:
    act(queries[0])
    took, of_own = [], []
    for query in queries:
        started, own = time.perf_counter(), time.thread_time()
        act(query)
        took.append((time.perf_counter() - started) * 1_000)
        of_own.append((time.thread_time() - own) * 1_000)
    print(
        f"{name:34} {statistics.median(took):6.2f} ms median ({statistics.median(of_own):.2f} ms of it computing), "
        f"{np.percentile(took, 95):.2f} ms for 95 of 100"
    )


async def _worst_gap(act: Callable[[], object]) -> float:
    """By how many milliseconds the event loop was late at most, asked every two, while a thread acted."""
    working = asyncio.create_task(asyncio.to_thread(act))
    worst, before = 0.0, time.perf_counter()
    while not working.done():
        await asyncio.sleep(_TICK)
        now = time.perf_counter()
        worst, before = max(worst, now - before - _TICK), now
    return worst * 1_000


if __name__ == "__main__":
    main()
