"""The hour that a statement promises: whether a text still names it after a person changed the words."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_datetime

from bot.locale import LOCAL
from bot.model.playbook import Phrases


def names_instant(text: str, instant: datetime, phrases: Phrases) -> bool:
    """True when a Vietnamese ``text`` names ``instant`` as a draft writes it, spaces and line breaks aside."""
    written = format_datetime(instant, phrases.instant.vi, tzinfo=LOCAL, locale="vi")
    return " ".join(written.split()) in " ".join(text.split())
