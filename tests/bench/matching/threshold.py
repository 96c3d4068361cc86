"""The threshold of a method: chosen on texts to learn from that it had not learnt, never on the evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index import Match
from index.evaluation import Labelled


def best_threshold(related: np.ndarray, unrelated: np.ndarray) -> float:
    """The score at which the share of related texts kept plus that of unrelated ones refused is greatest.

    That is Youden's index (1950): it does not depend on how many there are of either. Of several, the lowest.
    """
    thresholds = np.unique(related)
    kept = 1 - np.searchsorted(np.sort(related), thresholds, side="left") / len(related)
    refused = np.searchsorted(np.sort(unrelated), thresholds, side="left") / len(unrelated)
    return float(thresholds[np.argmax(kept + refused)])


def own_threshold(matches: Sequence[Match], texts: Sequence[Labelled]) -> float:
    """The best threshold for how much speaks against "none" in the answers to labelled texts."""
    against_none = np.array([-match.none for match in matches])
    related = np.array([text.playbook is not None for text in texts])
    return best_threshold(against_none[related], against_none[~related])


def at_threshold(match: Match, threshold: float) -> Match:
    """The match with its first candidate as the answer if enough speaks against "none", else with no answer."""
    first = match.candidates[0].playbook if match.candidates else None
    return replace(match, playbook=first if -match.none >= threshold else None)
