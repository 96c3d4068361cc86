"""Values on their way into a statement: facts and places, from people and from alerts, made harmless and short."""

from __future__ import annotations

import re
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


_GROUPED = re.compile(r"(?<![\w.,/])\d{1,3}(?:\.\d{3})+(?![\w/]|[.,]\d)")
_DECIMAL = re.compile(r"(?<![\w.,/])\d+,\d{1,2}(?![\w/]|[.,]\d)")
_PLAIN = re.compile(r"(?<![\w.,/–-])(?<!năm )[1-9]\d{3,8}(?![\w/–-]|[.,]\d)", re.IGNORECASE)


def in_figures(value: str, *, counted: bool, lang: str) -> str:
    """A fact's figures as readers of ``lang`` write them: ``1.200`` is twelve hundred here, and one and a bit abroad.

    Where something is ``counted`` plain thousands are grouped, too; elsewhere they may be a year or a house number.
    """
    if counted:
        value = _PLAIN.sub(lambda found: f"{int(found[0]):,}".replace(",", "."), value)
    if lang != "en":
        return value
    value = _GROUPED.sub(lambda found: found[0].replace(".", ","), value)
    return _DECIMAL.sub(lambda found: found[0].replace(",", "."), value) if counted else value
