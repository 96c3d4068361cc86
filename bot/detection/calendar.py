"""Where a bin lies in the day, the week and the year, as seasons and holidays need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from bot.detection.tuning import DAY, HOUR

VIETNAM: Final = "VN"
VIETNAM_OFFSET: Final = 7 * HOUR
"""Vietnam has kept +07:00 without summer time since 1975 (IANA Asia/Ho_Chi_Minh), so local time is a constant away."""


@dataclass(frozen=True)
class Moment:
    """A bin's place.

    Attributes:
        slot: the hour of the local day at the bin's middle, and the neighbour towards which it leans.
        neighbour: see `slot`.
        lean: share of the neighbour, 0 to 0.5.
        weekday: 0 is Monday; 7 is a public holiday, whatever day it falls on.
        day: number of the local day since 1970.
    """

    slot: int
    neighbour: int
    lean: float
    weekday: int
    day: int

    @property
    def is_holiday(self) -> bool:
        """True on a public holiday."""
        return self.weekday == 7


@dataclass(frozen=True)
class Calendar:
    """A place's clock and holidays; `country` as the package `holidays` names it, None knows no holiday."""

    offset: int = VIETNAM_OFFSET
    country: str | None = VIETNAM

    def moment(self, start: float, seconds: float) -> Moment:
        """The place of the bin that begins at `start` (seconds since 1970, UTC) and lasts `seconds`."""
        local = start + min(seconds, DAY) / 2 + self.offset
        day = int(local // DAY)
        hour = (local - day * DAY) / HOUR
        slot = int(hour) % 24
        lean = 0.0 if seconds > HOUR else hour - int(hour) - 0.5
        neighbour = (slot + (1 if lean > 0 else -1)) % 24
        weekday = 7 if self._is_holiday(day) else (day + 3) % 7  # 1970-01-01 was a Thursday
        return Moment(slot, neighbour, abs(lean), weekday, day)

    def _is_holiday(self, day: int) -> bool:
        return self.country is not None and _holiday(self.country, day)


UTC_ONLY: Final = Calendar(0, None)


@lru_cache(maxsize=4096)
def _holiday(country: str, day: int) -> bool:
    try:
        when = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date()
    except OverflowError:
        return False
    return when in _year(country, when.year)


@lru_cache(maxsize=64)
def _year(country: str, year: int) -> frozenset[date]:
    """The holidays of a year, lunar ones (Tết, Giỗ Tổ) included; empty where the package knows none."""
    import holidays  # half a second: only when a calendar is first asked

    return frozenset(holidays.country_holidays(country, years=year))
