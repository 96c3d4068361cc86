"""A forecast in a few words' worth of facts: which way, how far, how sure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.detection.forecast import Forecast

HOURS: Final = 3
_RISES, _FALLS = 1.2, 0.8


class Direction(StrEnum):
    """Where the volume is heading."""

    RISING = "rising"
    FALLING = "falling"
    UNCLEAR = "unclear"


class Confidence(StrEnum):
    """How narrow the 80 % band is."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


@dataclass(frozen=True)
class Outlook:
    """What a card says of the coming hours.

    Attributes:
        direction: rising or falling only where the whole 80 % band does.
        hours: how far ahead.
        low: mentions an hour by then, lower end of the 80 % band.
        high: upper end.
        recent: mentions of the last hour, what it is measured by.
        confidence: how narrow the band is; at an alert never high.
    """

    direction: Direction
    hours: int
    low: float
    high: float
    recent: float
    confidence: Confidence


def outlook(forecast: Forecast, recent: float, hours: int = HOURS) -> Outlook:
    """Read a forecast against the mentions of the last hour."""
    low, high = float(forecast.low80[hours - 1]), float(forecast.high80[hours - 1])
    now = max(recent, 1.0)
    if low >= _RISES * now:
        direction = Direction.RISING
    elif high <= _FALLS * now:
        direction = Direction.FALLING
    else:
        direction = Direction.UNCLEAR
    return Outlook(direction, hours, low, high, recent, _confidence(low, high, forecast.at_alert))


def _confidence(low: float, high: float, at_alert: bool) -> Confidence:
    width = (high + 1) / (low + 1)
    if width > 3:
        return Confidence.LOW
    return Confidence.MIDDLE if width > 1.8 or at_alert else Confidence.HIGH
