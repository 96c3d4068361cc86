"""A folder of the cache that is there whole or not at all, however many processes want it and whenever one dies."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def make_whole(folder: Path, is_finished: Callable[[], bool], write: Callable[[Path], None]) -> None:
    """Make the folder unless it is finished already; of several processes one works and the others wait.

    Args:
        folder: where it shall be; its parent is made if missing. What lies there unfinished is replaced.
        is_finished: says whether the folder is there and whole.
        write: fills an empty folder beside it, which then takes its place in one step.

    Raises:
        OSError: the parent cannot be written, or has no space left.
    """
    if is_finished():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(folder.parent / f"{folder.name}.lock"):
        if is_finished():  # another process made it while this one waited
            return
        unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            write(unfinished)
            unfinished.chmod(0o755)  # built by one user (an image, as root), read by another
            if folder.exists():
                shutil.rmtree(folder)
            unfinished.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Hold the lock file; a second process waits. The kernel lets go when the holder dies, so none is ever stale."""
    handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
