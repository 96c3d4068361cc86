"""Answers about facts as people type them: ``43; nguồn: Sở Y tế; đến 14h10`` — a value, whose it is, and until when."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.drafting.values import strip_invisible
from bot.locale import LOCAL

OLDEST_CUT_OFF = timedelta(hours=12)
"""An hour without a day is the last such hour. One longer ago than this was meant as an hour still to come."""

_SOURCE = re.compile(r"^(?:theo\s+)?(?:nguồn|nguon|source)\s*[:：]?\s*(?P<source>.+)$", re.IGNORECASE | re.DOTALL)
_CUT_OFF = (
    r"(?:tính\s+|tinh\s+)?(?:đến|den|lúc|luc|as of|at)\s+(?P<hour>\d{1,2})\s*(?:h|:|\s*giờ\s*)\s*(?P<minute>\d{2})?"
    r"(?:\s*phút)?(?:\s+(?:ngày\s+)?(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?)?"
)
_WHOLE_CUT_OFF = re.compile(rf"^{_CUT_OFF}$", re.IGNORECASE)
_CUT_OFF_AT_END = re.compile(rf"[\s,(]+{_CUT_OFF}\)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said. ``as_of`` None: no cut-off was named; ``unclear`` the words of one that cannot be one."""

    value: str
    source: str = ""
    as_of: datetime | None = None
    unclear: str = ""


def read_answer(text: str, now: datetime, kind: str = "text") -> Answer:
    """Take an answer apart.

    Parts stand between semicolons; only those that say what they are (a source, an hour until which it holds) are
    taken out of the value. Numbers (``kind`` ``count``) may close with their hour without a semicolon: ``43 đến 14h``.
    A value stays as long as it was: whoever keeps it says what is too long.
    """
    value: list[str] = []
    source, as_of, unclear = "", None, ""
    for part in (one_line(part) for part in text.split(";")):
        found_source, found_hour = _SOURCE.match(part), _WHOLE_CUT_OFF.match(part)
        if found_source is not None and value:
            source = one_line(found_source["source"])
        elif found_hour is not None and value:
            as_of = _instant(found_hour, now)
            unclear = unclear or ("" if as_of else part)
        elif part:
            value.append(part)
    said = "; ".join(value)
    at_end = _CUT_OFF_AT_END.search(said) if kind == "count" and as_of is None and not unclear else None
    if at_end is not None:
        as_of = _instant(at_end, now)
        said, unclear = (said[: at_end.start()], "") if as_of else (said, at_end[0].strip(" ,("))
    return Answer(said, source, as_of, unclear)


def one_line(text: str) -> str:
    """Visible NFC text on one line, white space folded: nothing that reorders or hides what is read."""
    return " ".join(strip_invisible(unicodedata.normalize("NFC", text)).split())


def says_a_number(value: str) -> bool:
    """True when there is a digit in the answer to a question about a number: words such as "nhiều" count nobody."""
    return any(c.isdecimal() for c in value)


def _instant(found: re.Match[str], now: datetime) -> datetime | None:
    """The hour as an instant that is over; None when it cannot be one."""
    here = now.astimezone(LOCAL)
    try:
        at = here.replace(hour=int(found["hour"]), minute=int(found["minute"] or 0), second=0, microsecond=0)
        if found["day"]:
            year = int(found["year"] or here.year)
            at = at.replace(year=year, month=int(found["month"]), day=int(found["day"]))
            if found["year"] is None and at > here:
                at = at.replace(year=year - 1)
        elif at > here:
            at -= timedelta(days=1)
            if here - at > OLDEST_CUT_OFF:
                return None
    except ValueError:  # 27 o'clock, the 31st of February
        return None
    return at.astimezone(UTC) if at <= here else None
