"""Learning the head from labelled texts: closed forms and a linear solver, the same result every time, in seconds.

*Meaning*: linear discriminant analysis with a shrunk covariance (Hastie et al., The Elements of Statistical Learning,
§4.3) over the vectors of each text as written and folded, so that a text without diacritics is known too.
*Letters*: a linear support vector machine, one class against the rest (Fan et al., LIBLINEAR, 2008), over the terms of
`index.lexical`.
*Fusion*: the three numbers of `index.fusion.Weights`, by maximum likelihood over scores of held-out texts: every text
is scored by views that were learned without it, else the weights would trust what the views know by heart; and the
text is an ordinary one, else they would trust the views too little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.fusion import Weights
from index.head import Head, MeaningView, centred
from index.lexical import Counts, LexicalView, Numbers, Vocabulary

SHRINKAGE: Final = 0.3
"""How far the covariance of the vectors is drawn towards a sphere."""

COST: Final = 1.0
"""What a text on the wrong side costs against the size of the terms' weights."""

UNRELATED: Final = 0.5
"""The share of alerts taken to be no crisis when the views are weighed against each other, however many examples there
are of each: of a real text and an unrelated one, neither is presumed."""

FOLDS: Final = 5
_SMALLEST: Final = 1e-6


@dataclass(frozen=True)
class Lessons:
    """What there is to learn from, row by row one text.

    Attributes:
        classes: playbook ids and, last, `index.head.NONE`; a class may be without texts.
        labels: for each text the number of its class.
        counts: their terms.
        written: their vectors, float32 (n, d), of length 1.
        folded: the vectors of the folded texts, in the same order.
        ordinary: which texts are what an alert ordinarily reads like; the others are there for breadth.
    """

    classes: tuple[str, ...]
    labels: npt.NDArray[np.intp]
    counts: tuple[Counts, ...]
    written: npt.NDArray[np.float32]
    folded: npt.NDArray[np.float32]
    ordinary: npt.NDArray[np.bool_]

    def only(self, rows: npt.NDArray[np.intp]) -> Lessons:
        """The lessons of some rows."""
        counts = tuple(self.counts[row] for row in rows)
        return Lessons(
            self.classes, self.labels[rows], counts, self.written[rows], self.folded[rows], self.ordinary[rows]
        )


def learn(lessons: Lessons) -> Head:
    """Learn a head. Takes some ten seconds for five thousand texts on one core."""
    meaning, letters = held_out_scores(lessons)
    judged_by = lessons.ordinary if lessons.ordinary.any() else np.ones_like(lessons.ordinary)
    weights = fit_weights(meaning[judged_by], letters[judged_by], lessons.labels[judged_by])
    return Head(lessons.classes, learn_meaning(lessons), learn_letters(lessons), weights)


def held_out_scores(lessons: Lessons) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Scores (n, classes) by meaning and by letters of every text, by views that never saw it."""
    shape = (len(lessons.labels), len(lessons.classes))
    meaning, letters = np.zeros(shape), np.zeros(shape)
    folds = _folds(lessons.labels)
    for fold in range(FOLDS):
        held = np.flatnonzero(folds == fold)
        rest = np.flatnonzero(folds != fold)
        if not len(held) or not len(rest):
            continue
        seen = lessons.only(rest)
        view = learn_letters(seen)
        meaning[held] = learn_meaning(seen).scores(lessons.written[held])
        letters[held] = np.stack([view.scores(lessons.counts[row]) for row in held])
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
    unrelated = labels == meaning.shape[1] - 1
    free = np.array([1.0, 1.0, float(unrelated.any())])
    counts_for = _balanced(unrelated)
    for _ in range(100):
        logits = features @ weights
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        mean = np.einsum("nk,nkf->nf", shares, features)
        slope = counts_for @ (mean - features[every, labels]) + 1e-4 * weights
        square = np.einsum("n,nk,nkf,nkg->fg", counts_for, shares, features, features) - (mean.T * counts_for) @ mean
        step = np.linalg.solve(square + 1e-4 * np.eye(3), slope)
        weights = np.maximum(
            weights - free * np.clip(step, -2, 2), [0.0, 0.0, -np.inf]
        )  # more of a view never counts against
        if np.abs(free * step).max() < 1e-6:
            break
    return Weights(*(float(weight) for weight in weights))


def _balanced(unrelated: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """How much each text counts, together 1: unrelated ones `UNRELATED` in all, if there are any of both kinds."""
    if unrelated.all() or not unrelated.any():
        return np.full(len(unrelated), 1 / len(unrelated))
    each = np.full(len(unrelated), (1 - UNRELATED) / (~unrelated).sum())
    each[unrelated] = UNRELATED / unrelated.sum()
    return each


def learn_meaning(lessons: Lessons) -> MeaningView:
    """The view by meaning."""
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


def learn_letters(lessons: Lessons) -> LexicalView:
    """The view by letters."""
    from sklearn.svm import LinearSVC

    vocabulary = Vocabulary.of(lessons.counts)
    weights = np.zeros((len(vocabulary), len(lessons.classes)))
    bias = np.full(len(lessons.classes), -1.0)  # what a class without texts scores, whatever the text
    present = np.unique(lessons.labels)
    if len(present) == 1:
        bias[present] = 1.0
    else:
        features = _matrix(vocabulary, lessons.counts)
        fitted = LinearSVC(C=COST, random_state=0).fit(features, lessons.labels)
        if len(present) == 2:  # one line between two classes: what speaks for one speaks against the other
            weights[:, present] = np.concatenate([-fitted.coef_, fitted.coef_]).T
            bias[present] = np.concatenate([-fitted.intercept_, fitted.intercept_])
        else:
            weights[:, present], bias[present] = fitted.coef_.T, fitted.intercept_
    return LexicalView(vocabulary, _float32(weights), _float32(bias))


def _matrix(vocabulary: Vocabulary, counts: Sequence[Counts]) -> Any:
    """The features of many texts as a sparse matrix (texts, terms)."""
    from scipy.sparse import csr_matrix

    found = [vocabulary.features(one) for one in counts]
    weights = np.concatenate([one.weights for one in found]).astype(np.float64)
    terms = np.concatenate([one.terms for one in found])
    ends = np.cumsum([0, *(len(one.terms) for one in found)])
    return csr_matrix((weights, terms, ends), shape=(len(found), len(vocabulary)))


def _float32(numbers: npt.NDArray[np.float64]) -> Numbers:
    return np.ascontiguousarray(numbers, dtype=np.float32)


def _folds(labels: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The fold of every text: each class spread evenly, in a fixed order."""
    folds = np.zeros(len(labels), dtype=np.intp)
    for number in np.unique(labels):
        rows = np.flatnonzero(labels == number)
        folds[rows] = np.random.default_rng(int(number)).permutation(len(rows)) % FOLDS
    return folds
