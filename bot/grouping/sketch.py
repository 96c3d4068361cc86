"""What grouping remembers of an incident: what its first alert and the latest ones said, bounded for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from bot.grouping.hearing import Kinds, Said, Vector
from bot.grouping.names import is_one_commune

T = TypeVar("T")

KEPT_ALERTS = 8
KEPT_PAGES = 64
KEPT_NAMES = 64
KEPT_PLACES = 8

FORM = 2
"""Of the stored sketch. Those without a form kept word pairs, playbooks and vectors of another space."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """One alert of the incident: its kinds, how likely it was nothing at all, and how many telling terms it had."""

    kinds: Kinds
    none: float
    size: int


@dataclass(frozen=True)
class Sketch:
    """What an incident's alerts said; ``alerts`` are the first and the latest.

    ``terms`` says of every telling term in which of the alerts it is: bit n for the n-th. Instants are aware UTC; pages
    are short hashes.
    """

    alerts: tuple[Remembered, ...]
    terms: Mapping[str, int]
    names: frozenset[str]
    places: frozenset[str]
    place: tuple[frozenset[str], ...]
    provinces: frozenset[str]
    communes: frozenset[str]
    numbers: frozenset[str]
    pages: tuple[str, ...]
    space: str
    first_seen: datetime
    last_seen: datetime

    @cached_property
    def none(self) -> float:
        """How likely its alerts are nothing at all, on the whole."""
        return sum(alert.none for alert in self.alerts) / max(1, len(self.alerts))

    def is_elsewhere(self, said: Said) -> bool:
        """True when both name communes and not one is the same: then they are two matters, whatever the words."""
        if not said.communes or not self.communes:
            return False
        return not any(is_one_commune(new, known) for new in said.communes for known in self.communes)

    def to_json(self) -> dict[str, Any]:
        """The sketch as the store keeps it."""
        return {
            "form": FORM,
            "alerts": [[dict(a.kinds.likely), a.kinds.open, a.none, a.size] for a in self.alerts],
            "terms": "|".join(self.terms),
            "in": list(self.terms.values()),
            "names": sorted(self.names),
            "places": sorted(self.places),
            "place": [sorted(words) for words in self.place],
            "provinces": sorted(self.provinces),
            "communes": sorted(self.communes),
            "numbers": sorted(self.numbers),
            "pages": list(self.pages),
            "space": self.space,
            "first_seen": self.first_seen.isoformat(),
            "last_seen": self.last_seen.isoformat(),
        }

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Sketch:
        """The sketch as the store gave it back, of this form or the one before."""
        if "form" not in kept:
            return _from_first_form(kept)
        return Sketch(
            alerts=tuple(Remembered(Kinds(likely, open_), none, size) for likely, open_, none, size in kept["alerts"]),
            terms=dict(zip(kept["terms"].split("|"), kept["in"], strict=True)) if kept["in"] else {},
            names=frozenset(kept["names"]),
            places=frozenset(kept["places"]),
            place=tuple(frozenset(words) for words in kept["place"]),
            provinces=frozenset(kept["provinces"]),
            communes=frozenset(kept.get("communes", ())),  # kept since they count
            numbers=frozenset(kept["numbers"]),
            pages=tuple(kept["pages"]),
            space=kept["space"],
            first_seen=datetime.fromisoformat(kept["first_seen"]),
            last_seen=datetime.fromisoformat(kept["last_seen"]),
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A sketch with the vectors of the alerts it stands for, all of the sketch's space."""

    sketch: Sketch
    vectors: tuple[Vector, ...]


