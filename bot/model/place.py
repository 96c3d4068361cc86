"""Places by the names people use, also those of before a reform, and the unit that is there for them on a date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.alert import Location
from bot.model.piles import unpiled
from bot.model.plain_latin import plain_latin
from bot.model.unit import Unit, UnitLevel, heirs, unit_named

KINDS = ("tinh", "thanh pho", "thi xa", "thi tran", "huyen", "quan", "phuong", "xa", "dac khu")
"""Words with which the name of a place begins, in plain letters."""

_SHORT = {
    "tp": "thanh pho",
    "tx": "thi xa",
    "tt": "thi tran",
    "h": "huyen",
    "q": "quan",
    "p": "phuong",
    "x": "xa",
    "t": "tinh",
}
_SHORT_FORM = re.compile(r"\b(tp|tx|tt|h|q|p|x|t)\s*\.\s*(?=\w)")
_NO_WORD = re.compile(r"[\W_]+")


class PlaceReason(StrEnum):
    """Why a place was found to be where it is. The value is the key of its sentence: ``place.<value>``."""

    BY_CODE = "by_code"
    NAMED_TODAY = "named_today"
    OLD_NAME = "old_name"
    DIVIDED = "divided"
    AMBIGUOUS = "ambiguous"
    GONE = "gone"
    UNKNOWN = "unknown"
    NONE_GIVEN = "none_given"


@dataclass(frozen=True, slots=True)
class Place:
    """One name of one place. ``units`` are whom it belongs to, as of the day it was written down.

    ``within`` is the district or province by which people tell it from another of the same name; ``code`` is the
    statistical office's. A name may come in an alert long after ``valid_to``.
    """

    name: str
    units: tuple[str, ...]
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    within: str | None = None
    code: str | None = None

    def is_current(self, at: datetime) -> bool:
        """True while this is the place's name."""
        return (self.valid_from is None or at >= self.valid_from) and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """What a location came to: one unit, or several to choose from, with the name that was recognised."""

    reason: PlaceReason
    unit: str | None = None
    name: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Every place that is known."""

    places: tuple[Place, ...] = ()

    def resolve(self, location: Location, units: Sequence[Unit], at: datetime) -> PlaceFound:
        """The unit that is there at ``at`` for a location as a sender wrote it.

        A ward code decides. Else the most exact name in the text: with its kind ("phường Bến Nứa") before without it,
        with the right accents before without them, a commune before a district, a name in use before one of the past.
        """
        by_code = [p for p in self.places if p.code is not None and p.code == location.ward_code]
        if by_code:
            return _found(by_code, units, at, PlaceReason.BY_CODE)
        text = location.text or ""
        if not text.strip():
            return PlaceFound(PlaceReason.NONE_GIVEN)
        named = self._named_in(text)
        if not named:
            return PlaceFound(PlaceReason.UNKNOWN)
        ranked = sorted(named, key=lambda p: _breadth(p, units))
        nearest = [p for p in ranked if _breadth(p, units) == _breadth(ranked[0], units)]
        nearest = _told_apart(nearest, text)
        in_use = [p for p in nearest if p.is_current(at)]
        return _found(in_use or nearest, units, at, PlaceReason.NAMED_TODAY if in_use else PlaceReason.OLD_NAME)

    def _named_in(self, text: str) -> list[Place]:
        words, exact = f" {plain(text)} ", f" {_folded(text)} "
        for bare in (False, True):
            found = [p for p in self.places if (name := _name(p.name, bare=bare)) and f" {name} " in words]
            if found:
                accented = [p for p in found if f" {_accented(p.name)} " in exact]
                return _longest(accented or found)
        return []


def plain(text: str) -> str:
    """Lower-case Latin words with single spaces; short forms written out: ``TP. Sông Thượng`` → ``thanh pho …``."""
    latin = _SHORT_FORM.sub(lambda found: f"{_SHORT[found[1]]} ", plain_latin(unpiled(text)))
    return _NO_WORD.sub(" ", latin).strip()


def _folded(text: str) -> str:
    return _NO_WORD.sub(" ", unicodedata.normalize("NFC", unpiled(text).casefold())).strip()


def without_kind(name: str) -> str:
    """The name as it is written, without the kind of place it begins with; empty for names of one word."""
    rest = name.split()[_kind_words(plain(name)) :]
    return " ".join(rest) if len(rest) > 1 else ""


def _kind_words(words: str) -> int:
    return next((kind.count(" ") + 1 for kind in KINDS if words.startswith(f"{kind} ")), 0)


def _name(name: str, *, bare: bool) -> str:
    """The name in plain letters; ``bare`` without its kind, and then only names of two words or more."""
    words = plain(name)
    if not bare:
        return words
    rest = words.split()[_kind_words(words) :]
    return " ".join(rest) if len(rest) > 1 else ""


def _accented(name: str) -> str:
    """The name with its accents, without its kind: short forms of the kind are not spelt out in the text."""
    return " ".join(_folded(name).split()[_kind_words(plain(name)) :])


def _longest(found: list[Place]) -> list[Place]:
    """Without those whose name is only a part of another's that was found too."""
    names = {plain(p.name) for p in found}
    return [p for p in found if not any(plain(p.name) != n and f" {plain(p.name)} " in f" {n} " for n in names)]


def _breadth(place: Place, units: Sequence[Unit]) -> int:
    """0 for a commune, 1 for what was divided among several, 2 for anything larger."""
    first = unit_named(units, place.units[0]) if place.units else None
    if len(place.units) > 1:
        return 1
    return 0 if first is not None and first.level is UnitLevel.COMMUNE else 2


def _told_apart(places: list[Place], text: str) -> list[Place]:
    """Of several with one name, those whose district or province the text names too."""
    words = f" {plain(text)} "
    named = [
        p for p in places if p.within is not None and f" {_name(p.within, bare=True) or plain(p.within)} " in words
    ]
    return named or places


def _found(places: list[Place], units: Sequence[Unit], at: datetime, reason: PlaceReason) -> PlaceFound:
    """The unit of all these places, if it is one."""
    here = {unit.id: unit for place in places for unit_id in place.units for unit in heirs(units, unit_id, at)}
    name = places[0].name
    if not here:
        return PlaceFound(PlaceReason.GONE, name=name)
    if len(here) > 1:
        divided = len({place.name for place in places}) == 1 and len(places) == 1
        return PlaceFound(PlaceReason.DIVIDED if divided else PlaceReason.AMBIGUOUS, None, name, tuple(here))
    (unit,) = here.values()
    if reason is not PlaceReason.OLD_NAME and unit.id not in {u for place in places for u in place.units}:
        reason = PlaceReason.OLD_NAME  # the name is in use, but the unit it was written down for is not
    return PlaceFound(reason, unit.id, name, (unit.id,))
