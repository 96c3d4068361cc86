"""Vectors on disk, in pieces, so that only new texts are encoded and a kill loses no more than the last few.

    <folder>/<model>/vectors-<hash>.kept     a piece: keys (the SHA-256 of each text), then their vectors, float32

A piece is written for every 512 texts encoded and for what an edit adds, and stands for itself: reading the folder is
reading its pieces. Once they are many, or hold more texts that went than texts that stayed, they are written anew as
few large ones, and only then are the old ones removed. Vectors of another model lie in a folder of their own, so that
trying one out costs the model in use nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from index.encoding.encoder import Encoder, Vectors
from index.values import Progress, no_progress
from index.vectors import kept_file

_FORMAT: Final = 2
_KIND: Final = "vectors"
_KEY: Final = 32  # bytes of a SHA-256
_AT_ONCE: Final = 16  # texts between two calls of the progress callback
_CHECKPOINT: Final = 512  # texts that a kill may cost: about ten seconds of the offline model
_PIECES: Final = 16  # that many small ones may lie there after a build
_LARGEST: Final = 8_192  # rows: read one by one, large pieces neither double the memory nor hold up the event loop

Places = Mapping[bytes, int]
"""Where in the result the vector of a text belongs that has this key: the text's first place."""


def vectors_of(
    texts: Sequence[str], encoder: Encoder, folder: Path, progress: Progress = no_progress
) -> tuple[Vectors, int]:
    """The vectors of the texts, from the folder where it has them, else encoded and then kept there.

    A folder that cannot be written (a read-only image) costs time at the next start and is no error.

    Returns:
        float32 (n, dimension) in the order of the texts, and how many texts had to be encoded.
    """
    # A dictionary of numbers: with a list for each text, the garbage collector stops everything for half a second.
    places: dict[bytes, int] = {}
    first = np.array([places.setdefault(_key(text), position) for position, text in enumerate(texts)], np.int64)
    vectors = np.empty((len(texts), encoder.dimension), np.float32)
    shelf = _Shelf(folder / _folder_name(encoder), encoder)
    known = shelf.fill(vectors, places)
    missing = [key for key in places if key not in known]
    saved = 0
    for start in range(0, len(missing), _AT_ONCE):
        progress(start, len(missing), "playbooks")
        keys = missing[start : start + _AT_ONCE]
        new = [places[key] for key in keys]
        vectors[new] = encoder.encode([texts[place] for place in new])
        done = start + len(keys)
        if done - saved >= _CHECKPOINT or done == len(missing):
            shelf.add(missing[saved:done], vectors, places)
            saved = done
    if missing:
        progress(len(missing), len(missing), "playbooks")
    if len(shelf.pieces) > _PIECES + len(places) // _LARGEST or shelf.unwanted > len(places):
        shelf.merge(vectors, places)
    kept_file.remove_abandoned(shelf.folder)
    again = np.flatnonzero(first != np.arange(len(first)))
    vectors[again] = vectors[first[again]]
    return vectors, len(missing)


@dataclass
class _Shelf:
    """The pieces of one model: where they lie, and how many of their rows nobody asked for."""

    folder: Path
    encoder: Encoder
    pieces: list[Path] = field(default_factory=list)
    unwanted: int = 0

    def fill(self, vectors: Vectors, places: Places) -> set[bytes]:
        """Copy the vectors that the pieces have to their texts' first places; returns the keys that were found."""
        found: set[bytes] = set()
        self.pieces = kept_file.paths(self.folder, _KIND)
        for path in self.pieces:
            piece = kept_file.read(path)
            if piece is None:
                kept_file.remove([path])
                continue
            if any(piece.header.get(name) != value for name, value in self._header().items()):
                continue
            count = int(piece.header["rows"])
            rows = np.frombuffer(piece.body[count * _KEY :], np.float32).reshape(count, self.encoder.dimension)
            raw = bytes(piece.body[: count * _KEY])
            keys = [raw[start : start + _KEY] for start in range(0, len(raw), _KEY)]
            here = [row for row, key in enumerate(keys) if key in places and key not in found]
            vectors[[places[keys[row]] for row in here]] = rows[here]
            found.update(keys[row] for row in here)
            self.unwanted += count - len(here)
        return found

    def add(self, keys: Sequence[bytes], vectors: Vectors, places: Places) -> bool:
        """Keep these rows as one more piece; False where that was not possible."""
        rows = vectors[[places[key] for key in keys]].reshape(-1).view(np.uint8)
        header = {**self._header(), "rows": len(keys)}
        with suppress(OSError):
            self.pieces.append(kept_file.keep(self.folder, _KIND, header, [b"".join(keys), rows.data]))
            return True
        return False

    def merge(self, vectors: Vectors, places: Places) -> None:
        """Write everything wanted as few pieces, then remove the others."""
        stale, self.pieces = self.pieces, []
        keys = list(places)
        if all([self.add(keys[start : start + _LARGEST], vectors, places) for start in range(0, len(keys), _LARGEST)]):
            kept_file.remove(set(stale) - set(self.pieces))

    def _header(self) -> dict[str, str | int]:
        return {"format": _FORMAT, "model": self.encoder.name, "dimension": self.encoder.dimension}


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _folder_name(encoder: Encoder) -> str:
    return hashlib.sha256(f"{encoder.name}\n{encoder.dimension}".encode()).hexdigest()[:16]
