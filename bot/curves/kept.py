"""Forecasts and signals as the store keeps them, there and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bot.curves.judging import Rise
from bot.detection.forecast import Forecast, NoForecast
from bot.store.counts import Topic
from bot.store.curves import KeptSignal

_LINES = ("low95", "low80", "median", "high80", "high95")


def to_json(forecast: Forecast | NoForecast) -> dict[str, Any]:
    """A forecast as it is kept; also that there was none, and why."""
    if isinstance(forecast, NoForecast):
        return {"none": forecast.value}
    lines = {name: [round(float(value), 3) for value in getattr(forecast, name)] for name in _LINES}
    return {"start": forecast.start, "at_alert": forecast.at_alert, **lines}


def from_json(kept: Mapping[str, Any]) -> Forecast | NoForecast:
    """The forecast that was kept."""
    if "none" in kept:
        return NoForecast(kept["none"])
    lines = {name: np.asarray(kept[name], dtype=np.float64) for name in _LINES}
    return Forecast(kept["start"], at_alert=kept["at_alert"], **lines)


def signal_of(rise: Rise, topic: Topic, became: str, alert_id: str | None = None) -> KeptSignal:
    """What the detector said, as it is kept: one row a topic, kind and bin, whoever writes it."""
    said = rise.signal
    return KeptSignal(
        id=f"{topic.id}:{said.kind.value}:{int(said.at)}",
        topic_id=topic.id,
        kind=said.kind.value,
        why=said.why.value,
        at=int(said.at),
        observed=said.observed,
        expected=said.expected,
        factor=said.factor,
        score=said.score,
        since=int(said.since),
        low=said.low,
        high=said.high,
        became=became,
        alert_id=alert_id,
    )
