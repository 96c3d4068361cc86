"""The hour that a statement promises: whether a text still names it after a person changed the words."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_datetime

from bot.drafting.blocks import SHOWN_IN
from bot.model.playbook import Phrases


def names_instant(text: str, instant: datetime, phrases: Phrases, lang: str = "vi") -> bool:
    """True when ``text`` names ``instant`` the way a draft writes it, spaces and line breaks aside."""
    written = format_datetime(instant, phrases.instant.in_(lang), tzinfo=SHOWN_IN, locale=lang)
    return " ".join(written.split()) in " ".join(text.split())
