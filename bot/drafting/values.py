"""Values on their way into a statement: facts and places, from people and from alerts, made harmless and short."""

from __future__ import annotations

import unicodedata

VALUE_LIMIT = 200
"""Characters of a fact or a place that a statement shows."""

_KEPT_CONTROLS = frozenset("\n\t\r\v\f")


def strip_invisible(text: str) -> str:
    """``text`` without control, format (zero-width, bidirectional), surrogate and unassigned characters."""
    return "".join(c for c in text if c in _KEPT_CONTROLS or not unicodedata.category(c).startswith("C"))


def clean(text: str) -> str:
    """One line of visible NFC text, white space folded, at most ``VALUE_LIMIT`` characters."""
    folded = " ".join(strip_invisible(unicodedata.normalize("NFC", text)).split())
    return folded if len(folded) <= VALUE_LIMIT else folded[: VALUE_LIMIT - 1].rstrip() + "…"
