"""Texts as duplicates are recognised."""

from __future__ import annotations

import re

from bot.model.plain_latin import plain_latin


def fold(text: str) -> str:
    """``text`` without diacritics, case and punctuation, with single spaces."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", plain_latin(text)).split())
