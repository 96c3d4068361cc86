"""How deviations fade and how wide the future scatters, learned online from all topics together.

For each horizon and state of alarm a small least squares says what is left of today's deviations, and quantiles of what
remains are moved by the pinball rule. Both begin with what the development simulations taught (`prior.json`).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np

from bot.detection.hourly import FEATURES, HORIZONS

LEVELS: Final = (0.025, 0.1, 0.5, 0.9, 0.975)
BUCKETS: Final = 4
"""Calm, raised, alarming by the size of the latest deviation; and the moment of an alert itself."""
ALERT: Final = 3
EDGES: Final = (1.0, 2.5)
Floats = np.ndarray[Any, np.dtype[np.float64]]
_PRIOR_WEIGHT: Final = 300.0
_PRIOR_ALERTS: Final = 20.0
"""What the simulations taught of alert moments counts as much as so many alerts of one's own."""
_ALERT_STEP: Final = 0.05
_FORGET: Final = 0.5 ** (1 / (24 * 60))
_STEP: Final = 0.06
_STEADY: Final = 2.0
_LEARNED: Final = ("coefficients", "quantiles", "gram", "moment")


class Horizons:
    """The pooled part; the same for all topics of a bank, some kilobytes."""

    def __init__(self) -> None:
        prior = _prior()
        self.coefficients: Floats = prior["coefficients"].copy()  # (buckets, horizons, features)
        self.quantiles: Floats = prior["quantiles"].copy()  # (buckets, horizons, levels), in scales
        gram = np.broadcast_to(np.eye(FEATURES), (BUCKETS, HORIZONS, FEATURES, FEATURES)) * _PRIOR_WEIGHT
        gram[ALERT] = prior["alert_gram"] * _PRIOR_ALERTS
        self.gram: Floats = gram
        self.moment: Floats = (gram @ self.coefficients[..., None])[..., 0]

    def bucket(self, features: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """0 calm, 1 raised, 2 alarming, for features of shape (features, topics)."""
        size = np.maximum(features[0], features[1]) / scale
        return np.asarray(np.digitize(size, EDGES))

    def fade(self, features: np.ndarray, bucket: int, horizon: int | slice) -> np.ndarray:
        """What is left of the deviations at a horizon (0 is one hour ahead)."""
        return np.asarray(self.coefficients[bucket, horizon] @ features)

    def learn(
        self, horizon: int, features: np.ndarray, buckets: np.ndarray, off: np.ndarray, scale: np.ndarray
    ) -> None:
        """What became of topics whose features were these so many hours ago: their deviation and scale now."""
        for bucket in range(ALERT):
            here = buckets == bucket
            number = int(here.sum())
            if not number:
                continue
            x, y, wide = features[:, here].astype(np.float64), off[here].astype(np.float64), scale[here]
            left = (y - self.coefficients[bucket, horizon] @ x) / wide
            below = (left[:, None] < self.quantiles[bucket, horizon]).sum(axis=0)
            step = _STEP * (1 + 2 * bucket)
            self.quantiles[bucket, horizon] += step * (np.array(LEVELS) * number - below) / (number + _STEADY)
            weighted = x / wide
            self.gram[bucket, horizon] = self.gram[bucket, horizon] * _FORGET + weighted @ weighted.T
            self.moment[bucket, horizon] = self.moment[bucket, horizon] * _FORGET + weighted @ np.clip(y / wide, -8, 8)

    def learn_alert(self, horizon: int, features: Floats, off: float) -> None:
        """What became of a topic so many hours after its alert, in log units: its calm scale says little here."""
        left = off - float(self.coefficients[ALERT, horizon] @ features)
        self.quantiles[ALERT, horizon, 2] += _ALERT_STEP * (0.5 - (left < self.quantiles[ALERT, horizon, 2]))
        self.gram[ALERT, horizon] += np.outer(features, features)
        self.moment[ALERT, horizon] += features * off

    def settle(self) -> None:
        """Solve for the coefficients, and keep the quantiles in order."""
        self.coefficients = np.asarray(np.linalg.solve(self.gram, self.moment[..., None])[..., 0], dtype=np.float64)
        self.quantiles.sort(axis=-1)

    def as_data(self) -> dict[str, Any]:
        """For the state; floats survive JSON exactly."""
        return {name: getattr(self, name).tolist() for name in _LEARNED}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Horizons:
        """What `as_data` gave."""
        made = cls()
        for name in _LEARNED:
            setattr(made, name, np.array(data[name], dtype=np.float64))
        return made


@cache
def _prior() -> dict[str, Floats]:
    text = resources.files("bot.detection").joinpath("prior.json").read_text(encoding="utf-8")
    return {name: np.array(values, dtype=np.float64) for name, values in json.loads(text).items()}
