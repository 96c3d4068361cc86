"""When a bin is over and complete enough to be judged: pure, and the same whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.store.counts import Stream

GRACE: Final = 90.0
"""Seconds after its end, and after its first count, for which a bin waits for the other topics of its feed."""

OLD: Final = 6 * 3600.0
"""A bin that ended longer ago is history: it teaches and alerts nobody."""

LONGEST_WAIT: Final = 900.0
"""History waits until no more of it comes, but no longer than this."""


def ready(stream: Stream, waiting: Sequence[tuple[int, datetime, datetime]], now: datetime) -> list[int]:
    """The bins to judge now, in order.

    ``waiting`` are those that were counted and not judged: when each begins, when its first and its latest count came.
    Bins are judged one after the other, so the first that must wait holds up those behind it.
    """
    at = now.timestamp()
    history = [last.timestamp() for start, _, last in waiting if start + stream.seconds < at - OLD]
    quiet_since = max(history, default=0.0)
    found = []
    for start, first, _ in waiting:
        end, came = start + stream.seconds, min(first.timestamp(), at)  # ahead of now: the clock was set back since
        due = max(end, came) + GRACE
        if end < at - OLD:
            due = min(max(quiet_since, came) + GRACE, came + LONGEST_WAIT)
        if at < due:
            break
        found.append(start)
    return found


def is_history(end: float, seconds: float, now: datetime) -> bool:
    """True for what ended too long ago to alert anybody: a feed brought its past, or Keng was away."""
    return end < now.timestamp() - max(OLD, 2 * seconds)
