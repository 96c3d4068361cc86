"""Topics for the tests: a usual day, and a detector that has watched it."""

from __future__ import annotations

import numpy as np

from bot.detection.calendar import UTC_ONLY, Calendar
from bot.detection.detector import Detector

MIDNIGHT = 1_735_689_600.0  # Wednesday 2025-01-01 00:00 UTC
BIN = 300.0


def usual(days: int, rate: float = 4.0, seed: int = 1, bins: int = 288) -> np.ndarray:
    """Counts of a topic with a day and a night."""
    hour = np.arange(days * bins) * 24 / bins % 24
    return np.random.default_rng(seed).poisson(rate * (1 - 0.6 * np.cos(hour / 24 * 2 * np.pi)))


class Run:
    """A detector of one topic and the bins that it has seen."""

    def __init__(self, seconds: float = BIN, calendar: Calendar = UTC_ONLY) -> None:
        self.detector = Detector(1, seconds, calendar)
        self.at = MIDNIGHT
        self.alerts: list[float] = []
        self.score = 0.0
        self.expected = 0.0

    def see(self, *counts: float) -> int:
        """Feed bins one after the other; returns how many of them alerted."""
        before = len(self.alerts)
        for count in counts:
            tick = self.detector.tick(self.at, np.array([count]))
            self.score, self.expected = float(tick.score[0]), float(tick.expected[0])
            if tick.spike[0]:
                self.alerts.append(self.at)
            self.at += self.detector.seconds
        return len(self.alerts) - before

    def skip(self, bins: int) -> None:
        """Bins that nobody saw, all topics alike."""
        self.at += bins * self.detector.seconds
