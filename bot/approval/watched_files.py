"""Files of the office that people edit while everything runs: whether one of them is another than when it was read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_Look = tuple[int | None, ...]


class WatchedFiles:
    """The files of these names in one folder; one that is not there yet is watched, too."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        """Look for the first time. To be done before they are read: what changes in between is then seen next time."""
        self._paths = tuple(folder / name for name in names)
        self._seen = self._look()

    def have_changed(self) -> bool:
        """True once for each change since the last look."""
        before, self._seen = self._seen, self._look()
        return self._seen != before

    def _look(self) -> tuple[_Look, ...]:
        return tuple(map(_look_at, self._paths))


def _look_at(path: Path) -> _Look:
    """What changes when a file does: when it was written, how long it is, and which file it is."""
    try:
        stat = path.stat()
    except OSError as error:
        return (error.errno,)
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
