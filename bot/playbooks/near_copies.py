"""Near copies: texts that share most of their words in order, whatever their diacritics, case and punctuation."""

from __future__ import annotations

from typing import Final

from bot.playbooks.lint import fold

NEAR: Final = 0.5
"""Share of the shorter text's runs of three words that a near copy has too. Between the evaluation texts (820) and
2,720 examples written apart from them, one pair reaches it: a headline and the same headline with another commune."""

_RUN: Final = 3
_FEWEST_SHARED: Final = 3


def is_near_copy(one: str, other: str) -> bool:
    """True when one text is the other but for small changes, or holds it."""
    if fold(one) == fold(other):
        return True
    runs, other_runs = _runs(one), _runs(other)
    shared = len(runs & other_runs)
    return shared >= _FEWEST_SHARED and shared >= NEAR * min(len(runs), len(other_runs))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = fold(text).split()
    return frozenset(tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1))
