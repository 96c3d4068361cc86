"""Same matter or another: the decision, with its reason and the words behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import mul
from typing import Final

from bot.grouping import evidence, weights
from bot.grouping.evidence import Evidence, Shared
from bot.grouping.hearing import COMMON, Said
from bot.grouping.sketch import Kept
from bot.model.reasons import Grouping

FORGET_AFTER: Final = timedelta(hours=72)
"""An incident that nobody has spoken of for so long takes no new alerts: the same words now mean another matter."""

SAME_WORDS: Final = 0.5
"""Share of common telling terms from which two texts are copies of each other."""

PERHAPS: Final = 0.2
"""From this probability on the likeliest open incident is named on the card of a new one: a person may know better."""

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
    alert has in common with the incident, the most telling first. ``perhaps`` is the incident that the alert may belong
    to after all, although it opens its own.
    """

    incident_id: str | None
    reason: Grouping
    score: float
    kept: Kept | None = None
    shared: tuple[str, ...] = ()
    perhaps: str | None = None


def decide(said: Said, candidates: Sequence[tuple[str, Kept]]) -> Decision:
    """Whether the alert belongs to one of the open incidents given (all drills or all real, never mixed).

    A shared page is proof. What is said of one commune is no copy of what is said of another, nor of its matter: on a
    night of storms all communes send the same words. Else copied words are nearly proof, and the incidents compete with
    each other and with a matter of its own: a multinomial logit over the evidence on each (mention ranking, Denis and
    Baldridge, 2008), of which the likeliest wins.
    """
    if not candidates:
        return Decision(None, Grouping.NOTHING_OPEN, 1.0)
    fresh = [(incident_id, kept) for incident_id, kept in candidates if said.at - kept.sketch.last_seen <= FORGET_AFTER]
    if not fresh:
        return Decision(None, Grouping.TOO_LONG_AGO, 1.0)
    page = _same_page(said, fresh)
    if page is not None:
        return page
    fresh = [(incident_id, kept) for incident_id, kept in fresh if not kept.sketch.is_elsewhere(said)]
    if not fresh:
        return Decision(None, Grouping.OTHER_PLACE, 1.0)
    common = [evidence.shared(said, kept.sketch) for _, kept in fresh]
    copied = _same_words(said, fresh, common)
    if copied is not None:
        return copied
    found = evidence.on_each(said, [kept for _, kept in fresh], common)
    worth = [weights.FOR_ONE[name] for name in evidence.FOR_ONE]
    scores = [sum(map(mul, worth, one.numbers)) for one in found]
    alone = sum(map(mul, (weights.FOR_NONE[name] for name in evidence.FOR_NONE), evidence.on_none(said)))
    best = max(range(len(scores)), key=lambda number: scores[number])
    top = max(alone, scores[best])
    sure = 1 / sum(math.exp(other - top) for other in (alone, *scores))
    incident_id, kept = fresh[best]
    if scores[best] <= alone:
        is_near = sure * math.exp(scores[best] - alone) >= PERHAPS
        return Decision(None, _why_apart(found[best]), sure, perhaps=incident_id if is_near else None)
    return Decision(incident_id, _why_joined(found[best]), sure, kept, _shared(said, found[best]))


def _same_page(said: Said, fresh: Sequence[tuple[str, Kept]]) -> Decision | None:
    """The incident that names the same page."""
    for incident_id, kept in fresh if said.pages else ():
        if not set(said.pages).isdisjoint(kept.sketch.pages):
            return Decision(incident_id, Grouping.SAME_PAGE, 1.0, kept)
    return None


def _same_words(said: Said, fresh: Sequence[tuple[str, Kept]], common: Sequence[Shared]) -> Decision | None:
    """The incident that has a copy of the alert."""
    if len(said.telling) < _LEAST_COPIED:
        return None
    share, number = max(
        (_copied(said, kept, terms), -n) for n, ((_, kept), terms) in enumerate(zip(fresh, common, strict=True))
    )
    if share < SAME_WORDS:
        return None
    incident_id, kept = fresh[-number]
    return Decision(incident_id, Grouping.SAME_WORDS, share, kept)


def _copied(said: Said, kept: Kept, common: Shared) -> float:
    """The greatest share of common terms with one of its alerts; 0 when the alert names another place."""
    own, sketch = len(said.telling), kept.sketch
    if len(common) < SAME_WORDS * own or (
        said.place and sketch.place and not any(said.place & place for place in sketch.place)
    ):
        return 0.0
    shares = [0.0]
    for number, alert in enumerate(sketch.alerts):
        both = sum(mask >> number & 1 for mask in common.values())
        shares.append(both / ((own + alert.size - both) or 1))
    return max(shares)


def _why_joined(found: Evidence) -> Grouping:
    """The reason with the most behind it."""
    numbers = dict(zip(evidence.FOR_ONE, found.numbers, strict=True))
    behind = {
        reason: sum(weights.FOR_ONE[name] * numbers[name] for name in names)
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
