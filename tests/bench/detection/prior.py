"""Makes `bot/detection/prior.json`, from development simulations alone: `python -m tests.bench.detection.prior`.

Calm, raised and alarming hours: what the forecaster itself has learned by the end of the runs. Alert moments: least
squares and quantiles over the forecasts at alerts, in two passes, smoothed over neighbouring horizons.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np

import bot.detection
from bot.detection.calendar import UTC_ONLY
from bot.detection.detector import Detector
from bot.detection.forecast import Forecaster
from bot.detection.horizons import ALERT, LEVELS
from bot.detection.hourly import HORIZONS
from tests.bench.detection.forecasting import hourly
from tests.bench.detection.simulator import DEVELOPMENT_SEEDS, World, simulate

_START: Final = 1_000_080_000.0  # a midnight, UTC
_WHERE: Final = Path(bot.detection.__file__).with_name("prior.json")


def main() -> None:
    """Run, fit, write."""
    learned, alerts = [], []
    for seed in DEVELOPMENT_SEEDS:
        coefficients, quantiles, found = _pass(simulate("cox", seed))
        learned.append((coefficients, quantiles))
        alerts += found
    coefficients = np.mean([c for c, _ in learned], axis=0)
    quantiles = np.mean([q for _, q in learned], axis=0)
    coefficients[ALERT], quantiles[ALERT] = _fit(alerts)
    for part in (coefficients, quantiles):
        smooth = part.copy()
        for h in range(HORIZONS):
            smooth[:, h] = part[:, max(0, h - 1) : h + 2].mean(axis=1)
        part[:, 1:] = smooth[:, 1:]
    quantiles.sort(axis=-1)
    features = np.array([alert[0] for alert in alerts])
    gram = features.T @ features / len(alerts) + 0.01 * np.eye(features.shape[1])
    parts = {"coefficients": coefficients, "quantiles": quantiles, "alert_gram": gram}
    rounded = {name: part.round(3).tolist() for name, part in parts.items()}
    _WHERE.write_text(json.dumps(rounded, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(alerts)} alert moments; wrote {_WHERE.name}")


Alert = tuple[np.ndarray, np.ndarray, np.ndarray]  # features (3,), deviations (24,), scales (24,)


def _pass(world: World) -> tuple[np.ndarray, np.ndarray, list[Alert]]:
    bins = world.counts
    detector = Detector(bins.shape[1], 300, UTC_ONLY)
    forecaster = Forecaster(bins.shape[1], UTC_ONLY)
    hours = hourly(bins)
    found: list[Alert] = []
    for row in range(len(bins)):
        if row % 12 == 0 and row:
            forecaster.learn(_START + (row - 12) * 300, hours[row // 12 - 1])
        spikes = detector.tick(_START + row * 300, bins[row]).spike
        if 14 * 288 < row < len(bins) - 288:
            for topic in np.flatnonzero(spikes & (world.rates * 12 > 1)):
                recent = bins[row - 11 : row + 1, topic].sum()
                after = hourly(bins[row + 1 : row + 289, topic : topic + 1])[:, 0]
                found.append(forecaster.moments(int(topic), _START + (row + 1) * 300, float(recent), after))
    return forecaster.horizons.coefficients, forecaster.horizons.quantiles, found


def _fit(alerts: list[Alert]) -> tuple[np.ndarray, np.ndarray]:
    features = np.array([a[0] for a in alerts])
    off = np.array([a[1] for a in alerts])
    scale = np.array([a[2] for a in alerts])
    coefficients = np.empty((HORIZONS, features.shape[1]))
    quantiles = np.empty((HORIZONS, len(LEVELS)))
    for h in range(HORIZONS):
        weighted = features / scale[:, h : h + 1]
        gram = weighted.T @ weighted + 5 * np.eye(features.shape[1])
        coefficients[h] = np.linalg.solve(gram, weighted.T @ (off[:, h] / scale[:, h]))
        left = (off[:, h] - features @ coefficients[h]) / scale[:, h]
        quantiles[h] = np.quantile(left, LEVELS)
    return coefficients, quantiles


if __name__ == "__main__":
    main()
