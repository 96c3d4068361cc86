"""Words on a page to the character, what nobody can see included."""

from __future__ import annotations

from markupsafe import Markup, escape

from bot.drafting.lint.letters import is_hidden


def shown(words: str) -> Markup:
    """Words to the character: what nobody can see is named by its number, so that nothing is approved unseen."""
    before = ["", *words]
    return Markup("").join(_visible(c) if is_hidden(c, b) else escape(c) for c, b in zip(words, before, strict=False))


def _visible(character: str) -> Markup:
    return Markup('<span class="unseen">U+{}</span>').format(f"{ord(character):04X}")
