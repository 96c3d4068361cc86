"""Keng and the simple methods: each takes a trial and gives a match for each of its texts.

A simple method gives every playbook a score; the best is its first guess. Whether any playbook fits it can tell in two
ways: by that score alone, or, as Keng does, by learning the texts that fit none as one more class: then by how far the
best playbook is ahead of that class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import bm25s
import numpy as np

from index import Candidate, Encoder, Match, MatchReason, PlaybookIndex, Query
from index.text import syllables
from tests.bench.matching.material import Learning, Trial, examples_of, with_no_crisis

Method = Callable[[Trial], list[Match]]
Scoring = Callable[[Trial], np.ndarray]
"""From a trial to the scores of its texts: (texts, playbooks)."""

KENG: Final = "Keng"


def methods(encoder: Encoder, cache: Path) -> Iterator[tuple[str, Method]]:
    """The methods with the names that the table shows."""
    yield KENG, lambda trial: keng(trial, encoder, cache)
    scorings: dict[str, Scoring] = {
        "BM25, a document an example": bm25_by_example,
        "BM25, a document a playbook": bm25_by_playbook,
        "encoder, nearest example": lambda trial: nearest_example(trial, encoder),
        "encoder, nearest mean": lambda trial: nearest_mean(trial, encoder),
    }
    for name, scoring in scorings.items():
        yield name, by_score(scoring)
        yield f"{name}; no-crisis a class", by_lead(scoring)


def keng(trial: Trial, encoder: Encoder, cache: Path) -> list[Match]:
    learning = trial.learning
    index = PlaybookIndex.build(learning.profiles, encoder, cache, unrelated=learning.unrelated)
    return [index.match(Query(title=text.text)) for text in trial.texts]


def by_score(scoring: Scoring) -> Method:
    """The best score is the confidence."""
    return lambda trial: [ranked(trial.learning.ids, row, float(row.max())) for row in scoring(trial)]


def by_lead(scoring: Scoring) -> Method:
    """The confidence is the best score less that of the texts which fit none."""

    def matches(trial: Trial) -> list[Match]:
        scores = scoring(with_no_crisis(trial))
        return [ranked(trial.learning.ids, row[:-1], float(row[:-1].max() - row[-1])) for row in scores]

    return matches


def ranked(ids: Sequence[str], scores: np.ndarray, confidence: float) -> Match:
    """The three playbooks with the highest scores; of equal ones the first."""
    best = np.argsort(-scores, kind="stable")[:3]
    return named([(ids[number], float(scores[number])) for number in best], confidence)


def named(candidates: Sequence[tuple[str, float]], confidence: float) -> Match:
    """A match that has nothing but its confidence to say that none fits: the less, the more likely."""
    return Match(
        playbook=candidates[0][0],
        confidence=confidence,
        candidates=tuple(Candidate(playbook, score, ()) for playbook, score in candidates),
        reason=MatchReason.CLEAR_MATCH,
        none=-confidence,
    )


def bm25_by_example(trial: Trial) -> np.ndarray:
    """The score of the best example of each playbook."""
    learning = trial.learning
    scores = _bm25([_words(text) for _, text in learning.examples], trial)
    return _best_example(scores, learning)


def bm25_by_playbook(trial: Trial) -> np.ndarray:
    """The score of all examples of a playbook as one document."""
    documents = [
        [word for text in examples_of(profile) for word in _words(text)] for profile in trial.learning.profiles
    ]
    return _bm25(documents, trial)


def nearest_example(trial: Trial, encoder: Encoder) -> np.ndarray:
    """The highest cosine to an example of each playbook."""
    learning = trial.learning
    cosines = _encoded(trial, encoder) @ encoder.encode([text for _, text in learning.examples]).T
    return _best_example(cosines, learning)


def nearest_mean(trial: Trial, encoder: Encoder) -> np.ndarray:
    """The cosine to the mean of each playbook's examples."""
    means = np.stack([encoder.encode(examples_of(profile)).mean(axis=0) for profile in trial.learning.profiles])
    return _encoded(trial, encoder) @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T


def _bm25(documents: list[list[str]], trial: Trial) -> np.ndarray:
    """BM25 as the library sets it (Lucene's variant, k1 = 1.5, b = 0.75): (texts, documents)."""
    retriever = bm25s.BM25()
    retriever.index(documents, show_progress=False)
    rows = np.zeros((len(trial.texts), len(documents)))
    for row, text in zip(rows, trial.texts, strict=True):
        if words := _words(text.text):  # no words are no query to the library
            row[:] = retriever.get_scores(words)
    return rows


def _words(text: str) -> list[str]:
    return [folded for folded, _ in syllables(text)]


def _encoded(trial: Trial, encoder: Encoder) -> np.ndarray:
    return encoder.encode([text.text for text in trial.texts])


def _best_example(scores: np.ndarray, learning: Learning) -> np.ndarray:
    owners = np.array([number for number, _ in learning.examples])
    return np.stack([scores[:, owners == number].max(axis=1) for number in range(len(learning.profiles))], axis=1)
