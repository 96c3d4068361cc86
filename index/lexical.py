"""The view by letters: the syllables, pairs of syllables and pieces of words of a text, and what they weigh.

Texts are spelled out (`index.abbreviations`) and folded to ASCII first, so that a hurried post and a headline share
their terms: a pair of syllables is close to a Vietnamese word ("ngo doc", "nhap vien"), and pieces of three to five
letters forgive a typing mistake. What is denied is another term than what is said (`index.negation`). A term's weight
in a text is tf-idf with a damped count (Manning et al., Introduction to Information Retrieval, §6.4); syllables and
pairs together, and pieces together, are each brought to one length.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from index.abbreviations import spelled_out
from index.negation import denials
from index.text import syllables

PIECES: Final = (3, 4, 5)
PIECES_COUNT_FOR: Final = 0.6
"""How much the pieces weigh beside the syllables; more drowns what a word says in what it looks like."""

_LEAST_TEXTS_OF_A_PIECE: Final = 2
_DENIED: Final = "!"

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SharedWord:
    """A syllable or pair of syllables, as the alert writes it, and how much it weighs for a playbook."""

    shown: str
    weight: float


@dataclass(frozen=True)
class Features:
    """The known terms of a text, as numbers of a vocabulary, and their weights in it."""

    terms: npt.NDArray[np.int32]
    weights: Numbers


@dataclass(frozen=True)
class Counts:
    """How often a text has each syllable or pair, and each piece of a word."""

    words: Counter[str]
    pieces: Counter[str]

    @classmethod
    def of(cls, text: str) -> Counts:
        """Count a text."""
        return cls(Counter(term for term, _ in terms_of(text)), Counter(pieces_of(text)))

    @property
    def syllables(self) -> int:
        """How many syllables the text has, abbreviations spelled out."""
        return sum(n for term, n in self.words.items() if " " not in term)


class Vocabulary:
    """The terms that occur in the examples, numbered, with their rarity."""

    def __init__(self, terms: Sequence[str], rarity: Numbers) -> None:
        """Take terms and, in the same order, how rare each is (at least 1)."""
        self.terms = tuple(terms)
        self.rarity = rarity
        self._unknown = float(rarity.max(initial=1.0)) + math.log(2)  # one text fewer than those that one text has
        self._numbers: Mapping[str, int] = {term: number for number, term in enumerate(self.terms)}

    @classmethod
    def of(cls, texts: Sequence[Counts]) -> Vocabulary:
        """The vocabulary of the examples. Pieces that one text alone has are left out."""
        seen: Counter[str] = Counter()
        for counts in texts:
            seen.update(counts.words.keys())
            seen.update(counts.pieces.keys())
        kept = sorted(term for term, n in seen.items() if not is_piece(term) or n >= _LEAST_TEXTS_OF_A_PIECE)
        texts_with = np.array([seen[term] for term in kept], dtype=np.float64)
        return cls(kept, (np.log((1 + len(texts)) / (1 + texts_with)) + 1).astype(np.float32))

    def __len__(self) -> int:
        return len(self.terms)

    def features(self, counts: Counts) -> Features:
        """The weights of the terms that a text shares with the examples."""
        words, pieces = self._weighted(counts.words), self._weighted(counts.pieces)
        return Features(
            np.concatenate([words.terms, pieces.terms]),
            np.concatenate([words.weights, np.float32(PIECES_COUNT_FOR) * pieces.weights]),
        )

    def number(self, term: str) -> int | None:
        """The number of a term; None where no example has it."""
        return self._numbers.get(term)

    def rarity_of(self, term: str) -> float:
        """How rare a term is among the examples; one that none of them has is rarer than all the others."""
        number = self._numbers.get(term)
        return self._unknown if number is None else float(self.rarity[number])

    def _weighted(self, counts: Counter[str]) -> Features:
        known = [(self._numbers[term], n) for term, n in counts.items() if term in self._numbers]
        numbers = np.array([number for number, _ in known], dtype=np.int32)
        weights = (1 + np.log(np.array([n for _, n in known], dtype=np.float32))) * self.rarity[numbers]
        length = float(np.linalg.norm(weights))
        return Features(numbers, weights / np.float32(length or 1.0))


class LexicalView:
    """A linear score for every class over a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, weights: Numbers, bias: Numbers) -> None:
        """Take what `index.training` learned: weights (terms, classes) and bias (classes)."""
        self.vocabulary = vocabulary
        self.weights = weights
        self.bias = bias

    def scores(self, counts: Counts) -> npt.NDArray[np.float64]:
        """One score for every class for a text's terms."""
        found = self.vocabulary.features(counts)
        scores: npt.NDArray[np.float64] = (found.weights @ self.weights[found.terms] + self.bias).astype(np.float64)
        return scores

    def shared(self, text: str, counts: Counts, number: int) -> list[SharedWord]:
        """The words of a text that speak for a class, the weightiest first, none contained in another."""
        found = self.vocabulary.features(counts)
        worth = dict(
            zip(found.terms.tolist(), (found.weights * self.weights[found.terms, number]).tolist(), strict=True)
        )
        weights: dict[str, tuple[float, str]] = {}
        for term, shown in reversed(terms_of(text)):
            place = self.vocabulary.number(term)
            if place is not None and worth[place] > 0 and not plain(term).replace(" ", "").isdigit():
                weights[term] = (worth[place], shown)
        chosen: list[SharedWord] = []
        used: set[str] = set()
        for term, (weight, shown) in sorted(weights.items(), key=lambda item: (-item[1][0], item[0])):
            parts = plain(term).split()
            if used.isdisjoint(parts):
                chosen.append(SharedWord(shown=shown, weight=weight))
                used.update(parts)
        return chosen


def terms_of(text: str) -> list[tuple[str, str]]:
    """Syllables and neighbouring pairs, each folded and as written (abbreviations spelled out); denied ones marked.

    A pair is not marked: it is rarer, and mostly has the negation in it where that matters.
    """
    spelled = spelled_out(text)
    single = syllables(spelled)
    pairs = [(f"{first} {second}", f"{shown} {next_}") for (first, shown), (second, next_) in pairwise(single)]
    marked = [
        (f"{_DENIED}{folded}" if is_denied else folded, shown)
        for (folded, shown), is_denied in zip(single, denials(spelled), strict=True)
    ]
    return marked + pairs


def pieces_of(text: str) -> list[str]:
    """Runs of three to five letters inside words, a space standing for the word's ends; marked by a leading `~`."""
    found = []
    for folded, _ in syllables(spelled_out(text)):
        word = f" {folded} "
        found += [f"~{word[at : at + n]}" for n in PIECES for at in range(len(word) - n + 1)]
    return found


def plain(term: str) -> str:
    """A term without the mark of what is denied."""
    return term.removeprefix(_DENIED)


def is_piece(term: str) -> bool:
    """Whether a term is a piece of a word rather than a syllable or a pair."""
    return term.startswith("~")
