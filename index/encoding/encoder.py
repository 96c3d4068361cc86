"""Turning texts into vectors: the `Encoder` port, and the one way to get an implementation of it.

An engine runs a model's network; `remembering` puts around it what does not depend on the engine. Each engine is
imported when it is asked for: torch takes seconds and hundreds of megabytes, which the others do without.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from index.encoding.model_source import OFFLINE, find_model
from index.encoding.remembering import RememberingEncoder, Vectors
from index.errors import ModelUnusable
from index.values import Engine, Progress, no_progress

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
    engine: Engine = "torch",
    dimension: int | None = None,
) -> RememberingEncoder:
    """Load a model on one thread.

    Args:
        model: `offline`, a sentence-transformers folder, or (engine `torch` only) the name of a model in the local
            Hugging Face cache.
        cache_dir: where the offline model and what the engine needs are kept once converted.
        progress: told of the steps of a conversion; not called otherwise.
        engine: what runs the network: `torch` any model; `onnx` and `onnx-int8` a BERT or RoBERTa with mean pooling,
            several times faster and without torch, the second with 8-bit arithmetic.
        dimension: refuse a model of another width.

    Raises:
        ModelMissing: there is no such wheel, folder or model.
        ModelCorrupt: the wheel's model file is not the expected one.
        ModelUnusable: it is there, but does not load, has another width, or is nothing for this engine.
        EngineMissing: the engine's library is not installed.
    """
    source = find_model(model, cache_dir, progress)
    if engine == "torch":
        from index.encoding import torch_engine

        encoder = RememberingEncoder(*torch_engine.load(source))
    else:
        from index.encoding import onnx_engine

        encoder = RememberingEncoder(*onnx_engine.load(source, cache_dir, engine, progress))
    if dimension is not None and encoder.dimension != dimension:
        raise ModelUnusable(
            f"index.model {model}: vectors of {encoder.dimension} numbers where {dimension} are needed; "
            "set index.model to a model of that width"
        )
    return encoder
