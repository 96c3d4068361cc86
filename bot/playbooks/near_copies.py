"""Near copies: texts that share most of their words in order, whatever their diacritics, case and punctuation."""

from __future__ import annotations

from typing import Final

from bot.playbooks.spelling import fold

NEAR: Final = 0.5
"""Share of the shorter text's runs of three words that a near copy has too. Between the evaluation texts (820) and
2,720 examples written apart from them, one pair reaches it: a headline and the same headline with another commune."""

_RUN: Final = 3
_FEWEST_SHARED: Final = 3


def is_near_copy(one: str, other: str) -> bool:
    """True when one text is the other but for small changes, or holds it."""
    if fold(one) == fold(other):
        return True
    mine, others = runs(one), runs(other)
    shared = len(mine & others)
    return shared >= _FEWEST_SHARED and shared >= NEAR * min(len(mine), len(others))


def runs(text: str) -> frozenset[tuple[str, ...]]:
    """The runs of three words of a text, folded."""
    words = fold(text).split()
    return frozenset(tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1))
