"""What speaks for and against an alert being of each open incident's matter: numbers, and the words behind them.

Pure arithmetic over what was said; what each number is worth is in :mod:`bot.grouping.weights`. A word that one open
incident alone has says more than one that all of them have, so everything is counted among those that are open now:
the name of the province, or of a town where everything happens, loses its weight by itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.grouping.hearing import COMMON, RARE, Said
from bot.grouping.names import GENERIC
from bot.grouping.sketch import Kept, Remembered, Sketch

FOR_ONE = (
    "meaning",
    "meaning_ahead",
    "same_kind",
    "kind_typical",
    "words",
    "words_typical",
    "named_of_kind",
    "same_place",
    "other_place",
    "other_names",
    "numbers",
    "both_nothing",
)
"""The evidence on one incident: a column each."""

FOR_NONE = ("always", "nothing", "sure_kind", "short_nothing")
"""The evidence for a matter of its own."""

KINDS = 32
"""Number of playbooks, for what "by chance" means. A few more or less change nothing."""

_MOST_ALIKE, _LEAST_ALIKE = 8.0, 0.05
"""How many times likelier than by chance two alerts may be of one kind: more, or less, is not believed."""

_LEAST_KIND = math.log(_LEAST_ALIKE)
_FAR_AHEAD = 0.5
_TOLD = 8.0
"""Worth of common words from which an alert tells all that another one tells."""

_MOST_NUMBERS = 2
_SHORT = 40
"""Syllables and pairs below which a text may be too short for its kind to be known."""

_ONLY_ONE = 2.0
"""What a term counts that one open incident alone has; one that all have counts nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """On one incident: the numbers of `FOR_ONE` in order, the names and the words that both have."""

    numbers: tuple[float, ...]
    names: tuple[str, ...]
    words: tuple[str, ...]


Shared = dict[str, int]
"""The terms that an alert has in common with an incident, and in which of its alerts they are (`Sketch.terms`)."""


def shared(said: Said, sketch: Sketch) -> Shared:
    """What an alert and an incident have in common."""
    of = sketch.terms
    return {term: of[term] for term in of.keys() & said.telling}


def on_each(said: Said, candidates: Sequence[Kept], common: Sequence[Shared]) -> list[Evidence]:
    """The evidence on every open incident; ``common`` is what each shares with the alert."""
    if not candidates:
        return []
    among = _Among.of(said, [kept.sketch for kept in candidates], common)
    meaning = _meaning(said, candidates)
    lead = [max(-_FAR_AHEAD, min(_FAR_AHEAD, ahead)) for ahead in _ahead(meaning)]
    return [
        _on(said, kept.sketch, terms, among, (close, ahead))
        for kept, terms, close, ahead in zip(candidates, common, meaning, lead, strict=True)
    ]


def on_none(said: Said) -> tuple[float, ...]:
    """The numbers of `FOR_NONE`."""
    is_short = said.syllables < _SHORT
    sure = max(said.kinds.likely.values(), default=0.0)
    return (1.0, said.none, sure, said.none * is_short)


@dataclass(frozen=True, slots=True)
class _Among:
    """The alert's terms among the open incidents: which are names, what the others are worth, which are known."""

    names: frozenset[str]
    provinces: frozenset[str]
    worth: dict[str, float]
    elsewhere: frozenset[str]

    @staticmethod
    def of(said: Said, sketches: Sequence[Sketch], common: Sequence[Shared]) -> _Among:
        telling = said.telling
        seen = Counter(term for terms in common for term in terms)
        many = math.log(len(sketches) + 1)
        counts = {t: _ONLY_ONE * (1 - math.log(seen[t]) / many) if t in seen else _ONLY_ONE for t in telling}
        provinces = said.provinces.union(*(sketch.provinces for sketch in sketches))
        called = said.names.union(*(sketch.names & telling for sketch in sketches))
        names = frozenset(t for t in called & telling if t not in provinces and said.terms.get(t, RARE) >= RARE)
        of_names = {syllable for name in names for syllable in name.split()} | GENERIC
        worth = {
            term: (rarity - COMMON) * (0.2 + counts[term])
            for term, rarity in said.terms.items()
            if rarity > COMMON
            and not term.isdigit()
            and term not in provinces
            and not of_names.issuperset(term.split())
        }
        return _Among(names, provinces, worth, frozenset(seen))


def _on(said: Said, sketch: Sketch, terms: Shared, among: _Among, meaning: tuple[float, float]) -> Evidence:
    alerts = sketch.alerts
    words = {term: mask for term, mask in terms.items() if term in among.worth}
    names = [term for term in terms if term in among.names]
    here = any(not said.place.isdisjoint(place) for place in sketch.place)
    is_elsewhere = bool(said.place and sketch.place) and not here and not names
    # Names on both sides, and not one of the alert's is known to any open incident.
    has_others = bool(among.names) and among.elsewhere.isdisjoint(among.names) and bool(sketch.names - among.provinces)
    kinds = [_alike(said, alert) for alert in alerts] or [0.0]
    closest = max(kinds)
    return Evidence(
        (
            *meaning,
            closest,
            sum(kinds) / len(kinds),
            math.log1p(sum(among.worth[word] for word in words if " " in word)),
            _told(words, among, len(alerts)),
            _named(names, terms, len(alerts)) * (closest - _LEAST_KIND),
            float(here),
            float(is_elsewhere),
            float(has_others),
            float(min(_MOST_NUMBERS, len(said.numbers & sketch.numbers))) if said.numbers else 0.0,
            said.none * sketch.none,
        ),
        tuple(names),
        tuple(words),
    )


def _alike(said: Said, alert: Remembered) -> float:
    return math.log(_LEAST_ALIKE + min(_MOST_ALIKE, said.kinds.alike(alert.kinds, KINDS)))


def _told(words: Shared, among: _Among, alerts: int) -> float:
    """How much of the new alert an alert of the incident tells, 0..1.

    The mean over them, here as with names: one that joined wrongly must not draw its whole matter after it.
    """
    worth = [0.0] * alerts
    for word, mask in words.items():
        while mask:
            last = mask & -mask
            worth[last.bit_length() - 1] += among.worth[word]
            mask ^= last
    return sum(min(1.0, one / _TOLD) for one in worth) / max(1, alerts)


def _named(names: Sequence[str], terms: Shared, alerts: int) -> float:
    """The share of the incident's alerts with a name that the new alert has."""
    found = 0
    for name in names:
        found |= terms[name]
    return found.bit_count() / max(1, alerts)


def _meaning(said: Said, candidates: Sequence[Kept]) -> list[float]:
    """The cosine with the middle of each incident's vectors; 0 where they are of another model."""
    comparable = [n for n, kept in enumerate(candidates) if kept.vectors and kept.sketch.space == said.space]
    cosines = [0.0] * len(candidates)
    if comparable:
        vectors = [candidates[n].vectors for n in comparable]
        starts = np.cumsum([0, *map(len, vectors[:-1])])
        middles = np.add.reduceat(np.array([one for each in vectors for one in each]), starts, axis=0)
        lengths = np.maximum(np.linalg.norm(middles, axis=1), 1e-9)
        for number, cosine in zip(comparable, ((middles @ said.vector) / lengths).tolist(), strict=True):
            cosines[number] = cosine
    return cosines


def _ahead(values: Sequence[float]) -> list[float]:
    """How far each is ahead of the best of the others (behind: negative); 0 where there is no other."""
    if len(values) < 2:
        return [0.0] * len(values)
    first, second = sorted(values, reverse=True)[:2]
    return [value - (second if value == first else first) for value in values]
