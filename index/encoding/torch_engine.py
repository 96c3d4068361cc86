"""The encoder's network as sentence-transformers runs it, with torch: any model that the library knows.

torch, transformers and sentence-transformers are imported when a model is loaded, not before: they take three
seconds and 400 MB, and `keng --help` needs neither.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from index.encoding.model_source import ModelSource
from index.encoding.rows_on_disk import leave_word_table_on_disk
from index.errors import ModelUnusable, in_brief

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.encoding.remembering import Vectors

_AT_ONCE: Final = 4  # texts in one pass of the network


@dataclass(frozen=True)
class TorchNetwork:
    """A loaded model, and what it wants before a text."""

    model: SentenceTransformer
    prefix: str

    def __call__(self, texts: list[str]) -> Vectors:
        """Float32 (n, dimension), each row of length 1."""
        vectors = self.model.encode(
            texts, prompt=self.prefix, batch_size=_AT_ONCE, show_progress_bar=False, normalize_embeddings=True
        )
        return np.asarray(vectors, dtype=np.float32)


def load(source: ModelSource) -> tuple[TorchNetwork, str]:
    """Load the model, keep torch to one thread, and return the network with the name of its vectors.

    Raises:
        ModelUnusable: the model does not load.
    """
    model = _loaded(str(source.folder or source.setting))
    if source.is_offline and source.folder is not None:
        leave_word_table_on_disk(model, source.folder / "model.safetensors")
    return TorchNetwork(model, source.prefix(model.prompts or {})), source.identity or _identity(source, model)


def _loaded(name: str) -> SentenceTransformer:
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
            f"index.model {name}: cannot be loaded ({in_brief(error)}). Give a whole "
            "sentence-transformers folder, or set HF_HUB_OFFLINE=0 once to fetch a model by its name, or use `offline`"
        ) from error
    model.eval()
    return model


def _identity(source: ModelSource, model: SentenceTransformer) -> str:
    """A model known by its name: the revision that was loaded."""
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    return f"{source.setting}:{getattr(config, '_commit_hash', None) or 'unknown'}"
