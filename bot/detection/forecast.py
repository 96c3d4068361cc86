"""The next 24 hours of a topic, with bands that were watched to hold what they promise."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from bot.detection.aftermath import Aftermath, Waiting
from bot.detection.calendar import Calendar
from bot.detection.horizons import ALERT, Floats, Horizons
from bot.detection.hourly import FEATURES, FIELDS, HORIZONS, HourlyModel
from bot.detection.state import Fields, StateError, pack, unpack
from bot.detection.tuning import HOUR

ENOUGH_HOURS: Final = 72
_MARGIN: Final = 1.05
"""The learned quantiles trail behind a little: on the development simulations they held 78.9 and 94.4 %."""
_SPEAKS: Final = float(np.log1p(1.0))
"""Topics with less than a mention an hour teach the others nothing: their hours are zeros."""


class NoForecast(StrEnum):
    """Why there is none."""

    NOT_ENOUGH_HISTORY = "not_enough_history"
    BINS_TOO_LONG = "bins_too_long"
    MADE_TOO_LATE = "made_too_late"
    STALE = "stale"


@dataclass(frozen=True)
class Forecast:
    """The coming hours, arrays of shape (24,) in mentions an hour.

    Attributes:
        start: where the first of them begins, seconds since 1970.
        median: as many fall above as below.
        low80: with `high80` the band of four in five hours; `low95` and `high95` that of nineteen in twenty.
        at_alert: drawn at the moment of an alert, with the wider bands that such moments need.
    """

    start: float
    low95: Floats
    low80: Floats
    median: Floats
    high80: Floats
    high95: Floats
    at_alert: bool


class Forecaster:
    """Forecasts of many topics, from their hourly counts."""

    def __init__(self, topics: int, calendar: Calendar | None = None) -> None:
        self.calendar = calendar or Calendar()
        self._fields = Fields(FIELDS)
        self._matrix = self._fields.empty(topics)
        self._model = HourlyModel(self._fields.views(self._matrix))
        self._past = np.full((HORIZONS, FEATURES, topics), np.nan, dtype=np.float16)
        self._past_bucket = np.zeros((HORIZONS, topics), dtype=np.int8)
        self.horizons = Horizons()
        self.aftermath = Aftermath()
        self._hour: int | None = None

    def learn(self, start: float, counts: np.ndarray) -> None:
        """Take in a whole hour that begins at `start`; NaN where it was not seen.

        Raises:
            ValueError: not later than the hour before.
        """
        hour = round(start / HOUR)
        missed = 0 if self._hour is None else hour - self._hour - 1
        if missed < 0:
            raise ValueError("an hour must begin after the one before it")
        if missed:
            self._past = np.roll(self._past, min(missed, HORIZONS), axis=0)
            self._past[: min(missed, HORIZONS)] = np.nan
            self._past_bucket = np.roll(self._past_bucket, min(missed, HORIZONS), axis=0)
            self._model.s["now"][:] *= np.float32(0.5 ** (missed / 6))
        self._hour = hour
        for lesson in self.aftermath.see(start, counts):
            self.horizons.learn_alert(*lesson)
        moment = self.calendar.moment(start, HOUR)
        known = np.isfinite(counts).astype(np.float32)
        y = np.log1p(np.where(known > 0, counts, 0)).astype(np.float32)
        base = self._model.base(moment)
        scale = self._model.scale(base)
        ready = (known > 0) & (self._model.s["seen"] >= ENOUGH_HOURS) & (self._model.s["level"] > _SPEAKS)
        if ready.any():
            self._learn_horizons(y - base, scale, ready)
        features = self._model.deviated(y, base, known)
        self._past = np.roll(self._past, 1, axis=0)
        self._past_bucket = np.roll(self._past_bucket, 1, axis=0)
        self._past[0] = np.where(known > 0, features, np.nan)
        self._past_bucket[0] = self.horizons.bucket(features, scale)
        self._model.s["now"][:] = features
        self._model.learn(y, base, moment, known)

    def _learn_horizons(self, off: np.ndarray, scale: np.ndarray, ready: np.ndarray) -> None:
        for horizon in range(HORIZONS):
            past = self._past[horizon].astype(np.float32)
            use = ready & np.isfinite(past[0])
            if use.any():
                bucket = self._past_bucket[horizon][use]
                self.horizons.learn(horizon, past[:, use], bucket, off[use], scale[use])
        self.horizons.settle()

    def forecast(
        self, topic: int, now: float, recent: float | None = None, *, at_alert: bool = False
    ) -> Forecast | NoForecast:
        """The 24 hours from `now`.

        Args:
            topic: its number.
            now: seconds since 1970; the hours need not be whole ones.
            recent: mentions in the 60 minutes before `now`, where they are not yet part of a whole hour.
            at_alert: an alert was just raised.
        """
        seen = self._model.s["seen"][topic]
        if self._hour is None or seen < ENOUGH_HOURS:
            return NoForecast.NOT_ENOUGH_HISTORY
        if now - (self._hour + 1) * HOUR > 24 * HOUR:
            return NoForecast.STALE
        features, scale, bases, scales = self._at(topic, now, recent)
        bucket = ALERT if at_alert else int(self.horizons.bucket(features, scale)[0])
        middle = bases + self.horizons.fade(features[:, 0].astype(np.float64), bucket, slice(None))
        offsets = self.horizons.quantiles[bucket] * _MARGIN
        if at_alert:
            scales = np.ones_like(scales)
            inner, outer = self.aftermath.wide80, self.aftermath.wide95
            offsets = offsets[:, 2:3] + (offsets - offsets[:, 2:3]) * np.array([outer, inner, 1, inner, outer])
        lines = middle[:, None] + scales[:, None] * np.sort(offsets, axis=-1)
        values = np.maximum(np.expm1(np.minimum(lines, 30.0)), 0).T
        low95, low80, median, high80, high95 = values
        made = Forecast(now, low95, low80, median, high80, high95, at_alert)
        if at_alert:
            lows, highs = (made.low95, made.low80), (made.high80, made.high95)
            kept = (features[:, 0], bases, *lows, *highs)
            self.aftermath.wait_for(Waiting(topic, now, *(tuple(map(float, line)) for line in kept)))
        return made

    def _at(self, topic: int, now: float, recent: float | None) -> tuple[np.ndarray, np.ndarray, Floats, Floats]:
        """Features (features, 1) and their scale (1,) now; bases and scales of the coming hours, (24,)."""
        model = HourlyModel({name: view[..., topic : topic + 1] for name, view in self._model.s.items()})
        features = model.s["now"]
        base = model.base(self.calendar.moment(now - HOUR, HOUR))
        if recent is not None:
            y = np.log1p(np.array([recent], dtype=np.float32))
            features = model.deviated(y, base, np.ones(1, dtype=np.float32))
        moments = [self.calendar.moment(now + h * HOUR, HOUR) for h in range(HORIZONS)]
        bases = np.concatenate([model.base(m) for m in moments])
        return features, model.scale(base), bases.astype(np.float64), model.scale(bases).astype(np.float64)

    def moments(self, topic: int, now: float, recent: float, after: Floats) -> tuple[Floats, Floats, Floats]:
        """What a fit of alert moments needs: features (features,), deviations of the 24 hours after, their scales."""
        features, _, bases, scales = self._at(topic, now, recent)
        return features[:, 0].astype(np.float64), np.log1p(after) - bases, np.ones_like(scales)

    @property
    def bytes_a_topic(self) -> int:
        """Size of a topic's state."""
        return self._fields.rows * 4 + HORIZONS * (FEATURES * 2 + 1)

    def set_back(self, start: float) -> None:
        """Take the hour that began at `start` for the latest: a clock had run ahead and was set right."""
        self._hour = round(start / HOUR)

    def grow(self, topics: int) -> None:
        """Make room for so many topics in all; the new ones know nothing yet."""
        fresh = Forecaster(topics - self._matrix.shape[1], self.calendar)
        self._matrix = np.concatenate([self._matrix, fresh._matrix], axis=1)
        self._past = np.concatenate([self._past, fresh._past], axis=2)
        self._past_bucket = np.concatenate([self._past_bucket, fresh._past_bucket], axis=1)
        self._model = HourlyModel(self._fields.views(self._matrix))

    def state_bytes(self) -> bytes:
        """Everything that forecasts depend on: one made by `from_bytes` goes on exactly as this one would."""
        header = {
            "hour": self._hour,
            "calendar": asdict(self.calendar),
            "layout": self._fields.layout,
            "horizons": self.horizons.as_data(),
            "aftermath": self.aftermath.as_data(),
        }
        past = self._past.reshape(HORIZONS * FEATURES, -1).astype(np.float32)
        return pack(header, np.vstack([self._matrix, past, self._past_bucket.astype(np.float32)]))

    @classmethod
    def from_bytes(cls, data: bytes) -> Forecaster:
        """The forecaster whose state that is.

        Raises:
            StateError: damaged, or of another version.
        """
        header, matrix = unpack(data)
        made = cls(matrix.shape[1], Calendar(**header["calendar"]))
        if [list(field) for field in made._fields.layout] != header["layout"]:
            raise StateError("the state of another version")
        rows = made._fields.rows
        made._matrix = matrix[:rows].copy()
        made._model = HourlyModel(made._fields.views(made._matrix))
        made._past = matrix[rows : rows + HORIZONS * FEATURES].reshape(HORIZONS, FEATURES, -1).astype(np.float16)
        made._past_bucket = matrix[rows + HORIZONS * FEATURES :].astype(np.int8)
        made.horizons = Horizons.from_data(header["horizons"])
        made.aftermath = Aftermath.from_data(header["aftermath"])
        made._hour = header["hour"]
        return made
