"""Why a playbook was named, in lines short enough for a chat card.

The lines carry signs instead of words of a language (strings for people live in `bot/locale`): `≈ “…”` is the nearest
example, `= a · b` are the words that the alert shares with the playbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from index.lexical import SharedWord

MAX_LINE: Final = 80
_EXAMPLES: Final = 1
_WORDS: Final = 4
_LEAST_SHARE: Final = 0.25  # of the weightiest word's weight: below it a word says nothing about this playbook


def because(examples: Sequence[str], words: Sequence[SharedWord]) -> tuple[str, ...]:
    """The lines: nearest examples first (without repetition), then the weightiest shared words, if there are any."""
    nearest = list(dict.fromkeys(examples))[:_EXAMPLES]
    lines = [f"≈ “{_shortened(example, MAX_LINE - 4)}”" for example in nearest]
    shown = _words(words)
    return tuple([*lines, f"= {shown}"] if shown else lines)


def _words(words: Sequence[SharedWord]) -> str:
    line = ""
    for word in words[:_WORDS]:
        longer = f"{line} · {word.shown}" if line else word.shown
        if word.weight < _LEAST_SHARE * words[0].weight or len(longer) > MAX_LINE - 2:
            break
        line = longer
    return line


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
