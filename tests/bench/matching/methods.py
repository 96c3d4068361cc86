"""Keng and the simple methods: each takes a trial and gives a match for each of its texts.

A simple method gives every playbook a score; the best is its first guess and that score its only hint that none fits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import bm25s
import numpy as np

from index import Candidate, Encoder, Match, MatchReason, PlaybookIndex, Query
from index.text import syllables
from tests.bench.matching.material import Learning, Trial

Method = Callable[[Trial], list[Match]]

KENG: Final = "Keng"


def methods(encoder: Encoder, cache: Path) -> dict[str, Method]:
    """The methods by the name that the table shows."""
    return {
        KENG: lambda trial: keng(trial, encoder, cache),
        "BM25, a document an example": bm25_by_example,
        "BM25, a document a playbook": bm25_by_playbook,
        "encoder, nearest example": lambda trial: nearest_example(trial, encoder),
        "encoder, nearest mean": lambda trial: nearest_mean(trial, encoder),
    }


def keng(trial: Trial, encoder: Encoder, cache: Path) -> list[Match]:
    index = PlaybookIndex.build(trial.learning.profiles, encoder, cache)
    return [index.match(Query(title=text.text)) for text in trial.texts]


def bm25_by_example(trial: Trial) -> list[Match]:
    """The playbook of the example with the highest score."""
    learning = trial.learning
    retriever = _bm25([_words(text) for _, text in learning.examples])
    owners = np.array([number for number, _ in learning.examples])
    return [
        ranked(learning.ids, _best_of_each(_bm25_scores(retriever, text.text), owners, len(learning.ids)))
        for text in trial.texts
    ]


def bm25_by_playbook(trial: Trial) -> list[Match]:
    """All examples of a playbook as one document."""
    learning = trial.learning
    retriever = _bm25([[word for text in profile.examples for word in _words(text)] for profile in learning.profiles])
    return [ranked(learning.ids, _bm25_scores(retriever, text.text)) for text in trial.texts]


def nearest_example(trial: Trial, encoder: Encoder) -> list[Match]:
    """The playbook of the example with the highest cosine."""
    learning = trial.learning
    owners = np.array([number for number, _ in learning.examples])
    cosines = _encoded(trial, encoder) @ encoder.encode([text for _, text in learning.examples]).T
    return [ranked(learning.ids, _best_of_each(row, owners, len(learning.ids))) for row in cosines]


def nearest_mean(trial: Trial, encoder: Encoder) -> list[Match]:
    """The playbook whose examples' mean has the highest cosine."""
    means = np.stack([_mean(encoder.encode(profile.examples)) for profile in trial.learning.profiles])
    return [ranked(trial.learning.ids, row) for row in _encoded(trial, encoder) @ means.T]


def ranked(ids: Sequence[str], scores: np.ndarray) -> Match:
    """The three playbooks with the highest scores, the highest being the confidence; of equal ones the first."""
    best = np.argsort(-scores, kind="stable")[:3]
    candidates = tuple(Candidate(ids[number], float(scores[number]), ()) for number in best)
    return Match(candidates[0].playbook, candidates[0].confidence, candidates, MatchReason.CLEAR_MATCH)


def all_texts(learning: Learning) -> list[str]:
    """Every text to learn from."""
    return [*(text for _, text in learning.examples), *learning.unrelated]


def _bm25(documents: list[list[str]]) -> bm25s.BM25:
    retriever = bm25s.BM25()  # as the library sets it: Lucene's variant, k1 = 1.5, b = 0.75
    retriever.index(documents, show_progress=False)
    return retriever


def _bm25_scores(retriever: bm25s.BM25, text: str) -> np.ndarray:
    words = _words(text)
    if not words:  # which the library does not take for a query
        return np.zeros(retriever.scores["num_docs"])
    return retriever.get_scores(words)


def _words(text: str) -> list[str]:
    return [folded for folded, _ in syllables(text)]


def _encoded(trial: Trial, encoder: Encoder) -> np.ndarray:
    return encoder.encode([text.text for text in trial.texts])


def _mean(vectors: np.ndarray) -> np.ndarray:
    mean = vectors.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _best_of_each(scores: np.ndarray, owners: np.ndarray, playbooks: int) -> np.ndarray:
    best = np.full(playbooks, -np.inf)
    np.maximum.at(best, owners, scores)
    return best
