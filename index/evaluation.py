"""How good the matching is: its answers to labelled texts, set against the labels. Pure functions over values.

Terms: a text is *related* when a playbook fits it, else *unrelated*. The first guess is the first candidate, whether or
not it was sure enough to become the answer. Related texts are *kept* when the match names a playbook, any one;
unrelated ones are *refused* when it names none.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from index.values import Match

BINS: Final = 10
THRESHOLDS: Final = tuple(step / 20 for step in range(1, 20))  # 0.05, 0.10, … 0.95

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Labelled:
    """A text, the playbook that fits it (None: none does), and its style or, where none fits, its kind."""

    playbook: str | None
    style: str
    text: str


class StyleScore(NamedTuple):
    """How many related texts of a style there are, and for which share the right playbook came first, among three."""

    texts: int
    first: float
    among_three: float


class ReliabilityBin(NamedTuple):
    """Texts of like confidence: its mean, the share whose first guess was right, and how many they are."""

    confidence: float
    right: float
    texts: int


class Confusion(NamedTuple):
    """How often `named` was said where `right` (None: no playbook) would have been right."""

    right: str | None
    named: str
    times: int


class ThresholdPoint(NamedTuple):
    """What a threshold on the probability of "none" would do.

    Attributes:
        threshold: the probability of "none" from which on a text would be refused.
        kept: share of the related texts below it.
        right: of these, the share whose first guess is right.
        refused: share of the unrelated texts that reach it.
    """

    threshold: float
    kept: float
    right: float
    refused: float


@dataclass(frozen=True)
class Evaluation:
    """The figures of one run. A share of nothing (no related or no unrelated texts) is NaN.

    Attributes:
        related: how many texts a playbook fits.
        unrelated: how many none fits.
        first_guess: share of the related texts whose first candidate is right.
        among_three: share of the related texts with the right one among the first three candidates.
        by_style: the same two, and the number of texts, for every style of the related texts.
        none_auroc: the probability that an unrelated text is given more of a "none" than a related one.
        confidence_auroc: the same by the confidence alone: that a related text gets more of it.
        kept: share of the related texts for which a playbook, any one, is the answer.
        refused: share of the unrelated texts for which none is.
        refused_by_kind: the same for every kind of unrelated text.
        ece: expected calibration error of the confidence in ten bins of equal width; no guess is right for an unrelated
            text.
        reliability: those of the ten bins that hold texts.
        confusions: related texts with a wrong first guess, unrelated ones with an answer; the most frequent first.
        thresholds: the threshold curve.
    """

    related: int
    unrelated: int
    first_guess: float
    among_three: float
    by_style: Mapping[str, StyleScore]
    none_auroc: float
    confidence_auroc: float
    kept: float
    refused: float
    refused_by_kind: Mapping[str, float]
    ece: float
    reliability: tuple[ReliabilityBin, ...]
    confusions: tuple[Confusion, ...]
    thresholds: tuple[ThresholdPoint, ...]


def evaluate(matches: Sequence[Match], texts: Sequence[Labelled]) -> Evaluation:
    """Judge the answers.

    Args:
        matches: the answer to each text.
        texts: the texts, in the same order.

    Raises:
        ValueError: not as many answers as texts.
    """
    pairs = list(zip(matches, texts, strict=True))
    confidence = np.array([match.confidence for match in matches], dtype=np.float64)
    none = np.array([match.none for match in matches], dtype=np.float64)
    first = np.array([_first(match, text) for match, text in pairs], dtype=np.bool_)
    three = np.array([_among_three(match, text) for match, text in pairs], dtype=np.bool_)
    answered = np.array([match.playbook is not None for match in matches], dtype=np.bool_)
    related = np.array([text.playbook is not None for text in texts], dtype=np.bool_)
    styles = [text.style for text in texts]
    return Evaluation(
        related=int(related.sum()),
        unrelated=int((~related).sum()),
        first_guess=share(first[related]),
        among_three=share(three[related]),
        by_style={
            style: StyleScore(int(chosen.sum()), share(first[chosen]), share(three[chosen]))
            for style, chosen in _groups(styles, related)
        },
        none_auroc=auroc(none[~related], none[related]),
        confidence_auroc=auroc(confidence[related], confidence[~related]),
        kept=share(answered[related]),
        refused=share(~answered[~related]),
        refused_by_kind={kind: share(~answered[chosen]) for kind, chosen in _groups(styles, ~related)},
        ece=expected_calibration_error(confidence, first),
        reliability=reliability(confidence, first),
        confusions=_confusions(pairs),
        thresholds=threshold_curve(none, first, related),
    )


def share(flags: Flags) -> float:
    """The share of true ones; NaN of nothing."""
    return float(flags.mean()) if len(flags) else math.nan


def auroc(higher: Numbers, lower: Numbers) -> float:
    """How probably one of `higher` exceeds one of `lower`, a tie counting half (Mann-Whitney); NaN if one is empty."""
    if not len(higher) or not len(lower):
        return math.nan
    ordered = np.sort(lower)
    below = np.searchsorted(ordered, higher, side="left")
    not_above = np.searchsorted(ordered, higher, side="right")
    return float((below + not_above).mean() / 2 / len(lower))


def reliability(confidence: Numbers, right: Flags, bins: int = BINS) -> tuple[ReliabilityBin, ...]:
    """The bins of a reliability diagram that hold texts; a bin has its lower edge, the last one both."""
    places = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    return tuple(
        ReliabilityBin(float(confidence[chosen].mean()), float(right[chosen].mean()), int(chosen.sum()))
        for chosen in (places == place for place in np.unique(places))
    )


def expected_calibration_error(confidence: Numbers, right: Flags, bins: int = BINS) -> float:
    """Mean distance of confidence and share right over the bins, weighted by their texts (Guo et al., 2017)."""
    if not len(confidence):
        return math.nan
    found = reliability(confidence, right, bins)
    return sum(abs(one.confidence - one.right) * one.texts for one in found) / len(confidence)


def threshold_curve(
    none: Numbers, first: Flags, related: Flags, thresholds: Sequence[float] = THRESHOLDS
) -> tuple[ThresholdPoint, ...]:
    """What each threshold on the probability of "none" would keep and refuse."""
    points = []
    for threshold in thresholds:
        refused = none >= threshold
        kept = ~refused & related
        points.append(ThresholdPoint(threshold, share(~refused[related]), share(first[kept]), share(refused[~related])))
    return tuple(points)


def _groups(styles: Sequence[str], among: Flags) -> Iterable[tuple[str, Flags]]:
    """Every style that occurs among the chosen texts, in the order of its first text, and its texts."""
    names = np.array(styles)
    for style in dict.fromkeys(name for name, is_chosen in zip(styles, among, strict=True) if is_chosen):
        yield style, (names == style) & among


def _first(match: Match, text: Labelled) -> bool:
    return bool(match.candidates) and match.candidates[0].playbook == text.playbook


def _among_three(match: Match, text: Labelled) -> bool:
    return any(candidate.playbook == text.playbook for candidate in match.candidates[:3])


def _confusions(pairs: Iterable[tuple[Match, Labelled]]) -> tuple[Confusion, ...]:
    counts: Counter[tuple[str | None, str]] = Counter()
    for match, text in pairs:
        named = match.candidates[0].playbook if match.candidates else None
        if named is None or named == text.playbook or (text.playbook is None and match.playbook is None):
            continue
        counts[text.playbook, named] += 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0][0] or "", item[0][1]))
    return tuple(Confusion(right, named, times) for (right, named), times in ordered)
