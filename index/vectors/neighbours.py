"""The rows nearest to a vector: all rows looked at while they are few, the likeliest cells of them once they are many.

Looking at every row takes 14 ms for 100,000 rows on one core and up to 1.9 ms for 10,000, so from there on FAISS sorts
them into about 3·√n cells (an inverted file, IVF) and a search looks into the 32 whose centres are nearest: below a
millisecond, and few of the nearest are missed (`python -m tests.bench.index_scale`; why IVF: docs/adr/0012).

FAISS computes on purpose, not numpy: two threads of numpy's matrix library on two busy cores wait 8 ms for each other.
"""

from __future__ import annotations

import hashlib
import math
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.encoding.encoder import Vectors
from index.vectors import kept_file

APPROXIMATE_FROM: Final = 10_000

_KIND: Final = "cells"
_PROBED: Final = 32
_TRAINED_ON: Final = 64  # rows a cell, of those to be sorted: more takes longer and finds no better cells
_ROUNDS: Final = 10
_SEED: Final = 1234

Found = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]
"""Cosines and rows, both of the same length, nearest first."""


class Neighbours:
    """Rows that may be searched, from several threads at once."""

    def __init__(self, index: Any, cells: int | None) -> None:
        """Take over a FAISS index; use `exact`, `approximate` or `neighbours`."""
        self._index = index
        self._cells = cells

    @property
    def is_approximate(self) -> bool:
        """Whether a search may miss a row."""
        return self._cells is not None

    def nearest(self, vector: npt.NDArray[np.float32], k: int) -> Found:
        """Up to k rows for a vector (d,) of length 1; fewer where fewer were looked at."""
        return self._search(vector, k, None, _PROBED)

    def nearest_among(self, vector: npt.NDArray[np.float32], k: int, members: npt.NDArray[np.uint8]) -> Found:
        """Up to k of the rows whose bits are set (`members_of`); exact however many rows there are."""
        faiss = _faiss()
        return self._search(vector, k, faiss.IDSelectorBitmap(members), self._cells or 0)

    def _search(self, vector: npt.NDArray[np.float32], k: int, selector: Any, probed: int) -> Found:
        faiss = _faiss()
        faiss.omp_set_num_threads(1)  # counts for the thread that calls, so it has to be said each time
        if self._cells is None:
            parameters = faiss.SearchParameters(sel=selector)
        else:
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=min(probed, self._cells))
        cosines, rows = self._index.search(vector[None, :], max(1, min(k, self._index.ntotal)), params=parameters)
        there = rows[0] >= 0
        return cosines[0][there], rows[0][there]


def members_of(rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """A mask over all rows as FAISS reads it."""
    return np.packbits(rows, bitorder="little")


def neighbours(vectors: Vectors, folder: Path | None, approximate_from: int = APPROXIMATE_FROM) -> Neighbours:
    """Make rows of length 1, float32 (n, d), searchable: exactly, or approximately when they are many."""
    return exact(vectors) if len(vectors) < approximate_from else approximate(vectors, folder)


def exact(vectors: Vectors) -> Neighbours:
    """Every row is looked at."""
    faiss = _faiss()
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return Neighbours(index, cells=None)


def approximate(vectors: Vectors, folder: Path | None) -> Neighbours:
    """Rows in cells; which row is in which is read from the folder if it knows just these rows, else found anew.

    Finding it takes seconds at 100,000 rows. The same rows give the same cells on the same machine: the seed is fixed
    and one thread works.
    """
    faiss = _faiss()
    cells = min(len(vectors), round(3 * math.sqrt(len(vectors))))
    wanted = {"of": _name(vectors, cells)}
    partition = _read(folder, wanted, vectors.shape[1]) if folder else None
    if partition is None:
        partition = _partition(vectors, cells)
        if folder:
            with suppress(OSError):  # as with vectors: a folder that cannot be written costs time at the next start
                _keep(folder, wanted, partition)
    coarse = faiss.IndexFlatIP(vectors.shape[1])
    coarse.add(partition.centres)
    index = faiss.IndexIVFFlat(coarse, vectors.shape[1], cells, faiss.METRIC_INNER_PRODUCT)
    index.train(partition.centres)  # finds the centres in place and learns nothing
    index.add_core(len(vectors), faiss.swig_ptr(vectors), None, faiss.swig_ptr(partition.cell_of))
    return Neighbours(index, cells)


@dataclass(frozen=True)
class _Partition:
    """Centres, float32 (cells, d) of length 1, and for each row the cell it is in, int64 (n,)."""

    centres: Vectors
    cell_of: npt.NDArray[np.int64]


def _partition(vectors: Vectors, cells: int) -> _Partition:
    """Spherical k-means over a sample of the rows, then each row to its nearest centre."""
    faiss = _faiss()
    faiss.omp_set_num_threads(1)
    means = faiss.Kmeans(
        vectors.shape[1],
        cells,
        niter=_ROUNDS,
        seed=_SEED,
        spherical=True,
        max_points_per_centroid=_TRAINED_ON,
        min_points_per_centroid=1,
    )
    means.train(vectors)
    _, nearest = means.index.search(vectors, 1)
    return _Partition(means.centroids, np.ascontiguousarray(nearest[:, 0]))


def _name(vectors: Vectors, cells: int) -> str:
    """What the cells depend on, in one hash."""
    digest = hashlib.sha256(vectors.reshape(-1).view(np.uint8).data)
    digest.update(f"{vectors.shape} {cells} {_TRAINED_ON} {_ROUNDS} {_SEED}".encode())
    return digest.hexdigest()


def _read(folder: Path, wanted: dict[str, str], dimension: int) -> _Partition | None:
    for path in kept_file.paths(folder, _KIND):
        file = kept_file.read(path)
        if file is not None and file.header["of"] == wanted["of"]:
            size = int(file.header["centres"]) * dimension * 4
            centres = np.frombuffer(file.body[:size], np.float32).reshape(-1, dimension)
            return _Partition(centres, np.frombuffer(file.body[size:], np.int32).astype(np.int64))
    return None


def _keep(folder: Path, wanted: dict[str, str], partition: _Partition) -> None:
    before = kept_file.paths(folder, _KIND)
    header = {**wanted, "centres": len(partition.centres)}
    parts = [partition.centres.tobytes(), partition.cell_of.astype(np.int32).tobytes()]
    path = kept_file.keep(folder, _KIND, header, parts)
    kept_file.remove(stale for stale in before if stale != path)
    kept_file.remove_abandoned(folder)


def _faiss() -> Any:
    """FAISS, loaded late; the types that it publishes do not know what its Python layer adds."""
    return import_module("faiss")
