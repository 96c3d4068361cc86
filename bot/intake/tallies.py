"""Counts of what came through each feed, kept in memory and written down now and then.

An attacker who guesses at a secret causes one addition a guess, never a write to the database.
"""

from __future__ import annotations

from datetime import datetime

from bot.store.feeds import Tally

NOT_AUTHENTIC = "not_authentic"
NOT_READABLE = "not_readable"
TOO_FAST = "too_fast"
"""Requests beyond what the feed may bring in a time (429)."""
NO_ROOM = "no_room"
"""Requests that found too much waiting to be stored, of their own feed (429) or of all (503)."""
ACCEPTED, DUPLICATE, QUARANTINED, REFUSED = "accepted", "duplicate", "quarantined", "refused"
POLL_FAILED = "poll_failed"


class Tallies:
    """Counts since the process began (for ``/metrics``) and since they were last written down."""

    def __init__(self) -> None:
        """Nothing counted yet."""
        self._total: dict[tuple[str, str], int] = {}
        self._unwritten: dict[tuple[str, str], tuple[int, datetime]] = {}

    def add(self, feed: str, what: str, at: datetime, count: int = 1) -> None:
        """It happened ``count`` times more."""
        if not count:
            return
        key = (feed, what)
        self._total[key] = self._total.get(key, 0) + count
        self._unwritten[key] = (self._unwritten.get(key, (0, at))[0] + count, at)

    def totals(self) -> dict[tuple[str, str], int]:
        """Counts by feed and event since the process began."""
        return dict(self._total)

    def unwritten(self) -> list[Tally]:
        """What is not yet written down."""
        return [Tally(feed, what, count, at) for (feed, what), (count, at) in self._unwritten.items()]

    def written(self, tallies: list[Tally]) -> None:
        """These were written down."""
        for tally in tallies:
            count, at = self._unwritten.get((tally.feed, tally.what), (0, tally.last_at))
            if count > tally.count:
                self._unwritten[tally.feed, tally.what] = (count - tally.count, at)
            else:
                self._unwritten.pop((tally.feed, tally.what), None)
