"""Words on a page to the character, what nobody can see included."""

from __future__ import annotations

from unicodedata import category

from markupsafe import Markup, escape


def shown(words: str) -> Markup:
    """Words to the character: what nobody can see is named by its number, so that nothing is approved unseen."""
    return Markup("").join(_visible(c) if _is_hidden(c) else escape(c) for c in words)


def _is_hidden(character: str) -> bool:
    return category(character).startswith("C") and character not in "\n\t"


def _visible(character: str) -> Markup:
    return Markup('<span class="unseen">U+{}</span>').format(f"{ord(character):04X}")
