"""How wide forecasts at alert moments must be: learned from what came after the alerts before.

No simulation knows how far a real crisis runs. So every forecast made at an alert waits here for its 24 hours, and each
hour outside its band widens the next ones, each inside narrows them a little (adaptive conformal inference, Gibbs and
Candès 2021), for both bands apart.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from bot.detection.hourly import HORIZONS
from bot.detection.tuning import HOUR

Floats = np.ndarray[Any, np.dtype[np.float64]]
_STEP: Final = 0.03
_NARROWEST, _WIDEST = 0.4, 4.0
_MOST_WAITING: Final = 2000


@dataclass(frozen=True)
class Waiting:
    """A forecast at an alert.

    Attributes:
        topic: its number.
        start: seconds since 1970.
        features: the deviations that it was made from.
        bases: log1p of what each hour held without them, 24 numbers, as many as the lines have.
    """

    topic: int
    start: float
    features: tuple[float, ...]
    bases: tuple[float, ...]
    low95: tuple[float, ...]
    low80: tuple[float, ...]
    high80: tuple[float, ...]
    high95: tuple[float, ...]


class Aftermath:
    """The widths that alert moments have needed, and the forecasts still waiting.

    Attributes:
        wide80: the 80 % band at alert moments is so many times as wide as the simulations taught, and
        wide95: the 95 % band.
    """

    def __init__(self) -> None:
        self.wide80 = 1.0
        self.wide95 = 1.0
        self._waiting: list[Waiting] = []

    def wait_for(self, forecast: Waiting) -> None:
        """Remember a forecast; beyond a bound the oldest is forgotten."""
        self._waiting.append(forecast)
        del self._waiting[:-_MOST_WAITING]

    def see(self, start: float, counts: np.ndarray) -> list[tuple[int, Floats, float]]:
        """An hour is over: hold the forecasts against it.

        Returns:
            what `Horizons.learn_alert` takes: horizon, features and the hour's deviation from its base.
        """
        still, lessons = [], []
        for waiting in self._waiting:
            at = (start - waiting.start) / HOUR
            if at > HORIZONS - 1:
                continue
            still.append(waiting)
            count = float(counts[waiting.topic])
            if at >= 0 and np.isfinite(count):
                self._hold(waiting, at, count)
                off = float(np.log1p(count) - np.interp(at, range(HORIZONS), waiting.bases))
                lessons.append((round(at), np.array(waiting.features), off))
        self._waiting = still
        return lessons

    def _hold(self, waiting: Waiting, at: float, count: float) -> None:
        def line(values: tuple[float, ...]) -> float:
            return float(np.interp(at, range(HORIZONS), values))

        out80 = not line(waiting.low80) <= count <= line(waiting.high80)
        out95 = not line(waiting.low95) <= count <= line(waiting.high95)
        self.wide80 = _bounded(self.wide80 * np.exp(_STEP * (out80 - 0.2)))
        self.wide95 = max(self.wide80 * 0.8, _bounded(self.wide95 * np.exp(_STEP * (out95 - 0.05))))

    def as_data(self) -> dict[str, Any]:
        """For the state; floats survive JSON exactly."""
        return {"wide80": self.wide80, "wide95": self.wide95, "waiting": [asdict(w) for w in self._waiting]}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Aftermath:
        """What `as_data` gave."""
        made = cls()
        made.wide80, made.wide95 = float(data["wide80"]), float(data["wide95"])
        for item in data["waiting"]:
            lines = {k: tuple(v) for k, v in item.items() if k not in ("topic", "start")}
            made._waiting.append(Waiting(item["topic"], item["start"], **lines))
        return made


def _bounded(width: float) -> float:
    return float(min(max(width, _NARROWEST), _WIDEST))
