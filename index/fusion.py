"""Joining the views into probabilities, and the rule that says when one playbook is the answer.

A multinomial logit: every class gets `meaning * its score by meaning + letters * its score by letters`, "none" a
constant more, and the softmax over all of them is the probability. Monotone in both views by construction. Of a text of
few syllables "none" gets less than that: the fewer words a text has that speak for a playbook, the more "none" is ahead
by what the views know of the others. The four numbers are learned with the head (`index.training`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from index.values import MatchReason

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """What a unit of each view's score is worth, and what "none" gets on top of its own scores.

    Attributes:
        meaning: times the score by meaning.
        letters: times the score by letters.
        none: for "none" alone.
        brief: what "none" gets less for every unit of `brevity`.
    """

    meaning: float
    letters: float
    none: float
    brief: float


SHORT: Final = 12
"""Texts of fewer syllables are short: "Cháy chợ" has two, a headline rarely less than twelve."""


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


def brevity(syllables: int) -> float:
    """How often the syllables of a short text must be doubled to be `SHORT`; 0 for a text that is not short."""
    return math.log2(SHORT / min(max(syllables, 1), SHORT))


def fuse(meaning: Numbers, letters: Numbers, weights: Weights, syllables: int) -> Probabilities:
    """Turn the scores of both views, one per playbook and last the one of "none", into probabilities.

    `syllables` is how long the text is.
    """
    scores = weights.meaning * meaning + weights.letters * letters
    scores[-1] += weights.none - weights.brief * brevity(syllables)
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
