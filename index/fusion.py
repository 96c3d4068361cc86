"""Joining the views into probabilities, and the rule that says when one playbook is the answer.

A multinomial logit: every class gets `meaning * its score by meaning + letters * its score by letters`, "none" a
constant more, and the softmax over all of them is the probability. Monotone in both views by construction. The three
numbers are learned with the head (`index.training`).
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
    """What a unit of each view's score is worth, and how much "none" gets on top of its own scores."""

    meaning: float
    letters: float
    none: float


THRESHOLD: Final = 0.5
"""The least probability at which a playbook is the answer."""

MARGIN: Final = 0.05
"""How far the first must be ahead of the second."""


@dataclass(frozen=True)
class Probabilities:
    """One for every playbook, and one for none of them; together 1."""

    playbooks: Numbers
    none: float


def fuse(meaning: Numbers, letters: Numbers, weights: Weights) -> Probabilities:
    """Turn the scores of both views, one per playbook and last the one of "none", into probabilities."""
    scores = weights.meaning * meaning + weights.letters * letters
    scores[-1] += weights.none
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
