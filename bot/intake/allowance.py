"""How much a feed may still bring: so much at once, and so much more each second (a token bucket)."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

_SLACK: Final = 1e-6
"""Less than any item: what was promised for a moment is there at that moment, however fractions were rounded."""


class TooFast(Exception):
    """A feed brought more than its settings let it; nothing was taken."""

    def __init__(self, seconds: int) -> None:
        """``seconds`` from now the same request is taken, if nothing else of the feed came in between."""
        super().__init__(str(seconds))
        self.seconds = seconds


class Allowance:
    """What one feed may still bring. Full at first; what is not used up lasts, but never adds up to more than full."""

    def __init__(self, at_once: float, a_second: float, now: datetime) -> None:
        """``at_once`` items in one go, and ``a_second`` more each second."""
        self._full, self._a_second = at_once, a_second
        self._left, self._at = at_once, now

    def take(self, count: int, now: datetime) -> None:
        """Use some of it up. One request of more than fits is taken when nothing was used, and waited for afterwards.

        Raises:
            TooFast: too little is left; nothing was used up.
        """
        passed = max(0.0, (now - self._at).total_seconds())
        self._left, self._at = min(self._full, self._left + passed * self._a_second), now
        missing = min(count, self._full) - self._left
        if missing > _SLACK:
            raise TooFast(max(1, math.ceil((missing - _SLACK) / self._a_second)))
        self._left -= count

    def give_back(self, count: int) -> None:
        """What was used up came to nothing after all: it could not be stored, and will be sent again."""
        self._left = min(self._full, self._left + count)
