"""Counts as they arrive become closed bins, topic by topic: the port between a feed of counts and the watch.

A feed may send bins late, twice, corrected, out of order or of another length. Here each count is taken, taken as late,
or refused with a reason; and bins are handed on in order, once, when their time is over and a grace for stragglers has
passed. What was not sent is a gap (NaN), not a zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np

from bot.detection.tuning import DAY, HOUR

LARGEST: Final = 1e12
LONGEST_NAME: Final = 200
MOST_TOPICS: Final = 100_000
_AHEAD: Final = 120.0
"""A bin may end so many seconds in the future: clocks differ a little."""
_KEPT: Final = 64
"""Open bins at most; a feed that leaps ahead closes the oldest."""


class Outcome(StrEnum):
    """What became of a count."""

    TAKEN = "taken"
    REPEATED = "repeated"
    REPLACED = "replaced"
    LATE = "late"


class Refusal(StrEnum):
    """Why a count is refused."""

    NO_NAME = "no_name"
    NAME_TOO_LONG = "name_too_long"
    TOO_MANY_TOPICS = "too_many_topics"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    LENGTH = "length_not_60_to_86400"
    OTHER_LENGTH = "other_length_than_before"
    NOT_ALIGNED = "start_not_a_multiple_of_the_length"
    IN_THE_FUTURE = "in_the_future"
    NO_TIME = "no_time"


@dataclass(frozen=True)
class Count:
    """Mentions of a topic in a bin: `start` in seconds since 1970, `seconds` its length; feelings where known."""

    topic: str
    start: float
    seconds: float
    count: float
    negative: float | None = None
    positive: float | None = None


@dataclass(frozen=True)
class Closed:
    """A bin that is over, arrays of shape (topics,), NaN where nothing was sent."""

    start: float
    totals: np.ndarray
    negative: np.ndarray
    positive: np.ndarray


def refusal(count: Count, now: float) -> Refusal | None:
    """Why this count can never be taken, whatever came before it; None where it can."""
    if not count.topic.strip():
        return Refusal.NO_NAME
    if len(count.topic) > LONGEST_NAME:
        return Refusal.NAME_TOO_LONG
    if not (math.isfinite(count.start) and math.isfinite(count.seconds)):
        return Refusal.NO_TIME
    if not 60 <= count.seconds <= DAY:
        return Refusal.LENGTH
    for value in (count.count, count.negative, count.positive):
        if value is None:
            continue
        if math.isnan(value):
            return Refusal.NOT_A_NUMBER
        if value < 0:
            return Refusal.NEGATIVE
        if value > LARGEST:
            return Refusal.TOO_LARGE
    if count.start + count.seconds > now + _AHEAD:
        return Refusal.IN_THE_FUTURE
    return None


@dataclass
class Bins:
    """The open bins of all topics that share a bin length.

    Args:
        seconds: that length.
        grace: a bin stays open so long after its end.
    """

    seconds: float
    grace: float = 90.0
    most_topics: int = MOST_TOPICS
    _columns: dict[str, int] = field(default_factory=dict)
    _open: dict[float, dict[int, Count]] = field(default_factory=dict)
    _closed: float = -math.inf

    @property
    def columns(self) -> Mapping[str, int]:
        """The number of each topic in the arrays; numbers never change."""
        return self._columns

    def put(self, count: Count, now: float) -> Outcome | Refusal:
        """Take a count, at `now`. A repeated bin that is still open is replaced; one that was closed is late."""
        why = refusal(count, now)
        if why is not None:
            return why
        if count.seconds != self.seconds:
            return Refusal.OTHER_LENGTH
        if count.start % self.seconds and self.seconds < 6 * HOUR:  # long bins begin with the local day
            return Refusal.NOT_ALIGNED
        column = self._columns.get(count.topic)
        if column is None:
            if len(self._columns) >= self.most_topics:
                return Refusal.TOO_MANY_TOPICS
            column = self._columns[count.topic] = len(self._columns)
        if count.start <= self._closed:
            return Outcome.LATE
        bin_ = self._open.setdefault(count.start, {})
        before = bin_.get(column)
        bin_[column] = count
        if before is None:
            return Outcome.TAKEN
        return Outcome.REPEATED if before == count else Outcome.REPLACED

    def close(self, now: float) -> Iterator[Closed]:
        """The bins that are over by `now`, in order, each once; a clock that goes back closes nothing anew."""
        while self._open:
            start = min(self._open)
            if start + self.seconds + self.grace > now and len(self._open) <= _KEPT:
                return
            counts = self._open.pop(start)
            if start - self._closed < self.seconds:  # overlaps the one before: long bins that moved
                continue
            self._closed = start
            yield self._as_arrays(start, counts)

    def _as_arrays(self, start: float, counts: dict[int, Count]) -> Closed:
        totals, negative, positive = (np.full(len(self._columns), np.nan, dtype=np.float32) for _ in range(3))
        for column, count in counts.items():
            totals[column] = count.count
            negative[column] = np.nan if count.negative is None else count.negative
            positive[column] = np.nan if count.positive is None else count.positive
        return Closed(start, totals, negative, positive)
