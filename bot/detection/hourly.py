"""What the forecast knows of a topic: log1p of its hourly counts as level, seasons and deviation.

All arrays are of shape (topics,); blocks have the slot first.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from bot.detection.calendar import Moment
from bot.detection.state import Array

HORIZONS: Final = 24
FEATURES: Final = 3
FIELDS: Final = (
    ("level", 1),
    ("hour", 24),
    ("weekend_hour", 24),
    ("week", 8),
    ("week_seen", 8),
    ("scale", 1),
    ("seen", 1),
    ("weekend_seen", 1),
    ("now", FEATURES),
)
_LEVEL_KEEP: Final = np.float32(0.5 ** (1 / 96))
_SCALE_KEEP: Final = np.float32(0.5 ** (1 / 120))
_FAST_KEEP: Final = np.float32(0.5 ** (1 / 3))
_SLOW_KEEP: Final = np.float32(0.5 ** (1 / 24))
_SLOWEST: Final = np.float32(1 / 40)
_PRIOR_DAYS: Final = np.float32(1.0)
_QUIET: Final = np.float32(4.0)
_CLIP: Final = np.float32(3.0)


class HourlyModel:
    """The model of many topics, over views of their state."""

    def __init__(self, views: dict[str, Array]) -> None:
        self.s = views

    def base(self, moment: Moment) -> Array:
        """What log1p of that hour's count is without any deviation."""
        s = self.s
        base: Array = s["level"] + s["hour"][moment.slot] + s["week"][moment.weekday]
        return np.asarray(base + s["weekend_hour"][moment.slot]) if moment.weekday >= 5 else base

    def scale(self, base: Array) -> Array:
        """The usual size of a deviation there; the fewer mentions an hour has, the wider its logarithm scatters."""
        mean = np.maximum(np.expm1(base), 0)
        return np.asarray((self.s["scale"] + np.float32(0.02)) * np.sqrt(1 + _QUIET / (mean + 1)))

    def deviated(self, y: Array, base: Array, known: Array) -> Array:
        """The features after an hour of that log1p count: its deviation, and the fading means of deviations."""
        off = np.clip(y - base, -4, 4)
        _, fast, slow = self.s["now"]
        if not known.all():
            off = np.where(known > 0, off, fast)
        return np.stack([off, fast + (1 - _FAST_KEEP) * (off - fast), slow + (1 - _SLOW_KEEP) * (off - slow)])

    def learn(self, y: Array, base: Array, moment: Moment, known: Array) -> None:
        """Take an hour in; `known` is 0 where it was not seen."""
        s = self.s
        off = y - base
        bound = _CLIP * self.scale(base) + 3 * (s["seen"] < 24)
        off = np.clip(off, -bound, bound) * known
        days = s["seen"] / 24
        s["level"] += off * np.maximum(1 - _LEVEL_KEEP, 1 / (s["seen"] + 1))
        rate = np.maximum(1 / (days + 1 + _PRIOR_DAYS), _SLOWEST)
        s["hour"][moment.slot] += off * rate * (s["seen"] >= 24)
        if moment.weekday >= 5:
            rate = np.maximum(1 / (s["weekend_seen"] / 24 + 2 + _PRIOR_DAYS), _SLOWEST)
            s["weekend_hour"][moment.slot] += off * rate * (s["seen"] >= 72)
            s["weekend_seen"] += known
        rate = np.maximum(1 / (s["week_seen"][moment.weekday] + 24 * (1 + _PRIOR_DAYS)), _SLOWEST / 24)
        s["week"][moment.weekday] += off * rate * (s["seen"] >= 24)
        s["week_seen"][moment.weekday] += known
        wide = np.abs(off) / np.sqrt(1 + _QUIET / (np.maximum(np.expm1(base), 0) + 1))
        s["scale"] += (wide * np.float32(1.25) - s["scale"]) * known * np.maximum(1 - _SCALE_KEEP, 1 / (s["seen"] + 1))
        s["seen"] += known
