"""Words on a page to the character, what nobody can see included."""

from __future__ import annotations

from unicodedata import category

from markupsafe import Markup, escape

from bot.drafting.lint.letters import is_unseen


def shown(words: str) -> Markup:
    """Words to the character: what nobody can see is named by its number, so that nothing is approved unseen."""
    before = ["", *words]
    return Markup("").join(_visible(c) if _is_hidden(c, b) else escape(c) for c, b in zip(words, before, strict=False))


_COLOURED = "\ufe0f"
"""Behind a symbol it asks for the coloured form, as keyboards write it; anywhere else it says nothing to the eye."""


def _is_hidden(character: str, before: str) -> bool:
    if character == _COLOURED and before and category(before) == "So":
        return False
    return is_unseen(character) or (character not in "\n\t" and category(character) in ("Cc", "Zl", "Zp"))


def _visible(character: str) -> Markup:
    return Markup('<span class="unseen">U+{}</span>').format(f"{ord(character):04X}")
