"""Words for people: keyed catalogues in Vietnamese (the default) and English, and how times and numbers are written.

Keys name the place on the screen (``card.clock.overdue``); values fill named placeholders. The instants of the program
are UTC; here they become the clock on the wall in Asia/Ho_Chi_Minh.
"""

from __future__ import annotations

from calendar import month_name
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import structlog
from babel.messages.pofile import read_po

from bot.model.languages import LANGUAGES

log = structlog.get_logger(__name__)

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
"""The clock on the wall of whoever reads: days of the law and of the office are days here."""

_HUGE = 1e12


def text(lang: str, key: str, **values: str) -> str:
    """The words for ``key`` in ``lang``, Vietnamese where English is missing, the key itself where both are.

    A value that the words ask for and nobody gave shows as ``…``: a card with a hole is better than no card.
    """
    words = catalogue(lang).get(key) or catalogue("vi").get(key)
    if words is None:
        log.error("words_missing", key=key, lang=lang)
        return key
    return words.format_map(_Forgiving(values))


def has(key: str) -> bool:
    """True when there are words for ``key``."""
    return key in catalogue("vi")


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All words of one language by key; unknown languages read Vietnamese."""
    name = lang if lang in LANGUAGES else "vi"
    with (Path(__file__).parent / f"{name}.po").open("rb") as file:
        read = read_po(file, locale=name)
    return MappingProxyType({str(m.id): str(m.string) for m in read if m.id})


def local_time(instant: datetime, lang: str = "vi") -> str:
    """``14h30 ngày 05/02/2026``, in English ``14:30 on 5 February 2026``: there 05/02 is May to half the readers."""
    here = instant.astimezone(LOCAL)
    if lang == "en":
        return f"{here:%H:%M} on {here.day} {month_name[here.month]} {here.year}"
    return f"{here:%Hh%M} ngày {here:%d/%m/%Y}"


def times(name: str, instant: datetime) -> dict[str, str]:
    """One instant as values of an outcome: ``name`` as Vietnamese readers read it, ``name_en`` for English ones."""
    return {name: local_time(instant), f"{name}_en": local_time(instant, "en")}


def short_time(instant: datetime, now: datetime, lang: str = "vi") -> str:
    """The hour alone if it is today's, else with the day: ``14h30``, ``14h30 ngày 05/02``, ``14:30 on 5 February``."""
    here, today = instant.astimezone(LOCAL), now.astimezone(LOCAL)
    hour = f"{here:%H:%M}" if lang == "en" else f"{here:%Hh%M}"
    if here.date() == today.date():
        return hour
    return f"{hour} on {here.day} {month_name[here.month]}" if lang == "en" else f"{hour} ngày {here:%d/%m}"


def duration(lang: str, length: timedelta) -> str:
    """A length of time in the two largest units that matter: ``3 giờ 05 phút``."""
    minutes = int(abs(length.total_seconds()) // 60)
    hours, days = minutes // 60, minutes // 1440
    if days >= 2:
        return text(lang, "duration.days", days=str(days), hours=str(hours % 24))
    if hours:
        return text(lang, "duration.hours", hours=str(hours), minutes=f"{minutes % 60:02d}")
    return text(lang, "duration.minutes", minutes=str(minutes))


def number(lang: str, value: float) -> str:
    """A number with at most one decimal and grouped thousands, written the way the language does: ``1.234,5``."""
    rounded = f"{value:,.1f}".removesuffix(".0") if abs(value) < _HUGE else f"{value:.1e}"
    return rounded if lang == "en" else rounded.translate(str.maketrans(",.", ".,"))


class _Forgiving(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
