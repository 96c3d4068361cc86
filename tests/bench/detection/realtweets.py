"""The ten realTweets series as one grid of 5-minute bins: alarms for NAB, forecasts beside the rivals'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.detection.calendar import UTC_ONLY
from bot.detection.detector import Detector
from bot.detection.forecast import Forecast
from tests.bench.detection import forecasting, nab
from tests.bench.detection.forecasting import HISTORY, Score


@dataclass(frozen=True)
class Grid:
    """All files on common bins: `bins` (bins, files), NaN where a file has no row; `rows`: the bin of each row."""

    files: list[nab.File]
    first: float
    bins: np.ndarray
    rows: list[np.ndarray]


def grid() -> Grid:
    """Read the series.

    Raises:
        nab.NoData: they are missing.
    """
    files = nab.load()
    first = min(float(file.times[0]) for file in files)
    rows = [np.rint((file.times - first) / 300).astype(int) for file in files]
    bins = np.full((max(int(r[-1]) for r in rows) + 1, len(files)), np.nan, dtype=np.float32)
    for column, (file, at) in enumerate(zip(files, rows, strict=True)):
        bins[at, column] = file.counts
    return Grid(files, first, bins, rows)


def alarms(given: Grid) -> list[np.ndarray]:
    """The rows of each file at which the detector alerts, with the product's setting; days are UTC's, no holidays."""
    detector = Detector(len(given.files), 300, UTC_ONLY)
    found: list[list[int]] = [[] for _ in given.files]
    for row, counts in enumerate(given.bins):
        for column in np.flatnonzero(detector.tick(given.first + row * 300, counts).spike):
            found[int(column)].append(row)
    return [np.searchsorted(rows, at) for rows, at in zip(given.rows, found, strict=True)]


@dataclass(frozen=True)
class Forecasts:
    """Our forecasts with the truth, and what the rivals get to see.

    Attributes:
        ours: quantiles (forecasts, 5, 24), NaN rows never.
        truth: (forecasts, 24).
        scales: (forecasts,).
        parts: which forecasts are `regular`, at `alerts`, and the `shared` ones that the rivals make too.
        histories: four weeks before each shared forecast, (shared, 672), gaps filled with the hour a week before.
    """

    ours: np.ndarray
    truth: np.ndarray
    scales: np.ndarray
    parts: dict[str, np.ndarray]
    histories: np.ndarray

    def score(self, quantiles: np.ndarray, part: str) -> Score:
        """Score a part of forecasts given in the order of `ours`."""
        at = self.parts[part]
        return forecasting.scored(self.truth[at], quantiles[at], self.scales[at].tolist())

    def spread(self, shared: np.ndarray) -> np.ndarray:
        """Forecasts for the shared ones, laid out like `ours`."""
        whole = np.full_like(self.ours, np.nan)
        whole[np.concatenate([self.parts["shared"], self.parts["shared alerts"]])] = shared
        return whole


def forecasts(given: Grid, every: int = 3) -> Forecasts:
    """Run the forecaster; every so many-th regular origin is shared with the rivals, who are slow."""
    hours = forecasting.hourly(given.bins)
    run = forecasting.run(given.bins, given.first, UTC_ONLY, forecasting.origins(len(hours)))
    made = run.regular + run.at_alerts
    scales = forecasting.weekly_errors(hours)
    number, alerts = len(run.regular), len(run.at_alerts)
    origins = sorted({row for _, row, _ in run.regular})
    chosen = set(origins[:: max(1, every)])
    shared = [n for n, (_, row, _) in enumerate(run.regular) if row in chosen]
    parts = {
        "regular": np.arange(number),
        "alerts": np.arange(number, number + alerts),
        "shared": np.array(shared),
        "shared alerts": np.arange(number, number + alerts),
    }
    return Forecasts(
        np.array([forecasting.as_quantiles(f) for _, _, f in made]),
        np.array([forecasting.hourly(given.bins[row : row + 288, t : t + 1])[:, 0] for t, row, _ in made]),
        np.array([scales[t] for t, _, _ in made]),
        parts,
        np.array([_history(given.bins, made[n]) for n in (*shared, *range(number, number + alerts))]),
    )


def _history(bins: np.ndarray, made: tuple[int, int, Forecast]) -> np.ndarray:
    topic, row, _ = made
    hours = forecasting.hourly(bins[row - HISTORY * 12 : row, topic : topic + 1])[:, 0]
    for at in np.flatnonzero(np.isnan(hours)):
        hours[at] = hours[at - 168] if at >= 168 and np.isfinite(hours[at - 168]) else np.nanmedian(hours)
    return hours
