"""A topic that is new, and a topic that falls silent.

New: its first five mentions ever come within a day. Silent: by now so many mentions should have come, and none did,
that chance explains it once in 20,000 cases; the more a topic's mentions come in clusters, the longer that takes.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from bot.detection.state import Array
from bot.detection.tuning import DAY

Booleans = np.ndarray[Any, np.dtype[np.bool_]]
FIELDS: Final = (("heard", 1), ("since_first", 1), ("unheard", 1))
FIVE: Final = 5
_CHANCE: Final = np.float32(10.0)
"""exp(-10) is one in 22,000."""
_SAID: Final = np.float32(1e6)


class Presence:
    """Presence of many topics, over views of their state."""

    def __init__(self, views: dict[str, Array], seconds: float) -> None:
        self._s, self._seconds = views, np.float32(seconds)

    def tick(
        self, counts: Array, expected: Array, spread: Array, known: Array, warm: Array, running: float
    ) -> tuple[Booleans, Booleans, Array]:
        """What is new and what has fallen silent at this bin, and how many mentions are overdue.

        Args:
            counts: mentions, 0 where not `known`.
            expected: what the bin should have held.
            spread: the topic's scatter.
            known: 1 where the bin was seen.
            warm: 1 where the topic may be judged.
            running: for how many seconds anything has been watched; in the first day everything would be new.
        """
        s = self._s
        before = s["heard"].copy()
        s["since_first"] += np.where(before > 0, self._seconds, np.float32(0))
        s["heard"] += np.minimum(counts, 1000) * (before < 1000)
        new = (before < FIVE) & (s["heard"] >= FIVE) & (s["since_first"] <= DAY) & (running >= DAY)
        said = s["unheard"] >= _SAID
        s["unheard"] += expected / spread * known
        silent = (counts == 0) & (known > 0) & (warm > 0) & (s["unheard"] >= _CHANCE) & ~said
        overdue = s["unheard"] * spread
        s["unheard"][silent] = 2 * _SAID
        s["unheard"][(counts > 0)] = 0
        return new, silent, overdue
