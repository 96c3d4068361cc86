"""The encoder's network in ONNX Runtime: several times faster than torch on one thread, and without it in memory.

Only `tokenizers` and `onnxruntime` are at work. The network comes from `onnx_folder`, made once from the model's.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.encoding import onnx_folder
from index.encoding.bert_folder import read_bert_folder
from index.encoding.model_source import ModelSource
from index.encoding.onnx_check import check_against_torch
from index.errors import EngineMissing, ModelUnusable, in_brief
from index.values import Engine, Progress

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    from index.encoding.remembering import Vectors

_IDS: Final = "ids"  # the name that `onnx_graph` gives to the one input
_ERRORS_ONLY: Final = 3


@dataclass(frozen=True)
class OnnxNetwork:
    """A loaded network with its tokenizer, and what it wants before a text."""

    session: InferenceSession
    tokenizer: Tokenizer
    prefix: str

    def __call__(self, texts: list[str]) -> Vectors:
        """Float32 (n, dimension), each row of length 1; one text at a time, as the graph takes them."""
        # A batch, even of one, is tokenized without Python's lock, and the event loop runs on; a single text is not.
        tokenized = self.tokenizer.encode_batch([self.prefix + text for text in texts])
        rows = [self.session.run(None, {_IDS: np.asarray(each.ids, dtype=np.int64)})[0] for each in tokenized]
        return np.concatenate(rows).astype(np.float32, copy=False)


def load(source: ModelSource, cache_dir: Path, engine: Engine, progress: Progress) -> tuple[OnnxNetwork, str]:
    """Load the model on one thread, and return the network with the name of its vectors.

    Raises:
        EngineMissing: onnxruntime is not installed, or onnx where the model has to be converted first.
        ModelUnusable: a name instead of a folder, a model of another kind, or a file that is damaged.
    """
    _library()  # before a conversion that would be for nothing
    if source.folder is None or source.identity is None:
        raise ModelUnusable(
            f"index.model {source.setting}: index.engine {engine} takes `offline` or a folder, not a name; give the "
            "folder in which the model lies, or set index.engine to torch"
        )
    description = read_bert_folder(source.folder)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    tokenizer = description.tokenizer()

    def network(graph: Path) -> OnnxNetwork:
        return OnnxNetwork(_session(graph), tokenizer, source.prefix(description.prompts))

    def check(graph: Path) -> None:
        if not source.is_offline:
            check_against_torch(network(graph), source, engine)

    folder = onnx_folder.prepare(description, source.identity, cache_dir, engine, progress, check)
    return network(folder / onnx_folder.GRAPH), f"{source.identity}:{engine}:{onnx_folder.FORMAT}"


def _session(graph: Path) -> InferenceSession:
    onnxruntime = _library()
    options = onnxruntime.SessionOptions()
    # As with torch: a second thread on a busy two-core machine costs more than it brings.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    try:
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library has a dozen kinds, without a common one
        raise ModelUnusable(
            f"{graph}: cannot be loaded ({in_brief(error)}); delete its folder, and it will be made again"
        ) from error


def _library() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise EngineMissing(
            f"the package onnxruntime is not installed, or not whole ({in_brief(error)}); install it with: "
            "pip install onnxruntime, or set index.engine to torch"
        ) from error
    return onnxruntime
