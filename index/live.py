"""An index that is replaced while it is asked: the next one is built aside, and swapped in one step.

live = LiveIndex(load, watched)     # builds the first one; raises what `load` raises
live.match(query)                   # answered by the one in force
if live.changed():                  # a file is new, gone, or another one
    live.reload()                   # slow, so in a thread; a failure changes nothing but `fault`
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from index.reading import Reading
from index.values import Match, Query

Signature = tuple[tuple[str, int, int, int], ...]


class Answers(Protocol):
    """What can be asked of an index."""

    def match(self, query: Query) -> Match:
        """The playbook for an alert."""

    def read(self, query: Query) -> Reading:
        """Everything there is to say of an alert."""


A = TypeVar("A", bound=Answers)


class LiveIndex(Generic[A]):
    """Holds the index in force. Safe to ask and to reload from several threads."""

    def __init__(self, load: Callable[[], A], watched: Callable[[], Iterable[Path]]) -> None:
        """Build the first index.

        Args:
            load: builds an index from the files as they are now; raises when it cannot.
            watched: the files that it is built from.

        Raises:
            Exception: whatever `load` raises; there is nothing to fall back on yet.
        """
        self._load = load
        self._watched = watched
        self._reloading = threading.Lock()
        self._fault: Exception | None = None
        self._seen = signature(watched())  # before loading, so that a change in between is seen next time
        self._current = load()

    @property
    def current(self) -> A:
        """The index in force. Whoever needs several answers of one index keeps this."""
        return self._current

    @property
    def fault(self) -> Exception | None:
        """Why the last reload failed; None when the files as last seen are in force."""
        return self._fault

    def match(self, query: Query) -> Match:
        """The playbook for an alert, by the index in force."""
        return self._current.match(query)

    def read(self, query: Query) -> Reading:
        """Everything there is to say of an alert, by the index in force."""
        return self._current.read(query)

    def changed(self) -> bool:
        """Whether a watched file is not the one of the last load or reload, even a failed one. Costs a stat a file."""
        return signature(self._watched()) != self._seen

    def reload(self) -> bool:
        """Build the index anew and put it in force; False where that failed: the old one stays, `fault` says why."""
        with self._reloading:
            self._seen = signature(self._watched())
            try:
                loaded = self._load()
            except Exception as error:  # whatever is wrong with the new files, the old index answers
                self._fault = error
                return False
            self._current, self._fault = loaded, None
            return True


def signature(files: Iterable[Path]) -> Signature:
    """What changes when a file does: name, time, size and inode of each; cheap, for it reads no file."""
    found = []
    for path in sorted(files):
        try:
            stat = path.stat()
        except OSError as error:  # gone since it was listed
            found.append((str(path), -1, error.errno or 0, 0))
        else:
            found.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(found)
