"""Vectors on disk: a FAISS file and a manifest that says, text by text, what is in it.

    vectors-<sha256 of the file>.faiss   the vectors, an inner-product index
    manifest.json                        format, model, dimension, the file's name, a hash per row

The manifest is replaced last and in one step, and names a file by its content: a reader sees the old state or the new
one. Anything that does not add up counts as absent, since every vector can be made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.encoder import Encoder, Vectors
from index.values import Progress, no_progress

_FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_AT_ONCE: Final = 16  # texts between two calls of the progress callback


def vectors_of(
    texts: Sequence[str], encoder: Encoder, folder: Path, progress: Progress = no_progress
) -> tuple[Vectors, int]:
    """The vectors of the texts, from the folder where it has them, else encoded and then kept there.

    Returns:
        float32 (n, dimension) in the order of the texts, and how many texts had to be encoded.

    Raises:
        OSError: the folder cannot be written.
    """
    hashes = [_hash(text) for text in texts]
    known = _load(folder, encoder)
    wanted = dict(zip(hashes, texts, strict=True))
    missing = [key for key in wanted if key not in known]
    for start in range(0, len(missing), _AT_ONCE):
        progress(start, len(missing), "playbooks")
        keys = missing[start : start + _AT_ONCE]
        known.update(zip(keys, encoder.encode([wanted[key] for key in keys]), strict=True))
    if missing:
        progress(len(missing), len(missing), "playbooks")
    if missing or len(known) != len(wanted):
        # A cache that cannot be written (a read-only image) costs time at the next start and nothing else.
        with suppress(OSError):
            _save(folder, encoder, {key: known[key] for key in wanted})
    vectors = np.stack([known[key] for key in hashes]) if hashes else np.empty((0, encoder.dimension), np.float32)
    return vectors, len(missing)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _load(folder: Path, encoder: Encoder) -> dict[str, npt.NDArray[np.float32]]:
    """What the folder holds for this encoder, by hash of the text; empty if anything is amiss."""
    import faiss

    try:
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        expected = (_FORMAT, encoder.name, encoder.dimension)
        if (manifest["format"], manifest["model"], manifest["dimension"]) != expected:
            return {}
        path = folder / Path(manifest["vectors"]).name
        if path.name != _file_name(path.read_bytes()):
            return {}
        index = faiss.read_index(str(path))
        texts: list[str] = manifest["texts"]
        if index.d != encoder.dimension or index.ntotal != len(texts):
            return {}
        return dict(zip(texts, index.reconstruct_n(0, index.ntotal), strict=True))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError):  # RuntimeError is FAISS's own
        return {}


def _save(folder: Path, encoder: Encoder, vectors: Mapping[str, npt.NDArray[np.float32]]) -> None:
    import faiss

    folder.mkdir(parents=True, exist_ok=True)
    index = faiss.IndexFlatIP(encoder.dimension)
    index.add(np.stack(list(vectors.values())))
    content = faiss.serialize_index(index).tobytes()
    name = _file_name(content)
    _replace(folder / name, content)
    manifest = {
        "format": _FORMAT,
        "model": encoder.name,
        "dimension": encoder.dimension,
        "vectors": name,
        "texts": list(vectors),
    }
    _replace(folder / _MANIFEST, json.dumps(manifest, indent=0).encode("utf-8"))
    _remove(folder, lambda path: path.name.startswith("vectors-") and path.name != name)


def _file_name(content: bytes) -> str:
    return f"vectors-{hashlib.sha256(content).hexdigest()[:16]}.faiss"


def _replace(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        os.fchmod(handle, 0o644)  # built by one user (an image, as root), read by another
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _remove(folder: Path, is_stale: Callable[[Path], bool]) -> None:
    for path in folder.iterdir():
        if is_stale(path):
            path.unlink(missing_ok=True)
