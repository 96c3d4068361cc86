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
"""From this probability of "none" on, no playbook is named."""

LEAST: Final = 0.25
"""The least share of what is left that the first playbook must have to be the answer."""

MARGIN: Final = 0.05
"""How far ahead of the second it must be, in the same share."""


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
    if probabilities.none >= THRESHOLD:
        return MatchReason.NOTHING_FITS
    shares = probabilities.playbooks / max(1 - probabilities.none, 1e-9)
    first, second, *_ = [*sorted(shares, reverse=True), 0.0, 0.0]
    return MatchReason.CLEAR_MATCH if first >= LEAST and first - second >= MARGIN else MatchReason.CANNOT_TELL_APART
