"""How far a topic is above what was expected, at several time scales, against the topic's own daily maxima.

The residual of a window is the root of its quasi-Poisson deviance, as log1p. A calm topic also has a highest residual
every day, and a restless one a high one: a residual counts only as far as it exceeds those (mean and deviation of the
daily maxima, with a prior worth two days so that a new topic has an answer at once).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from bot.detection.state import Array
from bot.detection.tuning import DAY, HOUR, Tuning

MAXIMA_FIELDS: Final = (("maxima_weight", 1), ("day_bins", 1))


def windows_of(seconds: float, tuning: Tuning) -> tuple[float, ...]:
    """The time scales in seconds for bins of that length: the bin itself, and those clearly longer."""
    return (seconds, *(w for w in tuning.windows if w > 1.5 * seconds))


def fields_of(windows: Sequence[float]) -> tuple[tuple[str, int], ...]:
    """The state's fields for these windows."""
    number = max(2, len(windows))  # a block of one row would be a view of another shape
    names = ("window_seen", "window_expected", "day_max", "maxima_sum", "maxima_square")
    return (*((name, number) for name in names), *MAXIMA_FIELDS)


class Evidence:
    """Residuals and their calibration for many topics, over views of their state; blocks are (windows, topics)."""

    def __init__(self, views: dict[str, Array], seconds: float, tuning: Tuning) -> None:
        self._s = views
        self.windows = windows_of(seconds, tuning)
        self._n = len(self.windows)
        keeps = [0.0, *(math.exp(-seconds / w) for w in self.windows[1:])]
        self._keep = np.array(keeps, dtype=np.float32)[:, None]
        lengths = [seconds / (1 - k) for k in keeps]
        self._prior = np.array([tuning.rate_prior * length / HOUR for length in lengths], dtype=np.float32)[:, None]
        self._bins_a_day = max(1.0, DAY / seconds)
        self._day_keep = np.float32(0.5 ** (max(DAY, seconds) / tuning.maxima_half_life))
        self._weight = np.float32(tuning.maxima_prior_days)
        usual = [_usual_maximum(DAY / max(w, seconds)) for w in self.windows]
        self._usual = np.array(usual, dtype=np.float32)[:, None]
        self._floor = np.float32(tuning.maxima_floor)
        self._usual_now: tuple[Array, Array] | None = None

    def take(self, counts: Array, mu: Array, known: Array) -> None:
        """Slide the windows by a bin; a gap leaves them as they are."""
        n = self._n
        all_known = bool(known.all())
        for block, added in (("window_seen", counts), ("window_expected", mu)):
            rows = self._s[block][:n]
            if all_known:
                rows *= self._keep
                rows += added
            else:
                np.copyto(rows, rows * self._keep + added, where=known > 0)

    def fade(self, bins: Array, where: np.ndarray) -> None:
        """After a gap of so many bins each the surprise before it has faded: windows slide to the expected."""
        n = self._n
        seen, expected = self._s["window_seen"][:n], self._s["window_expected"][:n]
        faded = expected + (seen - expected) * self._keep**bins
        np.copyto(seen, faded, where=where)

    def residuals(self, spread: Array) -> tuple[Array, Array, Array]:
        """Residual, mentions seen and mentions expected of each window (with the rate that even a silent topic has)."""
        n = self._n
        seen = self._s["window_seen"][:n]
        expected = self._s["window_expected"][:n] + self._prior
        above = np.maximum(seen, expected)
        deviance = above * np.log(above / expected) - (above - expected)
        return np.log1p(np.sqrt(np.maximum(deviance, 0) * 2 / spread)), seen, expected

    def slowest(self) -> tuple[Array, Array]:
        """Mentions seen and expected in the longest window."""
        return self._s["window_seen"][self._n - 1], self._s["window_expected"][self._n - 1]

    def usual(self) -> tuple[Array, Array]:
        """Mean and deviation of the daily maxima of each window; they change only when a day closes."""
        if self._usual_now is None:
            self._usual_now = self._usual_by_history()
        return self._usual_now

    def _usual_by_history(self) -> tuple[Array, Array]:
        n = self._n
        own = self._s["maxima_weight"]
        weight = own + self._weight
        total, square = self._s["maxima_sum"][:n], self._s["maxima_square"][:n]
        mean = (total + self._weight * self._usual) / weight
        scatter = np.maximum(square - total * total / np.maximum(own, np.float32(1e-6)), 0)  # about the own mean
        return mean, np.maximum(np.sqrt((scatter + self._weight * self._floor**2) / weight), self._floor)

    def remember(self, residual: Array, known: Array) -> None:
        """Keep the day's highest residual."""
        n = self._n
        np.maximum(self._s["day_max"][:n], residual * known, out=self._s["day_max"][:n])
        self._s["day_bins"] += known

    def close_day(self) -> None:
        """A day is over: its maxima become history, as far as it was seen, clipped so that a crisis teaches little."""
        n = self._n
        mean, deviation = self.usual()
        share = np.minimum(self._s["day_bins"] / np.float32(self._bins_a_day), 1)
        share *= share > np.float32(0.3)
        highest = np.minimum(self._s["day_max"][:n], mean + 2 * deviation)
        keep = 1 - (1 - self._day_keep) * share
        self._s["maxima_sum"][:n] *= keep
        self._s["maxima_sum"][:n] += share * highest
        self._s["maxima_square"][:n] *= keep
        self._s["maxima_square"][:n] += share * highest * highest
        self._s["maxima_weight"] *= keep
        self._s["maxima_weight"] += share
        self._s["day_max"][:] = 0
        self._s["day_bins"][:] = 0
        self._usual_now = None


def _usual_maximum(windows_a_day: float) -> float:
    """The residual that the highest of so many windows has on a usual day (normal tail), as log1p."""
    return math.log1p(math.sqrt(2 * math.log(max(windows_a_day, 2.0))))
