"""Marks piled upon one letter: composing a text takes the square of their number, so a short post can stop a desk."""

from __future__ import annotations

from typing import Final

import regex

MOST_MARKS: Final = 30
"""Upon one letter; no language has more (UAX 15, Stream-Safe Text)."""

_PILES: Final = regex.compile(rf"(\p{{M}}{{{MOST_MARKS}}})\p{{M}}+")


def unpiled(text: str) -> str:
    """``text`` with the character for what cannot be read in place of what lies above :data:`MOST_MARKS`."""
    return _PILES.sub("\\1\ufffd", text)
