"""Learning the head from labelled texts: closed forms and a linear solver, the same result every time, in seconds.

*Meaning*: linear discriminant analysis with a shrunk covariance (Hastie et al., The Elements of Statistical Learning,
§4.3) over the vectors of each text as written and folded, so that a text without diacritics is known too.
*Letters*: ridge regression to one target a class over the terms of `index.lexical`.
*Fusion*: the three numbers of `index.fusion.Weights`, by maximum likelihood over scores of held-out texts: every text
is scored by views that were learned without it, else the weights would trust what the views know by heart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from index.fusion import Weights
from index.head import Head, MeaningView, centred
from index.lexical import Features, LexicalView, Numbers, Vocabulary

SHRINKAGE: Final = 0.3
"""How far the covariance of the vectors is drawn towards a sphere."""

RIDGE: Final = 0.3
"""How much the weights of terms are held back."""

FOLDS: Final = 5
_SMALLEST: Final = 1e-6


@dataclass(frozen=True)
class Lessons:
    """What there is to learn from, row by row one text.

    Attributes:
        classes: playbook ids and, last, `index.head.NONE`; a class may be without texts.
        labels: for each text the number of its class.
        texts: the texts, as `index.text.passage` gives them.
        written: their vectors, float32 (n, d), of length 1.
        folded: the vectors of the folded texts, in the same order.
    """

    classes: tuple[str, ...]
    labels: npt.NDArray[np.intp]
    texts: tuple[str, ...]
    written: npt.NDArray[np.float32]
    folded: npt.NDArray[np.float32]

    def only(self, rows: npt.NDArray[np.intp]) -> Lessons:
        """The lessons of some rows."""
        texts = tuple(self.texts[row] for row in rows)
        return Lessons(self.classes, self.labels[rows], texts, self.written[rows], self.folded[rows])


def learn(lessons: Lessons) -> Head:
    """Learn a head. Takes a few seconds for three thousand texts on one core."""
    vocabulary = Vocabulary.of(lessons.texts)
    features = [vocabulary.features(text) for text in lessons.texts]
    meaning, letters = _learn_meaning(lessons), _learn_letters(vocabulary, features, lessons)
    held_out = held_out_scores(lessons)
    return Head(lessons.classes, meaning, letters, fit_weights(*held_out, lessons.labels))


def held_out_scores(lessons: Lessons) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Scores (n, classes) by meaning and by letters of every text, by views that never saw it."""
    shape = (len(lessons.texts), len(lessons.classes))
    meaning, letters = np.zeros(shape), np.zeros(shape)
    folds = _folds(lessons.labels)
    for fold in range(FOLDS):
        held = np.flatnonzero(folds == fold)
        rest = np.flatnonzero(folds != fold)
        if not len(held) or not len(rest):
            continue
        seen = lessons.only(rest)
        vocabulary = Vocabulary.of(seen.texts)
        view = _learn_letters(vocabulary, [vocabulary.features(text) for text in seen.texts], seen)
        meaning[held] = _learn_meaning(seen).scores(lessons.written[held])
        letters[held] = np.stack([view.scores(lessons.texts[row]) for row in held])
    return meaning, letters


def fit_weights(
    meaning: npt.NDArray[np.float64], letters: npt.NDArray[np.float64], labels: npt.NDArray[np.intp]
) -> Weights:
    """The weights under which the held-out labels are most likely, by Newton's method with a tiny ridge.

    Without a single text that no playbook fits, nothing can be said of "none": its weight stays 0.
    """
    none = np.zeros_like(meaning)
    none[:, -1] = 1
    features = np.stack([meaning, letters, none], axis=2)
    every = np.arange(len(labels))
    weights = np.array([0.3, 3.0, 0.0])
    free = np.array([1.0, 1.0, float((labels == meaning.shape[1] - 1).any())])
    for _ in range(100):
        logits = features @ weights
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        mean = np.einsum("nk,nkf->nf", shares, features)
        slope = (mean - features[every, labels]).mean(axis=0) + 1e-4 * weights
        square = np.einsum("nk,nkf,nkg->fg", shares, features, features) - mean.T @ mean
        step = np.linalg.solve(square / len(labels) + 1e-4 * np.eye(3), slope)
        weights = np.maximum(
            weights - free * np.clip(step, -2, 2), [0.0, 0.0, -np.inf]
        )  # more of a view never counts against
        if np.abs(free * step).max() < 1e-6:
            break
    return Weights(*(float(weight) for weight in weights))


def _learn_meaning(lessons: Lessons) -> MeaningView:
    from sklearn.covariance import shrunk_covariance

    centre = lessons.written.mean(axis=0)
    rows = centred(np.concatenate([lessons.written, lessons.folded]), centre).astype(np.float64)
    labels = np.concatenate([lessons.labels, lessons.labels])
    width, classes = rows.shape[1], len(lessons.classes)
    means = np.zeros((classes, width))  # a class without texts stays at the centre, where what is like nothing lies
    for number in np.unique(labels):
        means[number] = rows[labels == number].mean(axis=0)
    inside = rows - means[labels]
    covariance = shrunk_covariance(inside.T @ inside / len(rows), SHRINKAGE) + _SMALLEST * np.eye(width)
    weights = np.linalg.solve(covariance, means.T)
    bias = -0.5 * np.einsum("cd,dc->c", means, weights)
    return MeaningView(centre.astype(np.float32), weights.astype(np.float32), bias.astype(np.float32))


def _learn_letters(vocabulary: Vocabulary, features: Sequence[Features], lessons: Lessons) -> LexicalView:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import Ridge

    ends = np.cumsum([0, *(len(found.terms) for found in features)])
    matrix = csr_matrix(
        (
            np.concatenate([found.weights for found in features]).astype(np.float64),
            np.concatenate([found.terms for found in features]),
            ends,
        ),
        shape=(len(features), len(vocabulary)),
    )
    targets = np.zeros((len(features), len(lessons.classes)))
    targets[np.arange(len(features)), lessons.labels] = 1
    fitted = Ridge(alpha=RIDGE, solver="sparse_cg", tol=1e-4).fit(matrix, targets)
    return LexicalView(vocabulary, _float32(fitted.coef_).T, _float32(fitted.intercept_))


def _float32(numbers: npt.NDArray[np.float64]) -> Numbers:
    return np.ascontiguousarray(numbers, dtype=np.float32)


def _folds(labels: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The fold of every text: each class spread evenly, in a fixed order."""
    folds = np.zeros(len(labels), dtype=np.intp)
    for number in np.unique(labels):
        rows = np.flatnonzero(labels == number)
        folds[rows] = np.random.default_rng(int(number)).permutation(len(rows)) % FOLDS
    return folds
