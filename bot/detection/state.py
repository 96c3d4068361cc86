"""The state of many topics as one matrix of 32-bit floats: a row a field, a column a topic."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Array = np.ndarray[Any, np.dtype[np.float32]]
_MAGIC: Final = b"KENGDET1"


class StateError(ValueError):
    """The bytes are no state, or that of another version or layout."""


class Fields:
    """Names for the rows of a state matrix: one row, or a block of rows, a name."""

    def __init__(self, layout: Sequence[tuple[str, int]]) -> None:
        self.layout = tuple(layout)
        self._at: dict[str, slice] = {}
        row = 0
        for name, rows in layout:
            self._at[name] = slice(row, row + rows)
            row += rows
        self.rows = row

    def empty(self, topics: int) -> Array:
        """A state of zeros."""
        return np.zeros((self.rows, topics), dtype=np.float32)

    def views(self, matrix: Array) -> dict[str, Array]:
        """A view a name: shape (topics,) for a single row, (rows, topics) for a block."""
        rows = dict(self.layout)
        return {name: matrix[at.start] if rows[name] == 1 else matrix[at] for name, at in self._at.items()}


BATCH: Final = 8192
"""So many topics are judged at a time: their state and the working arrays stay in a processor's cache."""


def batches(topics: int) -> list[slice]:
    """The topics of each batch; one, though empty, where there is none."""
    return [slice(at, at + BATCH) for at in range(0, max(1, topics), BATCH)]


T = TypeVar("T", bound="DataclassInstance")


def joined(parts: Sequence[T]) -> T:
    """Answers of batches, dataclasses of arrays, as one."""
    if len(parts) == 1:
        return parts[0]
    return type(parts[0])(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(parts[0])))


def pack(header: dict[str, Any], matrix: Array) -> bytes:
    """Exactly the state: the same bytes come from the same state, on any machine (little endian)."""
    head = json.dumps({**header, "shape": list(matrix.shape)}, sort_keys=True, separators=(",", ":")).encode()
    body = matrix.astype("<f4", copy=False).tobytes()
    checked = len(head).to_bytes(4, "little") + head + body
    return _MAGIC + zlib.crc32(checked).to_bytes(4, "little") + checked


def unpack(data: bytes) -> tuple[dict[str, Any], Array]:
    """The header and the state.

    Raises:
        StateError: damaged, cut short or not from here.
    """
    if data[:8] != _MAGIC or len(data) < 16 or zlib.crc32(data[12:]) != int.from_bytes(data[8:12], "little"):
        raise StateError("not a state of the detector, or damaged")
    size = int.from_bytes(data[12:16], "little")
    header = json.loads(data[16 : 16 + size])
    rows, topics = header.pop("shape")
    matrix = np.frombuffer(data, dtype="<f4", offset=16 + size).reshape(rows, topics).astype(np.float32)
    return header, matrix
