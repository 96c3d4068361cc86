"""The ONNX form of a model, made once from its sentence-transformers folder and kept in the cache.

    model.onnx     the graph
    weights.bin    its weights
    made-from.json the model it was made from, the form's number, and the SHA-256 of both files; written last

The hashes are checked at every start (about 60 ms for 80 MB): a damaged copy is made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from index.encoding.bert_folder import BertFolder
from index.encoding.bert_weights import BertWeights
from index.encoding.whole_folder import make_whole
from index.errors import EngineMissing, ModelUnusable, in_brief
from index.values import Engine, Progress

FORMAT: Final = 1  # raise it whenever the graph or the weights come out otherwise: copies and cached vectors are redone
GRAPH: Final = "model.onnx"
WEIGHTS: Final = "weights.bin"
RECORD: Final = "made-from.json"


def prepare(
    source: BertFolder,
    identity: str,
    cache_dir: Path,
    engine: Engine,
    progress: Progress,
    check: Callable[[Path], None],
) -> Path:
    """Return the folder with the model's ONNX form, making it first where that has not been done.

    Args:
        source: the folder that it is made from.
        identity: the model down to its bytes; with another one the form is made again.
        cache_dir: where it is kept; needs about a quarter of the model's size for `onnx-int8`, two thirds for `onnx`.
        engine: `onnx-int8` for 8-bit arithmetic, else in full.
        progress: told of the steps; not called when there is nothing to do.
        check: given the new graph before anybody else can use it; what it raises ends the matter.

    Raises:
        EngineMissing: the library that writes ONNX is not installed.
        ModelUnusable: the source is damaged or of another kind, or the cache cannot be written.
    """
    folder = cache_dir / f"{_name(source.path, cache_dir)}-{engine}"

    def write(unfinished: Path) -> None:
        _write(source, unfinished, engine == "onnx-int8", progress)
        check(unfinished / GRAPH)
        record = {"model": identity, "format": FORMAT, **_hashes(unfinished)}
        (unfinished / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")

    try:
        make_whole(folder, lambda: _is_finished(folder, identity), write)
    except OSError as error:
        raise ModelUnusable(
            f"{folder}: cannot be written ({in_brief(error)}); set index.cache to a folder that Keng may write and "
            "that has space left, or set index.engine to torch"
        ) from error
    return folder


def _name(source: Path, cache_dir: Path) -> str:
    """The folder's own name, and of two that have the same one something to tell them apart."""
    place = source.resolve()
    if place.parent == cache_dir.resolve():
        return place.name
    return f"{place.name}-{hashlib.sha256(str(place).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def _write(source: BertFolder, folder: Path, in_8_bits: bool, progress: Progress) -> None:
    try:
        import onnx
    except ImportError as error:
        raise EngineMissing(
            f"the package onnx is not installed, or not whole ({in_brief(error)}), which writes the model's ONNX form; "
            "install it with: pip install onnx, or set index.engine to torch"
        ) from error
    from index.encoding.onnx_arithmetic import (  # they import onnx, which is needed here and never again
        InEightBits,
        InFull,
    )
    from index.encoding.onnx_bert import Bert
    from index.encoding.onnx_graph import Graph

    total = source.layers + 2
    progress(0, total, "onnx")
    with BertWeights(source.path) as weights, (folder / WEIGHTS).open("wb") as file:
        bert = Bert(source, weights, InEightBits() if in_8_bits else InFull(), Graph(file, WEIGHTS))
        model = bert.build(lambda layer: progress(layer + 1, total, "onnx"))
    onnx.save_model(model, str(folder / GRAPH))
    progress(total, total, "onnx")


def _is_finished(folder: Path, identity: str) -> bool:
    try:
        record: Any = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return bool(record == {"model": identity, "format": FORMAT, **_hashes(folder)})
    except (OSError, ValueError):
        return False


def _hashes(folder: Path) -> dict[str, str]:
    hashes = {}
    for name in (GRAPH, WEIGHTS):
        with (folder / name).open("rb") as file:
            hashes[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes
