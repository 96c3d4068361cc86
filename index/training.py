"""Learning the head from labelled texts: closed forms and a linear solver, the same result every time, in seconds.

*Meaning*: linear discriminant analysis with a shrunk covariance (Hastie et al., The Elements of Statistical Learning,
§4.3) over the vectors of each text as written and folded, so that a text without diacritics is known too.
*Letters*: a linear support vector machine, one class against the rest (Fan et al., LIBLINEAR, 2008), over the terms of
`index.lexical`.
*Fusion*: the numbers of `index.fusion.Weights` (`index.weighing`), over scores of held-out texts: every text is scored
by views that were learned without it, else the weights would trust what the views know by heart; and the text is an
ordinary one, else they would trust the views too little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.fusion import brevity
from index.head import Head, MeaningView, centred
from index.lexical import Counts, LexicalView, Numbers, Vocabulary
from index.weighing import fit_weights

SHRINKAGE: Final = 0.3
"""How far the covariance of the vectors is drawn towards a sphere."""

COST: Final = 1.0
"""What a text on the wrong side costs against the size of the terms' weights."""

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

    @property
    def brevity(self) -> npt.NDArray[np.float64]:
        """How short each text is, as `index.fusion.brevity` counts it."""
        return np.array([brevity(one.syllables) for one in self.counts])

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
    weights = fit_weights(meaning[judged_by], letters[judged_by], lessons.labels[judged_by], lessons.brevity[judged_by])
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
