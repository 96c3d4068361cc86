"""The view by letters: which syllables and pairs of syllables an alert shares with each playbook.

Okapi BM25 (Robertson & Zaragoza, 2009) over text folded to ASCII, with all texts of a playbook as one document. A pair
of syllables is close to a Vietnamese word ("ngo doc", "nhap vien"), and is the same with or without diacritics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from index.text import syllables

_K1: Final = 1.2
_B: Final = 0.75


@dataclass(frozen=True)
class SharedWord:
    """A syllable or pair of syllables, as the alert writes it, and how much it weighs for a playbook."""

    shown: str
    weight: float


class LexicalView:
    """Term weights of every playbook, computed once."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        """Count the terms.

        Args:
            documents: for each playbook its texts.
        """
        counts = [Counter(term for text in texts for term, _ in _terms(text)) for texts in documents]
        total = len(counts)
        spread = Counter(term for count in counts for term in count)
        lengths = np.array([max(count.total(), 1) for count in counts], dtype=np.float64)
        damping = _K1 * (1 - _B + _B * lengths / lengths.mean())
        self._playbooks = total
        self._rarity = {term: _idf(total, seen) for term, seen in spread.items()}
        self._unseen = _idf(total, 0)
        self._weights: dict[str, npt.NDArray[np.float64]] = {}
        for term, rarity in self._rarity.items():
            frequency = np.array([count[term] for count in counts], dtype=np.float64)
            self._weights[term] = rarity * frequency * (_K1 + 1) / (frequency + damping)

    def search(self, text: str) -> npt.NDArray[np.float64]:
        """Score every playbook: BM25 divided by what the text could reach at most, so that length does not count."""
        terms = {term for term, _ in _terms(text)}
        scores = np.zeros(self._playbooks)
        for term in terms & self._weights.keys():
            scores += self._weights[term]
        reachable = sum(self._rarity.get(term, self._unseen) for term in sorted(terms))
        return scores / max(reachable, 1.0)

    def shared(self, text: str, playbook: int) -> list[SharedWord]:
        """The terms that the text shares with a playbook, the weightiest first, none contained in another."""
        weights = {
            term: (float(self._weights[term][playbook]), shown)
            for term, shown in reversed(_terms(text))
            if term in self._weights and self._weights[term][playbook] > 0 and not term.replace(" ", "").isdigit()
        }
        chosen: list[SharedWord] = []
        used: set[str] = set()
        for term, (weight, shown) in sorted(weights.items(), key=lambda item: (-item[1][0], item[0])):
            if used.isdisjoint(term.split()):
                chosen.append(SharedWord(shown=shown, weight=weight))
                used.update(term.split())
        return chosen


def _terms(text: str) -> list[tuple[str, str]]:
    """Syllables and neighbouring pairs, each folded and as written."""
    single = syllables(text)
    pairs = [
        (f"{first} {second}", f"{shown} {next_shown}") for (first, shown), (second, next_shown) in pairwise(single)
    ]
    return single + pairs


def _idf(total: int, seen: int) -> float:
    return float(np.log1p((total - seen + 0.5) / (seen + 0.5)))
