"""Did the curve bend after a statement: what came against what the forecast from before it had expected.

That is no proof of cause: other things happen at the same time, and what rises fast often falls by itself. The forecast
knows how alerts before burned out; the plain sentence says the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final

import numpy as np

from bot.detection.forecast import Forecast

LEAST_HOURS: Final = 3
_LEAST_MENTIONS: Final = 20.0
_Z95: Final = 1.96


class Volume(StrEnum):
    """Mentions since the statement against the 80 % band of the forecast."""

    TOO_EARLY = "too_early"
    BELOW = "below"
    AS_EXPECTED = "as_expected"
    ABOVE = "above"


class Negative(StrEnum):
    """The negative share since the statement against before, with 95 % certainty."""

    UNKNOWN = "unknown"
    FELL = "fell"
    UNCLEAR = "unclear"
    ROSE = "rose"


@dataclass(frozen=True)
class Shares:
    """Negative and all mentions of a time."""

    negative: float
    total: float


@dataclass(frozen=True)
class Bend:
    """What happened after a statement.

    Attributes:
        volume: against the forecast.
        hours: whole hours since the statement that were seen.
        observed: mentions in them.
        low: mentions that the forecast had expected, lower end of the 80 % band; hours stray together, so their ends
            are added, which makes the band rather too wide than too narrow.
        high: upper end.
        negative: against before.
        share_before: negative share before, None where not known.
        share_after: and since.
    """

    volume: Volume
    hours: int
    observed: float
    low: float
    high: float
    negative: Negative
    share_before: float | None
    share_after: float | None


def bend(before: Forecast, since: np.ndarray, feelings: tuple[Shares, Shares] | None = None) -> Bend:
    """Hold what came since a statement against the forecast made just before it.

    Args:
        before: the forecast that begins when the statement was published.
        since: mentions of each whole hour since then, at most 24, NaN where not seen.
        feelings: shares before and since, where feelings are known.
    """
    hours = np.asarray(since, dtype=np.float64)[:24]
    seen = np.isfinite(hours)
    known = int(seen.sum())
    observed = float(hours[seen].sum())
    low = float(before.low80[: len(hours)][seen].sum())
    high = float(before.high80[: len(hours)][seen].sum())
    if known < LEAST_HOURS:
        volume = Volume.TOO_EARLY
    elif observed < low:
        volume = Volume.BELOW
    else:
        volume = Volume.ABOVE if observed > high else Volume.AS_EXPECTED
    return Bend(volume, known, observed, low, high, *_feeling(feelings))


def _feeling(feelings: tuple[Shares, Shares] | None) -> tuple[Negative, float | None, float | None]:
    if feelings is None or min(part.total for part in feelings) < _LEAST_MENTIONS:
        return Negative.UNKNOWN, None, None
    before, after = ((part.negative + 1) / (part.total + 2) for part in feelings)
    spread = [p * (1 - p) / (part.total + 2) for p, part in zip((before, after), feelings, strict=True)]
    apart = after - before
    if abs(apart) < _Z95 * sqrt(sum(spread)):
        return Negative.UNCLEAR, before, after
    return (Negative.ROSE if apart > 0 else Negative.FELL), before, after
