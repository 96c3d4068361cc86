"""The detector: one call a bin for all topics, no history kept, nothing of the future used."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from bot.detection import band, baseline, evidence
from bot.detection.calendar import Calendar
from bot.detection.state import Array, Fields, StateError, pack, unpack
from bot.detection.tuning import DAY, FIXED, THRESHOLDS, Sensitivity, Tuning

_GATE: Final = (
    ("alerted_score", 1),
    ("alerted_height", 1),
    ("alert_age", 1),
    ("observed", 1),
    ("gap", 1),
    ("settling", 1),
)


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


class Detector:
    """The detector of many topics that share a bin length.

    Args:
        topics: how many; `grow` adds more.
        seconds: the bin's length, 60 seconds to a day.
        calendar: whose hours, weekdays and holidays.
        tuning: the constants; everything but tests uses the fixed one.
    """

    def __init__(self, topics: int, seconds: float, calendar: Calendar | None = None, tuning: Tuning = FIXED) -> None:
        self.seconds = float(seconds)
        self.calendar = calendar or Calendar()
        self.tuning = tuning
        windows = evidence.windows_of(seconds, tuning)
        self._fields = Fields((*baseline.FIELDS, *evidence.fields_of(windows), *_GATE, *band.FIELDS))
        self.thresholds = np.full(topics, THRESHOLDS[Sensitivity.BALANCED], dtype=np.float32)
        self._last: float | None = None
        self._day: int | None = None
        self._lay(self._fields.empty(topics))
        self._s["alert_age"][:] = np.float32(1e9)

    def _lay(self, matrix: Array) -> None:
        self._matrix = matrix
        self._s = self._fields.views(matrix)
        self._baseline = baseline.Baseline(self._s, self.seconds, self.tuning)
        self._evidence = evidence.Evidence(self._s, self.seconds, self.tuning)

    def tick(self, start: float, counts: np.ndarray) -> Tick:
        """Judge a closed bin, then learn from it.

        Args:
            start: the bin's beginning, seconds since 1970; later than that of the call before.
            counts: mentions of each topic, NaN where the bin was not seen (a gap, which is no zero).

        Raises:
            ValueError: not later than the bin before.
        """
        missed = self._missed(start)
        moment = self.calendar.moment(start, self.seconds)
        if self._day is not None and moment.day != self._day:
            self._evidence.close_day()
        self._last, self._day = start, moment.day
        s, t = self._s, self.tuning
        x = np.asarray(counts, dtype=np.float32)
        known = np.isfinite(x).astype(np.float32)
        x = np.where(known > 0, x, np.float32(0))
        s["gap"] += np.float32(missed)
        self._after_gaps(known)
        s["alert_age"] += np.float32(self.seconds * (1 + missed))
        level, spread = self._baseline.level(), self._baseline.spread()
        hour, week = self._baseline.factors(moment, level, spread)
        fresh = (s["observed"] < t.warm_up_bins).astype(np.float32)
        mu = self._baseline.learn(x, known, moment, (level, hour, week, spread), fresh)
        judged = known * (s["settling"] == 0)
        self._evidence.take(np.minimum(x, np.float32(t.utmost) * (mu + 1)), mu, judged)
        residual, seen, expected = self._evidence.residuals(spread)
        mean, deviation = self._evidence.usual()
        z = np.maximum((residual - mean) / deviation, 0)
        score = z.mean(axis=0) * judged
        stands_out = ((z > 0) & (seen >= t.min_ratio * expected) & (seen - expected >= t.min_extra)).any(axis=0)
        stands_out &= seen[-1] >= t.min_count
        warm = (s["observed"] >= t.warm_up_bins) & (s["observed"] * np.float32(self.seconds) >= t.warm_up)
        self._evidence.remember(residual, judged * warm)
        threshold = self.thresholds * self._caution(moment.is_holiday)
        relative = score / threshold
        relative = np.where(stands_out & warm, relative, np.minimum(relative, np.float32(0.95)))
        height = (seen[:2] / expected[:2]).max(axis=0)
        spike = self._gate(score, relative, height)
        relative = np.where(spike, relative, np.minimum(relative, np.float32(0.95)))
        self._baseline.doubt(((seen[-1] < 0.05 * expected[-1]) & (expected[-1] > 20)) * judged)
        variance = spread * (mu + self._baseline.prior)
        low, high = band.band(mu, variance, s["widen_low"], s["widen_high"])
        band.learn(x, low, high, known * warm, s["widen_low"], s["widen_high"])
        s["observed"] += known
        s["settling"][:] = np.maximum(s["settling"] - known, 0)
        return Tick(score, relative, spike, mu, low, high, spread, threshold, judged * warm)

    def _missed(self, start: float) -> float:
        """How many bins lie between the last call and this one."""
        if self._last is None:
            return 0.0
        steps = round((start - self._last) / self.seconds)
        if steps < 1:
            raise ValueError("a bin must begin after the one before it")
        return float(steps - 1)

    def _after_gaps(self, known: Array) -> None:
        """Where a gap ends now: let go of the surprise before it, and after a long one look on for a while first."""
        s, t = self._s, self.tuning
        ends = (known > 0) & (s["gap"] > 0) & (s["observed"] > 0)
        if ends.any():
            for gap in np.unique(s["gap"][ends]):
                self._evidence.fade(float(gap), ends & (s["gap"] == gap))
            long = ends & (s["gap"] >= 3) & (s["gap"] * np.float32(self.seconds) >= t.long_gap)
            s["settling"][long] = t.settling_bins
        s["gap"] += 1 - known
        s["gap"] *= 1 - known

    def _caution(self, holiday: bool) -> Array:
        """How many times the threshold a topic must reach now: more while little is known of it."""
        t = self.tuning
        days = self._s["observed"] * np.float32(self.seconds / DAY)
        factor = np.where(days < t.cold_days, np.float32(t.cold_factor), np.float32(1))
        return factor * np.float32(t.holiday_factor) if holiday else factor

    def _gate(self, score: Array, relative: Array, height: Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Alert once a day at most, unless it gets twice as bad and higher; remembers only what was really alerted."""
        s, t = self._s, self.tuning
        worse = (score >= t.escalation * s["alerted_score"]) & (height >= t.escalation_height * s["alerted_height"])
        open_ = (s["alert_age"] >= t.silence) | worse
        spike = (relative >= 1) & open_
        np.copyto(s["alerted_score"], score, where=spike)
        np.copyto(s["alerted_height"], height, where=spike)
        s["alert_age"][spike] = 0
        return spike

    @property
    def day(self) -> int | None:
        """The local day of the latest bin."""
        return self._day

    def last_alert_ages(self) -> Array:
        """Seconds since each topic's latest alert, before the bin to come."""
        return self._s["alert_age"].copy()

    def last_hour(self, topic: int) -> tuple[float, float]:
        """Mentions seen and expected in about the last hour (or the bin, where it is longer), fading."""
        windows = self._evidence.windows
        at = min(range(len(windows)), key=lambda n: abs(windows[n] - 3600.0))
        return float(self._s["window_seen"][at, topic]), float(self._s["window_expected"][at, topic])

    @property
    def topics(self) -> int:
        """How many topics there are."""
        return int(self._matrix.shape[1])

    @property
    def bytes_a_topic(self) -> int:
        """Size of a topic's state."""
        return (self._fields.rows + 1) * 4

    def grow(self, topics: int) -> None:
        """Make room for so many topics in all; the new ones know nothing yet.

        Raises:
            ValueError: fewer than there are.
        """
        more = topics - self.topics
        if more < 0:
            raise ValueError("topics are not taken away by growing")
        fresh = Detector(more, self.seconds, self.calendar, self.tuning)
        self.thresholds = np.concatenate([self.thresholds, fresh.thresholds])
        self._lay(np.concatenate([self._matrix, fresh._matrix], axis=1))

    def set_sensitivity(self, topic: int, sensitivity: Sensitivity) -> None:
        """Alert less or more easily for one topic from now on."""
        self.thresholds[topic] = THRESHOLDS[sensitivity]

    def state_bytes(self) -> bytes:
        """Everything that decides: a detector made from it by `from_bytes` goes on exactly as this one would."""
        header = {
            "seconds": self.seconds,
            "last": self._last,
            "day": self._day,
            "calendar": asdict(self.calendar),
            "tuning": asdict(self.tuning),
            "layout": self._fields.layout,
        }
        return pack(header, np.vstack([self._matrix, self.thresholds]))

    @classmethod
    def from_bytes(cls, data: bytes) -> Detector:
        """The detector whose state that is.

        Raises:
            StateError: damaged, or of another version of the detector.
        """
        header, matrix = unpack(data)
        tuning = header["tuning"]
        tuning["windows"] = tuple(tuning["windows"])
        made = cls(0, header["seconds"], Calendar(**header["calendar"]), Tuning(**tuning))
        if [list(field) for field in made._fields.layout] != header["layout"]:
            raise StateError("the state of another version")
        made.thresholds = matrix[-1].copy()
        made._lay(np.ascontiguousarray(matrix[:-1]))
        made._last, made._day = header["last"], header["day"]
        return made
