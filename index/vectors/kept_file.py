"""Files that a kill cannot tear: written aside, flushed to disk, renamed, and known by the hash in their name.

    <kind>-<half of the content's SHA-256>.kept      one line of JSON, then bytes

A file is there whole or not at all, and nothing has to be changed along with it. What does not hash to its name
(a disk that lost power, somebody's editor) counts as absent: whatever is kept here can be made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

Bytes = bytes | memoryview

_WRITING: Final = ".writing-"
_ABANDONED: Final = 3_600.0  # seconds after which nobody can still be writing a file of a few hundred megabytes


@dataclass(frozen=True)
class KeptFile:
    """One whole file: what it says of itself, and its bytes."""

    path: Path
    header: Mapping[str, Any]
    body: memoryview


def keep(folder: Path, kind: str, header: Mapping[str, Any], parts: Sequence[Bytes]) -> Path:
    """Write a file; when this returns it survives a kill and a power cut.

    Raises:
        OSError: the folder cannot be written; nothing has changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = [json.dumps(header).encode() + b"\n", *parts]
    digest = hashlib.sha256()
    for part in content:
        digest.update(part)
    path = folder / f"{kind}-{digest.hexdigest()[:32]}.kept"
    handle, temporary = tempfile.mkstemp(prefix=_WRITING, dir=folder)
    try:
        os.fchmod(handle, 0o644)  # built by one user (an image, as root), read by another
        with os.fdopen(handle, "wb") as file:
            for part in content:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def paths(folder: Path, kind: str) -> list[Path]:
    """The files of a kind, whole or not; none where there is no folder."""
    return sorted(folder.glob(f"{kind}-*.kept"))


def read(path: Path) -> KeptFile | None:
    """A file, or None where it is gone or not what was written."""
    try:
        content = memoryview(path.read_bytes())
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest()[:32] != path.stem.rpartition("-")[2]:
        return None
    line = bytes(content[: 1 << 16]).partition(b"\n")[0]
    return KeptFile(path, json.loads(line), content[len(line) + 1 :])


def remove(stale: Iterable[Path]) -> None:
    """Remove files that are no longer needed; one that cannot be removed costs only its room."""
    for path in stale:
        with suppress(OSError):
            path.unlink()


def remove_abandoned(folder: Path) -> None:
    """Remove what a killed process left half written."""
    for path in folder.glob(f"{_WRITING}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _ABANDONED:
                path.unlink()
