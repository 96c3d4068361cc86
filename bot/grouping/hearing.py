"""What one alert says, as grouping compares it: read once, however many incidents it is held against."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from bot.grouping.names import PLACE_READ, communes, names, place_names, place_words, provinces
from bot.grouping.pages import pages
from bot.model.alert import Alert
from index import Match, MatchReason, Reading
from index.lexical import terms_of
from index.text import passage

Vector = npt.NDArray[np.float32]

COMMON = 3.0
"""Rarity up to which a term says nothing: every tenth example has it."""

RARE = 5.5
"""Rarity from which a pair may be a name."""

RUMOUR = "fake-news"
"""The playbook of rumours and denials. A rumour may be about a matter of any kind."""

KEPT_KINDS = 4
_LEAST_KIND = 0.02
_KEPT_TERMS = 250
_KEPT_PAGES = 64
_KEPT_NAMES = 24
_KEPT_NUMBERS = 16
_LONGEST = 64

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LEAST_NUMBER = 3
"""Characters of a number that is worth comparing: "12 giờ" is in every text, "48.000" in few."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """What kind of matter an alert may be of: the likeliest playbooks, and how much is left open."""

    likely: Mapping[str, float]
    open: float

    @staticmethod
    def of(kinds: Mapping[str, float]) -> Kinds:
        """The kinds of a reading. What speaks for a rumour, or for no playbook at all, leaves the kind open."""
        best = sorted(((p, k) for k, p in kinds.items() if k != RUMOUR and p >= _LEAST_KIND), reverse=True)
        likely = {kind: round(p, 4) for p, kind in best[:KEPT_KINDS]}
        return Kinds(likely, round(max(0.0, 1.0 - sum(likely.values())), 4))

    def alike(self, other: Kinds, number: int) -> float:
        """How many times likelier than by chance both are of one kind, of ``number`` kinds."""
        same = sum(p * other.likely.get(kind, 0.0) for kind, p in self.likely.items())
        return number * same + self.open + other.open - self.open * other.open


@dataclass(frozen=True)
class Said:
    """Bounded, whatever the alert: terms, names, numbers and pages are cut to the rarest or first."""

    terms: Mapping[str, float]
    names: frozenset[str]
    places: frozenset[str]
    place: frozenset[str]
    provinces: frozenset[str]
    communes: frozenset[str]
    numbers: frozenset[str]
    pages: tuple[str, ...]
    kinds: Kinds
    none: float
    vector: Vector
    space: str
    at: datetime
    until: datetime
    syllables: int

    @cached_property
    def telling(self) -> frozenset[str]:
        """The terms that are compared, the place's names included."""
        return frozenset(self.terms) | self.places


def hear(alert: Alert, reading: Reading) -> Said:
    """What an alert says, given what the index reads in it."""
    text = passage(alert.title, alert.summary, "")
    named = _named(text, (alert.location.text or "")[:PLACE_READ])
    rare_names = frozenset(name for name in named.in_text if reading.terms.get(name, 0.0) >= RARE)
    own = _first(rare_names, _KEPT_NAMES) | named.places
    rare = [(r, t) for t, r in reading.terms.items() if len(t) <= _LONGEST and (r > COMMON or t in own)]
    return Said(
        terms={term: round(rarity, 2) for rarity, term in sorted(rare, reverse=True)[:_KEPT_TERMS]},
        names=own,
        places=named.places,
        place=named.place,
        provinces=named.provinces,
        communes=named.communes,
        numbers=named.numbers,
        pages=tuple(pages(alert)[:_KEPT_PAGES]),
        kinds=Kinds.of(reading.kinds),
        none=round(reading.none, 4),
        vector=reading.vector,
        space=reading.space,
        at=alert.seen_at,
        until=alert.last_seen or alert.seen_at,
        syllables=len(reading.terms),
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """What the words alone say of names, places and numbers."""

    in_text: frozenset[str]
    places: frozenset[str]
    place: frozenset[str]
    provinces: frozenset[str]
    communes: frozenset[str]
    numbers: frozenset[str]


@lru_cache(maxsize=256)
def _named(text: str, place: str) -> _Named:
    """What a passage and the sender's place name; in a storm the same words come over and over."""
    return _Named(
        in_text=names(text),
        places=_first(place_names(place), _KEPT_NAMES),
        place=_first(place_words(place), _KEPT_NAMES),
        provinces=provinces(f"{place} . {text}"),
        communes=_first(communes(text, place), _KEPT_NAMES),
        numbers=_first(frozenset(n for n in _NUMBER.findall(text) if len(n) >= _LEAST_NUMBER), _KEPT_NUMBERS),
    )


def recall(alert: Alert, playbook: str) -> Said:
    """What an alert said, when people have decided where it belongs and nothing is to be weighed.

    All its terms are remembered, as a person chose ``playbook`` its kind is sure, and there is no vector.
    """
    terms = {term: RARE for term, _ in terms_of(passage(alert.title, alert.summary, ""))}
    nothing = Match(playbook, 1.0, (), MatchReason.CLEAR_MATCH)
    return hear(alert, Reading(nothing, np.zeros(0, dtype=np.float32), "", {playbook: 1.0}, 0.0, terms))


def _first(found: frozenset[str], limit: int) -> frozenset[str]:
    fitting = sorted(text for text in found if len(text) <= _LONGEST)
    return frozenset(fitting[:limit])
