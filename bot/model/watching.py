"""Watching the watchers: when a feed that says nothing, or an alert that nobody acts upon, is a matter itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class WatchPolicy:
    """When Keng reports about itself (``policy.yaml``, section ``watching``).

    A feed's habit is learned from ``remembered`` of its own arrivals, once there are ``arrivals_at_least``. It is
    silent when it says nothing for ``times_the_habit`` times its longest usual gap, and never before
    ``silent_at_least``. An alert that lies for ``lying_at_most`` is an alarm.
    """

    arrivals_at_least: int = 30
    times_the_habit: float = 2.0
    silent_at_least: timedelta = timedelta(minutes=30)
    remembered: timedelta = timedelta(days=28)
    lying_at_most: timedelta = timedelta(minutes=1)


TOLD_AGAIN_AFTER = timedelta(minutes=30)
TOLD_SOONER_AFTER = timedelta(minutes=5)
TENFOLD = 10
"""Times as many alerts as people were told of: the matter is another, and they are told sooner."""


@dataclass(frozen=True, slots=True)
class LyingTold:
    """What people were last told of alerts that lie: how many, and when. ``since`` names the alarm until it is over."""

    count: int
    at: datetime
    since: datetime

    def is_outdated(self, count: int, now: datetime) -> bool:
        """Whether ``count`` alerts that lie, newer ones among them, are to be told anew.

        After half an hour; after five minutes when they are ten times as many. A clock set back delays nothing.
        """
        passed = now - self.at
        rest = TOLD_SOONER_AFTER if count >= TENFOLD * self.count else TOLD_AGAIN_AFTER
        return not timedelta() <= passed < rest
