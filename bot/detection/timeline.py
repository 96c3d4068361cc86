"""Whether a row comes in its turn: repeated, out of order, a clock that jumps, a bin length that changes."""

from __future__ import annotations

from collections import Counter, deque
from enum import StrEnum
from typing import Final

_FIRST: Final = 12
"""Steps between the first rows that say what the bin length is."""
_CHANGED: Final = 12
"""So many rows in a row at another distance are a new bin length."""
_FAR: Final = 14 * 86_400.0
_FAR_BINS: Final = 50
_CONFIRMED: Final = 3
"""A clock that jumped far, either way, is believed when so many rows go on from where it landed."""


class Place(StrEnum):
    """Where a row lies."""

    NEXT = "next"
    REPEATED = "repeated"
    OUT_OF_ORDER = "out_of_order"
    JUMP = "jump"


class Timeline:
    """The times of the rows that came in their turn.

    Attributes:
        changed: another bin length has been seen for long enough, or the clock has begun anew; the caller resets it.
    """

    def __init__(self) -> None:
        self.changed = False
        self._last: float | None = None
        self._steps: deque[float] = deque(maxlen=_FIRST)
        self._rows = 0
        self._seconds = 300.0
        self._elsewhere: list[float] = []

    @property
    def seconds(self) -> float:
        """The bin length: the commonest distance between rows."""
        return self._seconds

    def place(self, at: float) -> Place:
        """Say where the row lies; only a row that is next moves the line on."""
        if self._last is None:
            self._last = at
            return Place.NEXT
        step = at - self._last
        if step == 0:
            return Place.REPEATED
        if step < 0 or (self._rows >= 2 and step > max(_FAR, _FAR_BINS * self._seconds)):
            return self._from_elsewhere(at, Place.OUT_OF_ORDER if step < 0 else Place.JUMP)
        self._elsewhere.clear()
        self._last = at
        self._rows += 1
        self._note(step)
        return Place.NEXT

    def _note(self, step: float) -> None:
        self._steps.append(step)
        if self._rows < _FIRST:
            commonest = Counter(self._steps).most_common()
            self._seconds = min(length for length, times in commonest if times == commonest[0][1])
        elif len(self._steps) == _CHANGED and len(set(self._steps)) == 1 and step != self._seconds:
            self._seconds = step
            self.changed = True

    def _from_elsewhere(self, at: float, place: Place) -> Place:
        """Rows that go on from where the clock jumped to are believed at last; a single stray one never."""
        steps = self._elsewhere
        if steps and not 0 < at - steps[-1] <= 3 * self._seconds:
            steps.clear()
        steps.append(at)
        if len(steps) < _CONFIRMED or (place is Place.OUT_OF_ORDER and len(steps) < 4 * _CONFIRMED):
            return place
        backwards = place is Place.OUT_OF_ORDER
        self._last = at
        steps.clear()
        self.changed = self.changed or backwards
        return Place.NEXT
