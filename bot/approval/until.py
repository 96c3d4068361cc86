"""Ends as people type them at night: ``4h``, ``đến 18h00``, ``18h30 25/11/2026``, ``25/11``. Viet Nam's time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from bot.locale import LOCAL

_LEAD = r"(?:\s*[;,–-]?\s*(?:đến|den|hạn|han|tới|toi|until)?\s*)"
_DAY = r"(?:ngày\s+|ngay\s+)?(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?"
_HOUR = r"(?P<hour>\d{1,2})(?:h|:|\s*giờ\s*)(?P<minute>\d{2})?"
_FORMS = (
    re.compile(rf"{_LEAD}(?:^|(?<=\s)){_HOUR}\s+{_DAY}$", re.IGNORECASE),
    re.compile(rf"{_LEAD}(?:^|(?<=\s)){_DAY}$", re.IGNORECASE),
    re.compile(r"(?:^|\s)(?:đến|den|until)\s+(?P<hour>\d{1,2})(?:h|:)(?P<minute>\d{2})?$", re.IGNORECASE),
    re.compile(r"(?:^|\s)(?P<hours>\d{1,3})\s*(?:h|giờ|gio)$", re.IGNORECASE),
    re.compile(r"(?:^|\s)(?P<minutes>\d{1,3})\s*(?:p|phút|phut|m)$", re.IGNORECASE),
)


def split_end(text: str, now: datetime) -> tuple[str, datetime | None]:
    """The words before the end that ``text`` closes with, and that end as an instant; None where it names none.

    A day without an hour is that whole day; one without a year is the next such day; an hour alone is the next one.
    ``4h`` alone is a length of time, ``đến 4h00`` an hour of the clock.
    """
    said = " ".join(text.split())
    for form in _FORMS:
        found = form.search(said)
        if found is None:
            continue
        end = _instant(found.groupdict(), now)
        return (said, None) if end is None else (said[: found.start()].strip(" ;,–-"), end)
    return said, None


def _instant(parts: dict[str, str | None], now: datetime) -> datetime | None:
    try:
        return _read(parts, now)
    except (ValueError, OverflowError):  # the 31st of February, 27 o'clock, the day after the last of the year 9999
        return None


def _read(parts: dict[str, str | None], now: datetime) -> datetime | None:
    number = {name: int(value) for name, value in parts.items() if value}
    if "hours" in number or "minutes" in number:
        return now + timedelta(hours=number.get("hours", 0), minutes=number.get("minutes", 0))
    today = now.astimezone(LOCAL)
    hour = time(number["hour"], number.get("minute", 0)) if "hour" in number else None
    if "day" not in number:
        if hour is None:
            return None
        end = datetime.combine(today.date(), hour, LOCAL)
        return (end if end > today else end + timedelta(days=1)).astimezone(UTC)
    day = today.date().replace(year=number.get("year", today.year), month=number["month"], day=number["day"])
    if "year" not in number and day < today.date():
        day = day.replace(year=day.year + 1)
    if hour is None:
        return datetime.combine(day + timedelta(days=1), time.min, LOCAL).astimezone(UTC)
    return datetime.combine(day, hour, LOCAL).astimezone(UTC)
