"""The detector: one call a bin for all topics, no history kept, nothing of the future used."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from bot.detection.calendar import Calendar
from bot.detection.evidence import windows_of
from bot.detection.judging import Judge, Tick, fields
from bot.detection.state import Array, StateError, batches, joined, pack, unpack
from bot.detection.tuning import FIXED, THRESHOLDS, Sensitivity, Tuning


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
        self._fields = fields(self.seconds, tuning)
        self.thresholds = np.full(topics, THRESHOLDS[Sensitivity.BALANCED], dtype=np.float32)
        self._last: float | None = None
        self._day: int | None = None
        self._lay(self._fields.empty(topics))
        self._s["alert_age"][:] = np.float32(1e9)

    def _lay(self, matrix: Array) -> None:
        self._matrix = matrix
        self._s = self._fields.views(matrix)
        self._batches = batches(matrix.shape[1])
        self._judges = [self._judge(at) for at in self._batches]

    def _judge(self, at: slice) -> Judge:
        return Judge(self._fields.views(self._matrix[:, at]), self.thresholds[at], self.seconds, self.tuning)

    def tick(self, start: float, counts: np.ndarray) -> Tick:
        """Judge a closed bin, then learn from it.

        Args:
            start: the bin's beginning, seconds since 1970; later than that of the call before.
            counts: mentions of each topic, NaN where the bin was not seen (a gap, which is no zero).

        Raises:
            ValueError: not later than the bin before.
        """
        missed = self.missed(start)
        moment = self.calendar.moment(start, self.seconds)
        if self._day is not None and moment.day != self._day:
            for judge in self._judges:
                judge.close_day()
        self._last, self._day = start, moment.day
        x = np.asarray(counts, dtype=np.float32)
        return joined(
            [judge.tick(x[at], moment, missed) for at, judge in zip(self._batches, self._judges, strict=True)]
        )

    def missed(self, start: float) -> float:
        """How many bins lie between the latest one and the one that begins at `start`.

        Raises:
            ValueError: it is not later.
        """
        if self._last is None:
            return 0.0
        steps = round((start - self._last) / self.seconds)
        if steps < 1:
            raise ValueError("a bin must begin after the one before it")
        return float(steps - 1)

    @property
    def day(self) -> int | None:
        """The local day of the latest bin."""
        return self._day

    def last_alert_ages(self) -> Array:
        """Seconds since each topic's latest alert, before the bin to come."""
        return self._s["alert_age"].copy()

    def last_hour(self, topic: int) -> tuple[float, float]:
        """Mentions seen and expected in about the last hour (or the bin, where it is longer), fading."""
        windows = windows_of(self.seconds, self.tuning)
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

    def set_back(self, start: float) -> None:
        """Take the bin that began at `start` for the latest; what was learned since stays learned."""
        self._last, self._day = start, self.calendar.moment(start, self.seconds).day

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
