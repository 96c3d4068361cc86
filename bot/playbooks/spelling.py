"""Texts as duplicates are recognised."""

from __future__ import annotations

import re
import unicodedata


def fold(text: str) -> str:
    """``text`` without diacritics, case and punctuation, with single spaces."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join(re.sub(r"[^\w\s]|_", " ", "".join(c for c in bare if not unicodedata.combining(c))).split())
