"""A folder of files that is replaced as a whole: written beside, then exchanged in one step of the file system."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.outlets.static_export import FolderRefused

MANIFEST = ".keng-newsroom.json"
"""Says that a folder is ours to replace, and of what it was made."""

_EXCHANGE = 2
_HERE = -100


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder was made of. ``frame`` stands for what is on every page, ``series`` for each matter by its id."""

    frame: str = ""
    series: dict[str, str] = field(default_factory=dict)
    statements: tuple[str, ...] = ()


def read_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest; None where there is no folder, or an empty one.

    Raises:
        FolderRefused: the folder holds something else.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    try:
        read: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(str(read["frame"]), dict(read["series"]), tuple(read["statements"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FolderRefused(f"{folder}: is no exported newsroom and not empty; name another folder") from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else on this machine writes the folder meanwhile.

    Raises:
        BlockingIOError: somebody does.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


class NewFolder:
    """The folder that will take the old one's place. What is the same as there shares its bytes."""

    def __init__(self, folder: Path) -> None:
        """Begin beside ``folder``; what an earlier attempt left is removed."""
        self._old = folder
        self._new = folder.parent / f".{folder.name}.new"
        for left in (self._new, _aside(self._new)):
            if left.exists():
                shutil.rmtree(left)
        self._new.mkdir()
        self._new.chmod(0o755)
        self.files = 0

    def write(self, name: str, content: str | bytes) -> None:
        """Put a file there; the web server may read it."""
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        old = self._old / name
        if old.is_file() and old.stat().st_size == len(data) and old.read_bytes() == data and self.keep(name):
            return
        target = self._place(name)
        target.write_bytes(data)
        target.chmod(0o644)
        self.files += 1

    def keep(self, name: str) -> bool:
        """Take a file over from the old folder; False when it is not there."""
        old = self._old / name
        if not old.is_file():
            return False
        target = self._place(name)
        try:
            os.link(old, target)
        except OSError:  # a file system without links
            shutil.copyfile(old, target)
            target.chmod(0o644)
        self.files += 1
        return True

    def take_its_place(self, manifest: Manifest) -> None:
        """From here on readers find the new files; the old ones are removed."""
        values = {"frame": manifest.frame, "series": manifest.series, "statements": manifest.statements}
        self.write(MANIFEST, json.dumps(values))
        self.files -= 1
        _bring_to_disk(self._new)
        if not self._old.exists():
            self._new.rename(self._old)
        else:
            _exchange(self._new, self._old)
        # The words are out. What fails from here on must not be told as if they were not: they could be edited then.
        shutil.rmtree(self._new, ignore_errors=True)
        with suppress(OSError):
            _bring_to_disk(self._old.parent)

    def forget(self) -> None:
        """Leave the old folder as it is."""
        shutil.rmtree(self._new, ignore_errors=True)

    def _place(self, name: str) -> Path:
        target = self._new / name
        if not target.parent.exists():
            target.parent.mkdir()
            target.parent.chmod(0o755)
        return target


def _bring_to_disk(folder: Path) -> None:
    """Everything written so far on the folder's file system: once, for thousands of small files take long one by one.

    Raises:
        OSError: the disk is full or broken.
    """
    opened = os.open(folder, os.O_RDONLY)
    try:
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None:
            os.sync()
        elif syncfs(opened) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(opened)


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change their names in one step; in two where the system knows no such step.

    Raises:
        FolderRefused: a file system is mounted there, which cannot be renamed.
    """
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        renameat2 = None
    if renameat2 and renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return
    if other.is_mount():
        raise FolderRefused(f"{other}: is mounted and cannot be replaced as a whole; name a folder inside it")
    aside = _aside(one)
    other.rename(aside)
    try:
        one.rename(other)
    except OSError:
        aside.rename(other)
        raise
    aside.rename(one)


def _aside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-before")
