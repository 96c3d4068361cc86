"""How much each view of a text counts: the numbers of `index.fusion.Weights`, most likely over held-out scores.

In two steps. What a unit of each view is worth, and what "none" gets, is learned from texts that are not short: such
are most alerts, and nothing that short texts teach shall make those less sure. What "none" gets less of a short text is
then learned from the short ones, all else held: with few words to speak for a playbook the views' scores for "none"
run ahead, and without this one of three short titles was taken for no crisis.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from index.fusion import Weights

Numbers = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

UNRELATED: Final = 0.5
"""The share of alerts taken to be no crisis when the views are weighed against each other, however many examples there
are of each: of a real text and an unrelated one, neither is presumed."""

_START: Final = (0.3, 3.0, 0.0, 0.0)
_LEAST: Final = (0.0, 0.0, -np.inf, -np.inf)  # more of a view never counts against
_RIDGE: Final = 1e-4


def fit_weights(meaning: Numbers, letters: Numbers, labels: Labels, brevity: Numbers) -> Weights:
    """The weights under which the held-out labels are most likely.

    Without a single text that no playbook fits, nothing can be said of "none": its weight stays 0. So does what it gets
    less of short texts, unless there are short ones of both kinds.

    Args:
        meaning: scores (n, classes) by meaning, the last class being "none".
        letters: the same by letters.
        labels: for each text the number of its class.
        brevity: how short each text is (`index.fusion.brevity`).
    """
    none, less = np.zeros_like(meaning), np.zeros_like(meaning)
    none[:, -1], less[:, -1] = 1, -brevity
    features = np.stack([meaning, letters, none, less], axis=2)
    unrelated, short = labels == meaning.shape[1] - 1, brevity > 0
    usual = ~short if _of_both(unrelated[~short]) else np.ones_like(short)
    free = [0, 1, 2] if unrelated.any() else [0, 1]
    weights = _most_likely(features[usual], labels[usual], np.array(_START), free)
    if _of_both(unrelated[short]):
        weights = _most_likely(features[short], labels[short], weights, [3])
    return Weights(*(float(weight) for weight in weights))


def _most_likely(features: Numbers, labels: Labels, weights: Numbers, free: list[int]) -> Numbers:
    """The weights, the free ones moved to where the labels are most likely (Newton's method with a tiny ridge)."""
    every = np.arange(len(labels))
    counts_for = _balanced(labels == features.shape[1] - 1)
    for _ in range(100):
        logits = features @ weights
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        mean = np.einsum("nk,nkf->nf", shares, features)
        slope = counts_for @ (mean - features[every, labels]) + _RIDGE * weights
        square = np.einsum("n,nk,nkf,nkg->fg", counts_for, shares, features, features) - (mean.T * counts_for) @ mean
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(square[np.ix_(free, free)] + _RIDGE * np.eye(len(free)), slope[free])
        weights = np.maximum(weights - np.clip(step, -2, 2), _LEAST)
        if np.abs(step).max() < 1e-6:
            break
    return weights


def _of_both(unrelated: Flags) -> bool:
    """Whether there are texts that a playbook fits and texts that none fits."""
    return bool(unrelated.any() and not unrelated.all())


def _balanced(unrelated: Flags) -> Numbers:
    """How much each text counts, together 1: unrelated ones `UNRELATED` in all, if there are any of both kinds."""
    if not _of_both(unrelated):
        return np.full(len(unrelated), 1 / len(unrelated))
    each = np.full(len(unrelated), (1 - UNRELATED) / (~unrelated).sum())
    each[unrelated] = UNRELATED / unrelated.sum()
    return each
