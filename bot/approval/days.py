"""Days in the data files: whole days in Viet Nam, the last one included, or exact moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import overload
from zoneinfo import ZoneInfo

from bot.locale import LOCAL

Day = datetime | date
"""A day or a moment as YAML reads it."""


def tomorrow(now: datetime, zone: ZoneInfo = LOCAL) -> date:
    """The day after today: what examples name, so that they can be copied."""
    return now.astimezone(zone).date() + timedelta(days=1)


@overload
def begins(value: Day, zone: ZoneInfo = ...) -> datetime: ...
@overload
def begins(value: Day | None, zone: ZoneInfo = ...) -> datetime | None: ...
def begins(value: Day | None, zone: ZoneInfo = LOCAL) -> datetime | None:
    """The instant at which a first day begins, or a moment; what names no zone is in ``zone``."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.combine(value, time.min)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)


@overload
def ends(value: Day, zone: ZoneInfo = ...) -> datetime: ...
@overload
def ends(value: Day | None, zone: ZoneInfo = ...) -> datetime | None: ...
def ends(value: Day | None, zone: ZoneInfo = LOCAL) -> datetime | None:
    """The instant at which a last day is over, or a moment."""
    if value is None or isinstance(value, datetime):
        return begins(value, zone)
    return begins(value + timedelta(days=1), zone)
