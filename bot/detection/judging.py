"""How one bin is judged and learned from, for a batch of topics that fits a processor's cache."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any, Final

import numpy as np

from bot.detection import band, baseline, evidence
from bot.detection.calendar import Moment
from bot.detection.state import Array, Fields
from bot.detection.tuning import DAY, Tuning

_GATE: Final = (
    ("alerted_score", 1),
    ("alerted_height", 1),
    ("alert_age", 1),
    ("observed", 1),
    ("gap", 1),
    ("settling", 1),
    ("last_score", 1),
)
_SHOWN_BELOW: Final = np.float32(0.95)
"""What does not alert is shown below 1, however high the score: silenced, too few mentions, too early."""


@dataclass(frozen=True)
class Tick:
    """What a bin said, arrays of shape (topics,).

    Attributes:
        score: the topic's own deviations above its usual daily maximum, mean over the windows; 0 is nothing.
        relative: `score` over the threshold that held for the topic at that moment; at least 1 wherever `spike`.
        spike: the topic alerts now.
        expected: mentions that the bin should have held.
        low: nineteen of twenty bins hold at least so many, and
        high: at most so many.
        spread: how many times wider than Poisson the topic scatters.
        threshold: from which score the topic alerts at that moment: its sensitivity, cold start and holidays.
        judged: 1 where the topic was judged at all: seen, warmed up, no long gap just before.
    """

    score: Array
    relative: Array
    spike: np.ndarray[Any, np.dtype[np.bool_]]
    expected: Array
    low: Array
    high: Array
    spread: Array
    threshold: Array
    judged: Array

    def part(self, at: slice) -> Tick:
        """The same of some of the topics."""
        return Tick(*(getattr(self, field.name)[at] for field in dataclass_fields(self)))


def fields(seconds: float, tuning: Tuning) -> Fields:
    """The detector's state, a row a field."""
    windows = evidence.windows_of(seconds, tuning)
    return Fields((*baseline.FIELDS, *evidence.fields_of(windows), *_GATE, *band.FIELDS))


class Judge:
    """A batch of topics: views of their state and of their thresholds."""

    def __init__(self, views: dict[str, Array], thresholds: Array, seconds: float, tuning: Tuning) -> None:
        self._s, self._thresholds = views, thresholds
        self._seconds, self._tuning = seconds, tuning
        self._baseline = baseline.Baseline(views, seconds, tuning)
        self._evidence = evidence.Evidence(views, seconds, tuning)

    def close_day(self) -> None:
        """A local day is over."""
        self._evidence.close_day()

    def tick(self, x: Array, moment: Moment, missed: float) -> Tick:
        """Judge a bin, then learn from it; `missed` bins lie between it and the one before."""
        s, t = self._s, self._tuning
        known = np.isfinite(x).astype(np.float32)
        x = np.where(known > 0, x, np.float32(0))
        s["gap"] += np.float32(missed)
        self._after_gaps(known)
        s["alert_age"] += np.float32(self._seconds * (1 + missed))
        level, spread = self._baseline.level(), self._baseline.spread()
        hour, week = self._baseline.factors(moment, level, spread)
        fresh = (s["observed"] < t.warm_up_bins).astype(np.float32)
        usual = np.where(s["last_score"] > t.restless_from, np.float32(t.restless_share), np.float32(1))
        mu = self._baseline.learn(x, known, moment, (level, hour, week, spread), fresh, usual)
        judged = known * (s["settling"] == 0)
        self._evidence.take(np.minimum(x, np.float32(t.utmost) * (mu + 1)), mu, judged)
        residual, seen, expected = self._evidence.residuals(spread)
        mean, deviation = self._evidence.usual()
        z = np.maximum((residual - mean) / deviation, 0)
        score = z.mean(axis=0) * judged
        stands_out = ((z > 0) & (seen >= t.min_ratio * expected) & (seen - expected >= t.min_extra)).any(axis=0)
        stands_out &= seen[-1] >= t.min_count
        warm = (s["observed"] >= t.warm_up_bins) & (s["observed"] * np.float32(self._seconds) >= t.warm_up)
        self._evidence.remember(residual, judged * warm)
        threshold = self._thresholds * self._caution(moment.is_holiday)
        relative = score / threshold
        relative = np.where(stands_out & warm, relative, np.minimum(relative, _SHOWN_BELOW))
        height = (seen[:2] / expected[:2]).max(axis=0)
        spike = self._gate(score, relative, height)
        relative = np.where(spike, relative, np.minimum(relative, _SHOWN_BELOW))
        self._baseline.doubt(((seen[-1] < 0.05 * expected[-1]) & (expected[-1] > 20)) * judged)
        variance = spread * (mu + self._baseline.prior)
        low, high = band.band(mu, variance, s["widen_low"], s["widen_high"])
        band.learn(x, low, high, known * warm * usual, s["widen_low"], s["widen_high"])
        np.copyto(s["last_score"], score, where=judged > 0)
        s["observed"] += known
        s["settling"][:] = np.maximum(s["settling"] - known, 0)
        return Tick(score, relative, spike, mu, low, high, spread, threshold, judged * warm)

    def _after_gaps(self, known: Array) -> None:
        """Where a gap ends now: let go of the surprise before it, and after a long one look on for a while first."""
        s, t = self._s, self._tuning
        ends = (known > 0) & (s["gap"] > 0) & (s["observed"] > 0)
        if ends.any():
            self._evidence.fade(s["gap"], ends)
            long = ends & (s["gap"] >= 3) & (s["gap"] * np.float32(self._seconds) >= t.long_gap)
            s["settling"][long] = t.settling_bins
        s["gap"] += 1 - known
        s["gap"] *= 1 - known

    def _caution(self, holiday: bool) -> Array:
        """How many times the threshold a topic must reach now: more while little is known of it."""
        t = self._tuning
        days = self._s["observed"] * np.float32(self._seconds / DAY)
        factor = np.where(days < t.cold_days, np.float32(t.cold_factor), np.float32(1))
        return factor * np.float32(t.holiday_factor) if holiday else factor

    def _gate(self, score: Array, relative: Array, height: Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Alert once a day at most, unless it gets twice as bad and higher; remembers only what was really alerted."""
        s, t = self._s, self._tuning
        worse = (score >= t.escalation * s["alerted_score"]) & (height >= t.escalation_height * s["alerted_height"])
        open_ = (s["alert_age"] >= t.silence) | worse
        spike = (relative >= 1) & open_
        np.copyto(s["alerted_score"], score, where=spike)
        np.copyto(s["alerted_height"], height, where=spike)
        s["alert_age"][spike] = 0
        return spike