def absorb(kept: Kept | None, new: Said) -> Kept:
    """The sketch after an alert joined, or of its first alert: remembered are the first and the latest."""
    alert = Remembered(new.kinds, new.none, len(new.telling))
    place = (new.place,) if new.place else ()
    if kept is None:
        return Kept(
            Sketch(
                alerts=(alert,),
                terms=dict.fromkeys(sorted(new.telling), 1),
                names=new.names,
                places=new.places,
                place=place,
                provinces=new.provinces,
                communes=new.communes,
                numbers=new.numbers,
                pages=new.pages,
                space=new.space,
                first_seen=new.at,
                last_seen=new.until,
            ),
            (new.vector,),
        )
    old = kept.sketch
    known = kept.vectors if old.space == new.space else ()  # those of another model say nothing any more
    merged = Sketch(
        alerts=_first_and_latest(old.alerts, alert),
        terms=_with(old, new.telling),
        names=_joined(old.names, new.names, KEPT_NAMES),
        places=_joined(old.places, new.places, KEPT_NAMES),
        place=tuple(dict.fromkeys(old.place + place))[:KEPT_PLACES],
        provinces=_joined(old.provinces, new.provinces, KEPT_PLACES),
        communes=_joined(old.communes, new.communes, KEPT_NAMES),
        numbers=_joined(old.numbers, new.numbers, KEPT_NAMES),
        pages=tuple(dict.fromkeys(old.pages + new.pages))[-KEPT_PAGES:],
        space=new.space,
        first_seen=min(old.first_seen, new.at),
        last_seen=max(old.last_seen, new.until),
    )
    return Kept(merged, _first_and_latest(known, new.vector))


def pack(vectors: Sequence[Vector]) -> bytes:
    """Vectors as bytes: little-endian float32, one after the other, behind their width as four bytes."""
    width = len(vectors[0]) if vectors else 0
    body = b"".join(np.asarray(v, dtype="<f4").tobytes() for v in vectors)
    return width.to_bytes(4, "little") + body


def unpack(kept: Mapping[str, Any], packed: bytes) -> Kept:
    """A stored sketch with its vectors; those of the first form are of no known space and left out."""
    sketch = Sketch.from_json(kept)
    width = int.from_bytes(packed[:4], "little")
    if not width or not sketch.space:
        return Kept(sketch, ())
    flat = np.frombuffer(packed[4:], dtype="<f4").astype(np.float32)
    return Kept(sketch, tuple(flat.reshape(-1, width)))


def _from_first_form(kept: Mapping[str, Any]) -> Sketch:
    kinds = Kinds({playbook: 0.9 / len(kept["playbooks"]) for playbook in kept["playbooks"]}, 0.1)
    unknown = kinds if kept["playbooks"] else Kinds({}, 1.0)
    texts = kept["texts"][:KEPT_ALERTS]
    terms: dict[str, int] = {}
    for number, pairs in enumerate(texts):
        for pair in pairs:
            terms[pair] = terms.get(pair, 0) | 1 << number
    return Sketch(
        alerts=tuple(Remembered(unknown, 0.0, len(pairs)) for pairs in texts),
        terms=terms,
        names=frozenset(),
        places=frozenset(),
        place=tuple(frozenset(words) for words in kept["places"]),
        provinces=frozenset(),
        communes=frozenset(),
        numbers=frozenset(),
        pages=tuple(kept["pages"]),
        space="",
        first_seen=datetime.fromisoformat(kept["first_seen"]),
        last_seen=datetime.fromisoformat(kept["last_seen"]),
    )


def _joined(old: frozenset[str], new: frozenset[str], limit: int) -> frozenset[str]:
    """Both, the new ones first in line when there are too many."""
    return old | new if len(old | new) <= limit else frozenset([*sorted(new), *sorted(old - new)][:limit])


def _with(old: Sketch, telling: Iterable[str]) -> dict[str, int]:
    """The terms after one more alert; the second is forgotten when there are too many."""
    terms = dict(old.terms)
    number = len(old.alerts)
    if number == KEPT_ALERTS:
        number -= 1
        moved = ((term, mask & 1 | mask >> 2 << 1) for term, mask in terms.items())
        terms = {term: mask for term, mask in moved if mask}
    for term in sorted(telling):
        terms[term] = terms.get(term, 0) | 1 << number
    return terms


def _first_and_latest(old: tuple[T, ...], new: T) -> tuple[T, ...]:
    return (*old, new) if len(old) < KEPT_ALERTS else (old[0], *old[2:], new)
