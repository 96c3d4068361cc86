"""Vectors kept in a file: texts are encoded once, whatever asks for them, in whichever run or program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from index import Encoder
from index.encoding.encoder import Vectors

_AT_ONCE: Final = 64


class KeptVectors:
    """An encoder that remembers all that another one said; `save` writes it down for the next run.

    The file is an .npz of `model` (the encoder's name), `texts` (strings) and `vectors` (float32, a row a text); numpy
    alone can read it. A file of another model counts as absent.
    """

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.path = path
        self._encoder = encoder
        self._known: dict[str, np.ndarray] = {}
        if path.is_file():
            with np.load(path) as kept:
                if str(kept["model"]) == self.name:
                    self._known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))

    def encode(self, texts: Sequence[str]) -> Vectors:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        for start in range(0, len(missing), _AT_ONCE):
            batch = missing[start : start + _AT_ONCE]
            self._known.update(zip(batch, self._encoder.encode(batch), strict=True))
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([self._known[text] for text in texts])

    def missing(self, texts: Sequence[str]) -> int:
        """How many of the texts have yet to be encoded."""
        return len({text for text in texts if text not in self._known})

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        texts = list(self._known)
        with self.path.open("wb") as file:
            np.savez(file, model=np.array(self.name), texts=np.array(texts), vectors=self.encode(texts))
