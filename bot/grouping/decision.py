"""Same matter or another: the decision, with its reason and the words behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.grouping import evidence, weights
from bot.grouping.evidence import Evidence
from bot.grouping.hearing import COMMON, Said
from bot.grouping.sketch import Kept
from bot.model.reasons import Grouping

FORGET_AFTER: Final = timedelta(hours=72)
"""An incident that nobody has spoken of for so long takes no new alerts: the same words now mean another matter."""

SAME_WORDS: Final = 0.5
"""Share of common telling terms from which two texts are copies of each other."""

_LEAST_COPIED: Final = 4
_SHOWN: Final = 5

_SPEAKS: Final = {
    Grouping.SAME_NAMES: ("named_of_kind", "same_place"),
    Grouping.SAME_DETAILS: ("words", "words_typical", "numbers"),
    Grouping.SAME_MEANING: ("meaning", "meaning_ahead", "same_kind", "kind_typical"),
}
"""Which evidence is behind which reason."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``incident_id`` None means: open one. ``kept`` is the sketch of the incident that is joined.

    ``score`` is how sure it is, 0..1: the probability of what was decided. ``shared`` are names and words that the
    alert has in common with the incident, the most telling first.
    """

    incident_id: str | None
    reason: Grouping
    score: float
    kept: Kept | None = None
    shared: tuple[str, ...] = ()


def decide(said: Said, candidates: Sequence[tuple[str, Kept]]) -> Decision:
    """Whether the alert belongs to one of the open incidents given (all drills or all real, never mixed).

    A shared page is proof, and copied words nearly so. Else the incidents compete with each other and with a matter of
    its own: a multinomial logit over the evidence on each (mention ranking, Denis and Baldridge, 2008), of which the
    likeliest wins.
    """
    if not candidates:
        return Decision(None, Grouping.NOTHING_OPEN, 1.0)
    fresh = [(incident_id, kept) for incident_id, kept in candidates if said.at - kept.sketch.last_seen <= FORGET_AFTER]
    if not fresh:
        return Decision(None, Grouping.TOO_LONG_AGO, 1.0)
    certain = _certain(said, fresh)
    if certain is not None:
        return certain
    found = evidence.on_each(said, [kept for _, kept in fresh])
    scores = [score(weights.FOR_ONE, evidence.FOR_ONE, one.numbers) for one in found]
    alone = score(weights.FOR_NONE, evidence.FOR_NONE, evidence.on_none(said))
    best = max(range(len(scores)), key=lambda number: scores[number])
    whole = sum(math.exp(other - max(alone, scores[best])) for other in (alone, *scores))
    sure = math.exp(0.0) / whole
    if scores[best] <= alone:
        return Decision(None, _why_apart(found[best]), sure)
    incident_id, kept = fresh[best]
    return Decision(incident_id, _why_joined(found[best]), sure, kept, _shared(said, found[best]))


def score(worth: Mapping[str, float], names: Sequence[str], numbers: Sequence[float]) -> float:
    """The evidence weighed; what has no weight says nothing."""
    return sum(worth.get(name, 0.0) * number for name, number in zip(names, numbers, strict=True))


def _certain(said: Said, fresh: Sequence[tuple[str, Kept]]) -> Decision | None:
    for incident_id, kept in fresh:
        if not set(said.pages).isdisjoint(kept.sketch.pages):
            return Decision(incident_id, Grouping.SAME_PAGE, 1.0, kept)
    copied = [(_copied(said, kept), number) for number, (_, kept) in enumerate(fresh)]
    share, number = max(copied)
    if share < SAME_WORDS:
        return None
    incident_id, kept = fresh[number]
    return Decision(incident_id, Grouping.SAME_WORDS, share, kept)


def _copied(said: Said, kept: Kept) -> float:
    """The greatest share of common terms with one of its alerts; 0 when the alert names another place."""
    if len(said.terms) < _LEAST_COPIED or (
        said.place and kept.sketch.place and not any(said.place & place for place in kept.sketch.place)
    ):
        return 0.0
    own = said.terms.keys()
    return max(
        (len(own & alert.terms) / (len(own | alert.terms) or 1) for alert in kept.sketch.alerts), default=0.0
    )


def _why_joined(found: Evidence) -> Grouping:
    """The reason with the most behind it."""
    numbers = dict(zip(evidence.FOR_ONE, found.numbers, strict=True))
    behind = {
        reason: sum(weights.FOR_ONE.get(name, 0.0) * numbers[name] for name in names)
        for reason, names in _SPEAKS.items()
        if reason is not Grouping.SAME_NAMES or found.names
    }
    return max(behind, key=lambda reason: behind[reason])


def _why_apart(nearest: Evidence) -> Grouping:
    """Whether it is the names that keep the alert apart from the incident that it is most like."""
    numbers = dict(zip(evidence.FOR_ONE, nearest.numbers, strict=True))
    return Grouping.OTHER_PLACE if numbers["other_place"] or numbers["other_names"] else Grouping.OTHER_MATTER


def _shared(said: Said, found: Evidence) -> tuple[str, ...]:
    rarest = sorted(found.words, key=lambda word: (" " not in word, -said.terms.get(word, COMMON), word))
    return tuple([*sorted(found.names), *rarest][:_SHOWN])
