"""What speaks for and against an alert being of each open incident's matter: numbers, and the words behind them.

Pure arithmetic over what was said; what each number is worth is in :mod:`bot.grouping.weights`. A word that one open
incident alone has says more than one that all of them have, so everything is counted among those that are open now:
the name of the province, or of a town where everything happens, loses its weight by itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.grouping.names import GENERIC
from bot.grouping.hearing import COMMON, RARE, Said, Vector
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
    names: frozenset[str]
    words: frozenset[str]


def on_each(said: Said, candidates: Sequence[Kept]) -> list[Evidence]:
    """The evidence on every open incident."""
    if not candidates:
        return []
    among = _Among.of(said, [kept.sketch for kept in candidates])
    meaning = _meaning(said, candidates)
    lead = [max(-_FAR_AHEAD, min(_FAR_AHEAD, ahead)) for ahead in _ahead(meaning)]
    return [
        _on(said, kept.sketch, shared, among, (close, ahead))
        for kept, shared, close, ahead in zip(candidates, among.shared, meaning, lead, strict=True)
    ]


def on_none(said: Said) -> tuple[float, ...]:
    """The numbers of `FOR_NONE`."""
    is_short = said.syllables < _SHORT
    sure = max(said.kinds.likely.values(), default=0.0)
    return (1.0, said.none, sure, said.none * is_short)


@dataclass(frozen=True, slots=True)
class _Among:
    """The alert's terms among the open incidents: which are names, what each counts, who has them."""

    shared: list[frozenset[str]]
    names: frozenset[str]
    provinces: frozenset[str]
    worth: dict[str, float]
    elsewhere: frozenset[str]

    @staticmethod
    def of(said: Said, sketches: Sequence[Sketch]) -> _Among:
        telling = said.telling
        shared = [telling & sketch.terms for sketch in sketches]
        seen = Counter(term for terms in shared for term in terms)
        many = math.log(len(sketches) + 1)
        counts = {t: _ONLY_ONE * (1 - math.log(seen[t]) / many) if t in seen else _ONLY_ONE for t in telling}
        provinces = said.provinces.union(*(sketch.provinces for sketch in sketches))
        called = said.names.union(*(sketch.names & telling for sketch in sketches))
        names = frozenset(
            t for t in called & telling if t not in provinces and said.terms.get(t, RARE) >= RARE
        )
        of_names = {syllable for name in names for syllable in name.split()} | GENERIC
        worth = {
            term: (rarity - COMMON) * (0.2 + counts[term])
            for term, rarity in said.terms.items()
            if rarity > COMMON
            and not term.isdigit()
            and term not in provinces
            and not of_names.issuperset(term.split())
        }
        return _Among(shared, names, provinces, worth, frozenset(seen))


def _on(
    said: Said, sketch: Sketch, shared: frozenset[str], among: _Among, meaning: tuple[float, float]
) -> Evidence:
    words = frozenset(shared & among.worth.keys())
    names = shared & among.names
    here = any(said.place & place for place in sketch.place)
    is_elsewhere = bool(said.place and sketch.place) and not here and not names
    # Names on both sides, and not one of the alert's is known to any open incident.
    has_others = bool(among.names) and among.elsewhere.isdisjoint(among.names) and bool(sketch.names - among.provinces)
    kinds = [
        math.log(_LEAST_ALIKE + min(_MOST_ALIKE, said.kinds.alike(alert.kinds, KINDS))) for alert in sketch.alerts
    ] or [0.0]
    closest = max(kinds)
    named = _share(sketch, lambda alert: not names.isdisjoint(alert.terms)) if names else 0.0
    told = _share(sketch, lambda alert: min(1.0, _worth(words & alert.terms, among) / _TOLD)) if words else 0.0
    return Evidence(
        (
            *meaning,
            closest,
            sum(kinds) / len(kinds),
            math.log1p(_worth((word for word in words if " " in word), among)),
            told,
            named * (closest - _LEAST_KIND),
            float(here),
            float(is_elsewhere),
            float(has_others),
            float(min(_MOST_NUMBERS, len(said.numbers & sketch.numbers))),
            said.none * sketch.none,
        ),
        names,
        words,
    )


def _worth(words: Iterable[str], among: _Among) -> float:
    return sum(among.worth[word] for word in words)


def _share(sketch: Sketch, of: Callable[[Remembered], float]) -> float:
    """The mean over the incident's alerts: one that joined it wrongly must not draw its whole matter after it."""
    return sum(map(of, sketch.alerts)) / max(1, len(sketch.alerts))


def _meaning(said: Said, candidates: Sequence[Kept]) -> list[float]:
    """The cosine with the middle of each incident's vectors; 0 where they are of another model."""
    comparable = [kept.sketch.space == said.space and kept.vectors for kept in candidates]
    middles = [_middle(kept.vectors) if same else np.zeros_like(said.vector) for kept, same in zip(candidates, comparable, strict=True)]
    cosines: list[float] = (np.stack(middles) @ said.vector).tolist()
    return cosines


def _middle(vectors: Sequence[Vector]) -> Vector:
    whole = np.sum(vectors, axis=0) if len(vectors) > 1 else vectors[0]
    middle: Vector = whole / max(float(np.linalg.norm(whole)), 1e-9)
    return middle


def _ahead(values: Sequence[float]) -> list[float]:
    """How far each is ahead of the best of the others (behind: negative); 0 where there is no other."""
    if len(values) < 2:
        return [0.0] * len(values)
    first, second = sorted(values, reverse=True)[:2]
    return [value - (second if value == first else first) for value in values]
