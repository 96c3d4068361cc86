"""One process per SQLite data folder: a second one would poll the same bot and place the same alerts."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class AnotherInstance(Exception):
    """Another process works on this data folder."""


class InstanceLock:
    """Held from start to end of a process; the system lets go of it however the process ends."""

    def __init__(self, path: Path) -> None:
        """Lock the file at ``path``; it stays behind and means nothing by itself."""
        self._path = path
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock.

        Raises:
            AnotherInstance: somebody holds it; the message names the file and, where known, the process.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(handle, 32).decode("ascii", "replace").strip()
            os.close(handle)
            raise AnotherInstance(
                f"{self._path}: another Keng (process {holder or 'unknown'}) works on this data folder; "
                "stop it first, or give this one a data_dir of its own"
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._handle = handle

    def release(self) -> None:
        """Let go."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
