"""Forecasts scored: scaled weighted interval score, error and coverage, at regular origins and at alert moments.

WIS over the median and the 80 % and 95 % intervals (Bracher et al. 2021), each series scaled by the mean absolute
error of repeating the week before over its whole length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.detection.calendar import Calendar
from bot.detection.detector import Detector
from bot.detection.forecast import Forecast, Forecaster

HORIZONS: Final = 24
HISTORY: Final = 28 * 24
ORIGINS: Final = 26
_QUANTILES: Final = ("low95", "low80", "median", "high80", "high95")


@dataclass(frozen=True)
class Score:
    """Of all forecasts together: scaled WIS and absolute error, and how often the bands held."""

    wis: float
    mae: float
    cover80: float
    cover95: float
    forecasts: int


def hourly(bins: np.ndarray) -> np.ndarray:
    """Sums of twelve 5-minute bins, shape (hours, topics); an hour lacking more than two bins is not known."""
    whole = bins[: len(bins) // 12 * 12].reshape(-1, 12, bins.shape[1])
    missing = np.isnan(whole).sum(axis=1)
    sums = np.nansum(whole, axis=1) * 12 / np.maximum(12 - missing, 1)
    return np.where(missing <= 2, sums, np.nan)


def weekly_errors(hours: np.ndarray) -> np.ndarray:
    """Mean absolute error of repeating the week before, a series."""
    return np.nanmean(np.abs(hours[168:] - hours[:-168]), axis=0)


def origins(hours: int) -> list[int]:
    """Regular origins after four weeks, about 25 hours apart so that they meet every hour of the day."""
    return [int(o) for o in np.linspace(HISTORY, hours - HORIZONS, ORIGINS)]


def scored(truth: Sequence[np.ndarray], quantiles: Sequence[np.ndarray], scales: Sequence[float]) -> Score:
    """Score forecasts: truth of shape (24,), quantiles of shape (5, 24) in the order 2.5, 10, 50, 90, 97.5 %."""
    y, q, s = np.array(truth), np.array(quantiles), np.array(scales)[:, None]
    low95, low80, median, high80, high95 = (q[:, k] for k in range(5))
    interval80 = (high80 - low80) + 2 / 0.2 * (np.maximum(low80 - y, 0) + np.maximum(y - high80, 0))
    interval95 = (high95 - low95) + 2 / 0.05 * (np.maximum(low95 - y, 0) + np.maximum(y - high95, 0))
    wis = (0.5 * np.abs(y - median) + 0.1 * interval80 + 0.025 * interval95) / 2.5
    ok = np.isfinite(y)
    return Score(
        float((wis / s)[ok].mean()),
        float((np.abs(y - median) / s)[ok].mean()),
        float(((y >= low80) & (y <= high80))[ok].mean()),
        float(((y >= low95) & (y <= high95))[ok].mean()),
        len(y),
    )


def as_quantiles(forecast: Forecast) -> np.ndarray:
    """The five lines of a forecast, shape (5, 24)."""
    return np.stack([getattr(forecast, name) for name in _QUANTILES])


@dataclass(frozen=True)
class Run:
    """Forecasts of one pass: (topic, bin of the origin, forecast) at regular origins and at alert moments."""

    regular: list[tuple[int, int, Forecast]]
    at_alerts: list[tuple[int, int, Forecast]]
    forecaster: Forecaster


def run(bins: np.ndarray, first: float, calendar: Calendar, at: Sequence[int], warm: int = HISTORY) -> Run:
    """Detector and forecaster side by side through 5-minute bins; forecasts at the hours `at` and at every alert.

    An alert's forecast begins when the bin that alerted closes, knowing the counts up to it and nothing later. The
    first `warm` hours give none.
    """
    topics = bins.shape[1]
    detector, forecaster = Detector(topics, 300, calendar), Forecaster(topics, calendar)
    hours = hourly(bins)
    due = set(at)
    regular, alerts = [], []
    for row in range(len(hours) * 12):
        if row % 12 == 0:
            if row:
                forecaster.learn(first + (row - 12) * 300, hours[row // 12 - 1])
            if row // 12 in due:
                for topic in range(topics):
                    made = forecaster.forecast(topic, first + row * 300)
                    if isinstance(made, Forecast):
                        regular.append((topic, row, made))
        spikes = detector.tick(first + row * 300, bins[row]).spike
        if spikes.any():
            for topic in map(int, np.flatnonzero(spikes)):
                recent = float(np.nansum(bins[row - 11 : row + 1, topic]))
                made = forecaster.forecast(topic, first + (row + 1) * 300, recent, at_alert=True)
                if isinstance(made, Forecast) and warm * 12 <= row < len(bins) - 288:
                    alerts.append((topic, row + 1, made))
    return Run(regular, alerts, forecaster)


def score_run(bins: np.ndarray, made: Sequence[tuple[int, int, Forecast]]) -> Score:
    """Score forecasts of a run against the bins that followed."""
    scales = weekly_errors(hourly(bins))
    truth = [hourly(bins[row : row + 288, topic : topic + 1])[:, 0] for topic, row, _ in made]
    return scored(truth, [as_quantiles(f) for _, _, f in made], [max(scales[topic], 1e-9) for topic, _, _ in made])
