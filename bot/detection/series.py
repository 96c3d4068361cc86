"""One series, row by row, as `keng detect` reads it: the bin length is found on the way, odd rows change nothing.

What a row may be is decided by `Timeline`; what it means by a `Detector` of one topic. A row's answer is final when
it is given. While the first rows still teach the bin length they are kept, so that a better guess can start afresh
with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.detection.calendar import Calendar
from bot.detection.detector import Detector
from bot.detection.timeline import Place, Timeline
from bot.detection.tuning import DAY, THRESHOLDS, Sensitivity

LARGEST: Final = 1e12
"""Counts above are refused: no topic has so many mentions, and 32-bit sums stay exact enough below."""
_LEARNING_ROWS: Final = 12
_SHORTEST: Final = 60.0


@dataclass(frozen=True)
class Answer:
    """What a row said.

    Attributes:
        score: 0 to 1; at least 0.5 exactly where `spike` is true.
        spike: the series alerts at this row.
        expected: what the row should have held; with `low` and `high` the range of nineteen of twenty rows.
        note: why the row was not judged: `not_a_number`, `negative`, `too_large`, `no_time`, `repeated`,
        `out_of_order`,
            `jump`; None for a row in its place. `gap` marks a row in its place without a value.
    """

    score: float
    spike: bool
    expected: float
    low: float
    high: float
    note: str | None = None


class Series:
    """A series of counts.

    Args:
        calendar: whose hours, weekdays and holidays; None is Vietnam.
        sensitivity: how easily it alerts.
    """

    def __init__(self, calendar: Calendar | None = None, sensitivity: Sensitivity = Sensitivity.BALANCED) -> None:
        self._calendar = calendar or Calendar()
        self._sensitivity = sensitivity
        self._first: list[tuple[float, float]] | None = []
        self._timeline = Timeline()
        self._detector: Detector | None = None
        self._last = Answer(0.0, False, 0.0, 0.0, 1.0)

    @property
    def seconds(self) -> float | None:
        """The bin length as known so far."""
        return self._detector.seconds if self._detector else None

    def read(self, at: float | None, value: float | None) -> Answer:
        """Judge a row: its time in seconds since 1970 and its count; None stands for what could not be read."""
        note = _refusal(at, value)
        if at is None or note not in (None, "gap"):
            return self._unjudged(note or "no_time")
        place = self._timeline.place(at)
        if place is not Place.NEXT:
            return self._unjudged(place.value)
        count = math.nan if value is None else value
        if self._first is not None:
            answer = self._learn_length(at, count)
        else:
            if self._timeline.changed:
                self._start(self._timeline.seconds)
            answer = self._judge(at, count)
        self._last = answer if note is None else self._unjudged("gap", answer)
        return self._last

    def _unjudged(self, note: str, like: Answer | None = None) -> Answer:
        like = like or self._last
        return Answer(0.0, False, like.expected, like.low, like.high, note)

    def _learn_length(self, at: float, count: float) -> Answer:
        """The first rows: start afresh with all of them whenever they show another bin length."""
        assert self._first is not None  # noqa: S101 - the caller's condition
        self._first.append((at, count))
        if len(self._first) == 1:
            known = 0.0 if math.isnan(count) else count
            return Answer(0.0, False, known, 0.0, 3 * known + 10)  # nothing is known yet: any count is as good
        seconds = self._timeline.seconds
        if self._detector is None or seconds != self._detector.seconds:
            self._start(seconds)
            for earlier in self._first[:-1]:
                self._judge(*earlier)
        if len(self._first) >= _LEARNING_ROWS:
            self._first = None
        return self._judge(at, count)

    def _start(self, seconds: float) -> None:
        self._detector = Detector(1, min(max(seconds, _SHORTEST), 7 * DAY), self._calendar)
        self._detector.thresholds[:] = THRESHOLDS[self._sensitivity]
        self._before: float | None = None
        self._timeline.changed = False

    def _judge(self, at: float, count: float) -> Answer:
        detector = self._detector
        assert detector is not None  # noqa: S101 - started by the caller
        if self._before is not None and round((at - self._before) / detector.seconds) < 1:
            return self._unjudged("repeated")  # less than half a bin later
        self._before = at
        tick = detector.tick(at, np.array([count], dtype=np.float32))
        relative = float(tick.relative[0])
        return Answer(
            relative / (1 + relative),
            bool(tick.spike[0]),
            float(tick.expected[0]),
            float(tick.low[0]),
            float(tick.high[0]),
        )


def _refusal(at: float | None, value: float | None) -> str | None:
    if at is None or not math.isfinite(at):
        return "no_time"
    if value is None or math.isnan(value):
        return "gap"
    if math.isinf(value) or value > LARGEST:
        return "too_large"
    return "negative" if value < 0 else None
