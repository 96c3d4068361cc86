"""What every encoder does around its network: odd texts made encodable, small batches, recent texts remembered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnusable

Vectors = npt.NDArray[np.float32]

Forward = Callable[[list[str]], Vectors]
"""A loaded network: n texts, without lone surrogates, to float32 (n, dimension), each row of length 1."""

_MAX_CHARACTERS: Final = 4_000  # more than 512 tokens of any text; spares the tokenizer the rest of a long one
_BATCH: Final = 4  # texts encoded under one hold of the lock: a query never waits behind a whole index
_REMEMBERED: Final = 512


class RememberingEncoder:
    """An `Encoder` over one loaded network. Safe to call from several threads; identical texts are encoded once."""

    def __init__(self, forward: Forward, name: str) -> None:
        """Take over a loaded network.

        Raises:
            ModelUnusable: it does not give one finite vector a text.
        """
        self.name = name
        self._forward = forward
        self._lock = threading.Lock()
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        probe = self._forward(["thử"])
        if probe.ndim != 2 or not np.isfinite(probe).all() or not probe.any():
            raise ModelUnusable(f"{name}: the model gives no usable vector for a text; set index.model to another one")
        self.dimension = int(probe.shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, dimension), L2-normalised; texts beyond the model's longest input are cut."""
        prepared = [_encodable(text) for text in texts]
        found: dict[str, Vectors] = {}
        with self._lock:
            for text in prepared:
                if text in self._remembered:
                    self._remembered.move_to_end(text)
                    found[text] = self._remembered[text]
        missing = sorted({text for text in prepared if text not in found}, key=len)  # alike in length: little padding
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            with self._lock:
                vectors = self._forward(batch)
                for text, vector in zip(batch, vectors, strict=True):
                    found[text] = self._remembered[text] = vector
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        if not prepared:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([found[text] for text in prepared])


def _encodable(text: str) -> str:
    """Cut, and without lone surrogates, which UTF-8 and so the tokenizer cannot carry."""
    return text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
