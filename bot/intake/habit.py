"""A feed's habit, learned from its own arrivals, and when its silence is longer than that. Pure.

A feed is busy by day and quiet at night, another only on weekdays. So silence is not measured in hours but in arrivals
that were to be expected meanwhile, hour by hour of weekdays and weekends: on that scale the gaps of one feed are alike
at any hour (the time-rescaling theorem: Brown, Barbieri, Ventura, Kass and Frank, Neural Computation 14, 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from zoneinfo import ZoneInfo

from bot.model.watching import WatchPolicy

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
USUAL = 0.99
"""The share of a feed's gaps that count as usual."""

_HOUR = timedelta(hours=1)
_SHRUNK = 0.1
"""Hours of the mean rate that every hour of the week is given: nothing is ever quite impossible, at night neither."""

LEAST_MISSED = 3.0
"""So many arrivals must have been missed: where three were due, none comes by chance one time in twenty (Poisson)."""

_FARTHEST = timedelta(days=14)

Cell = tuple[bool, int]
"""(weekend, hour of the day)."""


@dataclass(frozen=True)
class Habit:
    """``rates`` are arrivals an hour; ``usual`` is the longest usual gap, in arrivals that were to be expected."""

    rates: dict[Cell, float]
    usual: float

    def expected(self, start: datetime, end: datetime) -> float:
        """Arrivals that were to be expected between two instants."""
        total, at = 0.0, max(start, end - _FARTHEST)
        while at < end:
            after = min(end, at.replace(minute=0, second=0, microsecond=0) + _HOUR)
            total += self.rates[_cell(at)] * ((after - at) / _HOUR)
            at = after
        return total

    def is_silent(self, since: datetime, now: datetime, policy: WatchPolicy) -> bool:
        """True when nothing since ``since`` is longer than the habit."""
        if now - since < policy.silent_at_least:
            return False
        return self.expected(since, now) > max(self.usual * policy.times_the_habit, LEAST_MISSED)

    def usual_until(self, since: datetime) -> datetime:
        """When the feed has usually spoken again, after an arrival at ``since``."""
        at, end = since, since + _FARTHEST
        while at < end and self.expected(since, at + _HOUR) < self.usual:
            at += _HOUR
        left = self.usual - self.expected(since, at)
        return at + _HOUR * min(1.0, left / max(self.rates[_cell(at)], 1e-9))


def learn(minutes: Sequence[datetime], policy: WatchPolicy) -> Habit | None:
    """The habit behind arrivals (distinct minutes, in order); None while there are too few, or all within one hour.

    Minutes count, not alerts: a storm of a thousand in one minute says nothing about how long a silence is usual.
    """
    if len(minutes) < policy.arrivals_at_least or minutes[-1] - minutes[0] < _HOUR:
        return None
    counted: dict[Cell, int] = {}
    for minute in minutes:
        counted[_cell(minute)] = counted.get(_cell(minute), 0) + 1
    hours: dict[Cell, float] = {}
    at = minutes[0]
    while at < minutes[-1]:
        after = min(minutes[-1], at.replace(minute=0, second=0, microsecond=0) + _HOUR)
        hours[_cell(at)] = hours.get(_cell(at), 0.0) + (after - at) / _HOUR
        at = after
    mean = len(minutes) / ((minutes[-1] - minutes[0]) / _HOUR)
    rates = {
        (weekend, hour): (counted.get((weekend, hour), 0) + mean * _SHRUNK)
        / (hours.get((weekend, hour), 0.0) + _SHRUNK)
        for weekend in (False, True)
        for hour in range(24)
    }
    scale = Habit(rates, 0.0)
    gaps = sorted(scale.expected(before, after) for before, after in pairwise(minutes))
    return Habit(rates, gaps[ceil(USUAL * len(gaps)) - 1])


def _cell(instant: datetime) -> Cell:
    here = instant.astimezone(LOCAL)
    return here.weekday() >= 5, here.hour
