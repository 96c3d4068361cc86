"""Quiet hours on the clock in Viet Nam: which instants lie in them, and how waking time is counted. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.locale import LOCAL
from bot.model.policy import QuietHours

_DAY = timedelta(days=1)


def quiet_around(quiet: QuietHours, instant: datetime) -> tuple[datetime, datetime] | None:
    """Begin and end (aware, UTC) of the quiet hours in which ``instant`` lies; None when it lies in none."""
    today = instant.astimezone(LOCAL).date()
    for night in (_night(quiet, today - _DAY, instant), _night(quiet, today, instant)):
        if night[0] <= instant < night[1]:
            return night
    return None


def after_waking(quiet: QuietHours | None, start: datetime, period: timedelta) -> datetime:
    """The instant at which ``period`` of waking time has passed since ``start``."""
    if quiet is None:
        return start + period
    at, left = start, period
    while True:
        night = quiet_around(quiet, at)
        if night is not None:
            at = night[1]
        evening = _next_begin(quiet, at)
        if at + left <= evening:
            return at + left
        left -= evening - at
        at = evening


def before_night(quiet: QuietHours | None, started: datetime, at: datetime) -> datetime:
    """``at``, or the evening before it where it lies in quiet hours: a legal limit does not wait for the morning.

    What started in these same quiet hours keeps its instant: then nobody is asleep who could be spared.
    """
    night = None if quiet is None else quiet_around(quiet, at)
    return at if night is None or night[0] <= started else night[0]


def _next_begin(quiet: QuietHours, at: datetime) -> datetime:
    """The next begin of quiet hours after ``at``."""
    today = at.astimezone(LOCAL).date()
    begins = [_at(day, quiet.start, at) for day in (today, today + _DAY)]
    return next(begin for begin in begins if begin > at)


def _night(quiet: QuietHours, day: date, like: datetime) -> tuple[datetime, datetime]:
    """The quiet hours that begin on ``day``."""
    ends = day + _DAY if quiet.end <= quiet.start else day
    return _at(day, quiet.start, like), _at(ends, quiet.end, like)


def _at(day: date, hour: time, like: datetime) -> datetime:
    return datetime.combine(day, hour, LOCAL).astimezone(like.tzinfo)
