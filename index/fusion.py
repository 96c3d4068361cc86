"""Joining the views into probabilities, and the rule that says when one playbook is the answer.

A multinomial logit: every playbook gets `meaning * dense + letters * lexical`, "no playbook fits" gets a constant, and
the softmax over all of them is the probability. Monotone in both views by construction.

The three numbers are the maximum of the likelihood on tests/index/development_set.tsv with the standard playbooks,
found by `python -m tests.index.fit_weights`, which also prints what they are worth in five-fold cross-validation.
Change playbooks a lot, and they should be fitted again (issue 3 does, with an evaluation set of its own).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from index.values import MatchReason

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """What a unit of each view's score is worth, and the level that a playbook must reach to beat "none"."""

    meaning: float
    letters: float
    none: float


WEIGHTS: Final = Weights(meaning=24.0, letters=23.1, none=14.1)

THRESHOLD: Final = 0.45
"""The least probability at which a playbook is the answer: the lowest that refused 90 % of the unrelated texts."""

MARGIN: Final = 0.05
"""How far the first must be ahead of the second."""


@dataclass(frozen=True)
class Probabilities:
    """One for every playbook, and one for none of them; together 1."""

    playbooks: Numbers
    none: float


def fuse(dense: Numbers, lexical: Numbers, weights: Weights = WEIGHTS) -> Probabilities:
    """Turn the scores of both views, one per playbook, into probabilities."""
    scores = np.append(weights.meaning * dense + weights.letters * lexical, weights.none)
    exponentials = np.exp(scores - scores.max())
    shares = exponentials / exponentials.sum()
    return Probabilities(playbooks=shares[:-1], none=float(shares[-1]))


def decide(probabilities: Probabilities) -> MatchReason:
    """Whether the most probable playbook is the answer, and if not, why not."""
    first, second, *_ = [*sorted(probabilities.playbooks, reverse=True), 0.0, 0.0]
    if first >= THRESHOLD and first - second >= MARGIN:
        return MatchReason.CLEAR_MATCH
    if probabilities.none >= first:
        return MatchReason.NOTHING_FITS
    return MatchReason.CANNOT_TELL_APART
