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

from bot.grouping.names import GENERIC
from bot.grouping.said import COMMON, RARE, Said, Vector
from bot.grouping.sketch import Kept, Sketch

FOR_ONE = (
    "meaning",
    "meaning_ahead",
    "same_kind",
    "words",
    "syllables",
    "words_ahead",
    "named_alike",
    "landmarks",
    "landmarks_of_kind",
    "places_of_kind",
    "same_place",
    "other_place",
    "other_names",
    "nameless",
    "numbers",
    "both_nothing",
)
"""The evidence on one incident: a column each."""

FOR_NONE = ("always", "nothing", "sure_kind", "length", "has_name", "short_nothing")
"""The evidence for a matter of its own."""

KINDS = 32
"""Number of playbooks, for what "by chance" means. A few more or less change nothing."""

_MOST_ALIKE, _LEAST_ALIKE = 8.0, 0.05
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
    sketches = [kept.sketch for kept in candidates]
    among = _Among.of(said, sketches)
    meaning = _meaning(said, candidates)
    found = [_on(said, sketch, shared, among) for sketch, shared in zip(sketches, among.shared, strict=True)]
    ahead, words_ahead = _ahead(meaning), _ahead([share for _, share, _, _ in found])
    return [
        Evidence((close, max(-0.5, min(0.5, lead)), *rest[:3], more, *rest[3:]), names, words)
        for (rest, _, names, words), close, lead, more in zip(found, meaning, ahead, words_ahead, strict=True)
    ]


def on_none(said: Said) -> tuple[float, ...]:
    """The numbers of `FOR_NONE`."""
    is_short = said.syllables < 40
    sure = max(said.kinds.likely.values(), default=0.0)
    return (1.0, said.none, sure, math.log(said.syllables + 1), float(bool(said.names)), said.none * is_short)


@dataclass(frozen=True, slots=True)
class _Among:
    """The alert's terms among the open incidents: which are names, what each counts, who has them."""

    shared: list[frozenset[str]]
    names: frozenset[str]
    places: frozenset[str]
    provinces: frozenset[str]
    counts: dict[str, float]
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
            t for t in called & telling if " " in t and t not in provinces and said.terms.get(t, RARE) >= RARE
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
        places = said.places.union(*(sketch.places & telling for sketch in sketches))
        return _Among(shared, names, places, provinces, counts, worth, frozenset(seen))


def _on(
    said: Said, sketch: Sketch, shared: frozenset[str], among: _Among
) -> tuple[tuple[float, ...], float, frozenset[str], frozenset[str]]:
    words = frozenset(term for term in shared if term in among.worth)
    pairs = sum(among.worth[term] for term in words if " " in term)
    single = sum(among.worth[term] for term in words if " " not in term)
    names = shared & among.names
    landmarks = math.log1p(sum(among.counts[name] for name in names if name not in among.places))
    places = math.log1p(sum(among.counts[name] for name in names if name in among.places))
    alike = max((said.kinds.alike(alert.kinds, KINDS) for alert in sketch.alerts), default=1.0)
    same_kind = math.log(_LEAST_ALIKE + min(_MOST_ALIKE, alike))
    has_names = bool(sketch.names - among.provinces)
    here = any(said.place & place for place in sketch.place)
    apart = bool(said.place and sketch.place) and not here and not names
    strange = bool(among.names) and has_names and among.elsewhere.isdisjoint(among.names)
    named = sum(not among.names.isdisjoint(alert.terms) for alert in sketch.alerts) if names else 0
    numbers = (
        same_kind,
        math.log1p(pairs),
        math.log1p(single),
        named / max(1, len(sketch.alerts)),
        landmarks,
        landmarks * (same_kind + 3),
        places * (same_kind + 3),
        float(here),
        float(apart),
        float(strange),
        float(not has_names),
        float(min(2, len(said.numbers & sketch.numbers))),
        said.none * sketch.none,
    )
    share = (pairs + single) / (sum(among.worth.values()) or 1.0)
    return numbers, share, names, words


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
