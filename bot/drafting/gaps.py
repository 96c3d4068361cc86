"""Gaps: the marks that stand where something required is missing. Text that has one cannot be approved.

The words of the mark are code and not data because the gate that refuses such text must recognise them in every edit.
"""

from __future__ import annotations

import re
import unicodedata

from bot.drafting.values import strip_invisible

_WORDS = {"vi": "CẦN BỔ SUNG", "en": "TO BE FILLED"}

# As people retype or damage it: other case, spaces, one bracket, no diacritics, no colon, never closed.
_MARK = re.compile(
    r"\[[\s\[]*(?:c[ầa]n\s*b[ổo]\s*sung|to\s*be\s*filled)\b\s*[:：]?\s*(?P<name>[^\[\]\n]*)",
    re.IGNORECASE,
)


def gap(name: str, lang: str) -> str:
    """The mark for a missing ``name`` in ``lang``."""
    return f"[[{_WORDS[lang]}: {name}]]"


def find_gaps(text: str) -> tuple[str, ...]:
    """What is still missing in ``text``, by the names in its marks, in order and once each; empty when it is whole."""
    visible = unicodedata.normalize("NFC", strip_invisible(text))
    names = (" ".join(match["name"].split()) or "?" for match in _MARK.finditer(visible))
    return tuple(dict.fromkeys(names))
