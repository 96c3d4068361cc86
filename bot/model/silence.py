"""Silences and planned events: which new alerts are held back, until when, why, and in whose name. Pure.

A silence never loses an alert: what it holds back is stored, says which silence holds it, and can be let go. It opens
no case by itself; what belongs to a case that is open joins it, silence or not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from bot.model.alert import Alert
from bot.model.place import plain


class SilenceKind(StrEnum):
    """A silence is for what people have heard enough of; a planned event (a drill, a festival) is known beforehand."""

    SILENCE = "silence"
    PLANNED = "planned"


class SilenceState(StrEnum):
    """How far one silence got. Whether it holds anything at an instant, its times say too."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"


class Wide(StrEnum):
    """Why a silence needs a second person. The value is the key of its words: ``silence.wide.<value>``."""

    NO_WORDS_NO_PLACE = "no_words_no_place"
    COMMON_WORD = "common_word"
    WHOLE_PROVINCE = "whole_province"
    MANY_ALERTS = "many_alerts"


class LetThrough(StrEnum):
    """Why an alert comes through a silence that fits it. The value is the key: ``silence.through.<value>``."""

    SEVERE = "severe"
    DEATHS = "deaths"
    DRILL = "drill"


DEATHS = (
    "tử vong",
    "thiệt mạng",
    "người chết",
    "chết người",
    "chết đuối",
    "chết cháy",
    "nạn nhân chết",
    "thi thể",
    "mất mạng",
    "không qua khỏi",
    "killed",
    "died",
    "dead body",
    "death toll",
    "fatalities",
)
"""What a report of deaths reads like. Too many words here cost a card too much; a missing one could cost a silence."""


@dataclass(frozen=True, slots=True)
class SilencePolicy:
    """What an office allows silences (``policy.yaml``, section ``silences``; ADR 0024).

    A silence lasts ``longest`` at most, a planned event ``longest_planned``, and neither begins later than ``ahead``.
    One that would have held ``wide_from`` alerts of the last week is wide. A hint of ``through_severity`` or more, a
    report of deaths and a drill come through, unless the office says otherwise.
    """

    longest: timedelta = timedelta(days=7)
    longest_planned: timedelta = timedelta(days=31)
    ahead: timedelta = timedelta(days=92)
    wide_from: int = 20
    through_severity: int | None = 4
    through_deaths: bool = True
    through_drills: bool = True
    deaths: tuple[str, ...] = DEATHS


@dataclass(frozen=True, slots=True)
class Said:
    """An alert as a matcher reads it: its words in plain letters, the units of its place, the playbook that fits it."""

    words: str
    location: str
    units: frozenset[str]
    playbook: str | None
    feed: str
    hosts: frozenset[str]

    @staticmethod
    def of(alert: Alert, units: Collection[str], playbook: str | None) -> Said:
        """What ``alert`` says; ``units`` are the unit of its place and all above it."""
        hosts = (host for source in alert.sources if source.url and (host := host_of(source.url)))
        located = plain(alert.location.text or "")
        return Said(f" {plain(alert.text)} ", f" {located} ", frozenset(units), playbook, alert.feed, frozenset(hosts))


@dataclass(frozen=True, slots=True)
class Matcher:
    """A tree that people read. Every part that is given must fit, of each part one entry is enough.

    ``words`` are phrases in title or summary, without regard to accents; ``places`` are ids of units (with all below
    them) or names; ``hosts`` are addresses of source pages with all below them. What fits a branch of ``unless`` is let
    through.
    """

    words: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    playbooks: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    unless: tuple[Matcher, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when it asks for nothing: it would fit every alert."""
        return not (self.words or self.places or self.playbooks or self.feeds or self.hosts)

    def fits(self, said: Said) -> bool:
        """True when the alert is one that is meant. An empty matcher fits nothing: everything is never meant."""
        return not self.is_empty and self._each_part(said) and not any(branch.fits(said) for branch in self.unless)

    def _each_part(self, said: Said) -> bool:
        return (
            (not self.words or any(_spoken(phrase, said.words) for phrase in self.words))
            and (not self.places or any(_there(place, said) for place in self.places))
            and (not self.playbooks or said.playbook in self.playbooks)
            and (not self.feeds or said.feed in self.feeds)
            and (not self.hosts or any(_below(host, found) for host in self.hosts for found in said.hosts))
        )

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        kept: dict[str, Any] = {
            name: list(getattr(self, name)) for name in ("words", "places", "playbooks", "feeds", "hosts")
        }
        return {name: value for name, value in kept.items() if value} | (
            {"unless": [branch.to_json() for branch in self.unless]} if self.unless else {}
        )

    @staticmethod
    def from_json(kept: dict[str, Any]) -> Matcher:
        """What :meth:`to_json` wrote."""
        parts = {name: tuple(value) for name, value in kept.items() if name != "unless"}
        return Matcher(**parts, unless=tuple(Matcher.from_json(branch) for branch in kept.get("unless", ())))


@dataclass(frozen=True, slots=True)
class SilenceDraft:
    """A silence as somebody wants it; ``starts_at`` None is now."""

    matcher: Matcher
    ends_at: datetime | None
    reason: str
    kind: SilenceKind = SilenceKind.SILENCE
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """One silence or planned event. ``why_wide`` is set where a second person had, or has, to agree.

    ``announced_at`` is when the duty room was told of it; ``told_end`` is true once it was told what it held.
    """

    id: str
    code: str
    kind: SilenceKind
    matcher: Matcher
    starts_at: datetime
    ends_at: datetime
    reason: str
    author: str
    made_at: datetime
    state: SilenceState
    why_wide: Wide | None = None
    announced_at: datetime | None = None
    agreed_by: str | None = None
    agreed_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    told_end: bool = False

    def holds_at(self, at: datetime) -> bool:
        """True while it is in force."""
        return self.state is SilenceState.AGREED and self.starts_at <= at < self.ends_at

    def is_over(self, at: datetime) -> bool:
        """True when it held, or could have, and holds no more."""
        return self.state is SilenceState.ENDED or (self.state is SilenceState.AGREED and at >= self.ends_at)


def first_fitting(silences: Sequence[Silence], said: Said, at: datetime) -> Silence | None:
    """The silence that holds the alert back at ``at``: of several the one that ends last."""
    fitting = [silence for silence in silences if silence.holds_at(at) and silence.matcher.fits(said)]
    return max(fitting, key=lambda silence: (silence.ends_at, silence.id), default=None)


def let_through(alert: Alert, said: Said, policy: SilencePolicy) -> LetThrough | None:
    """Why no silence holds this alert back, which says ``said``; None when one may."""
    if policy.through_drills and alert.status.is_drill:
        return LetThrough.DRILL
    if policy.through_severity is not None and (alert.severity_hint or 0) >= policy.through_severity:
        return LetThrough.SEVERE
    if policy.through_deaths and any(_spoken(phrase, said.words) for phrase in policy.deaths):
        return LetThrough.DEATHS
    return None


def why_wide(matcher: Matcher, provinces: Collection[str], held: int, policy: SilencePolicy) -> Wide | None:
    """Why a second person must agree, given how many alerts of last week it would have ``held``; None when nobody must.

    ``provinces`` are the units that stand above all others.
    """
    if not matcher.words and not matcher.places:
        return Wide.NO_WORDS_NO_PLACE
    everywhere = not matcher.places or not set(matcher.places).isdisjoint(provinces)
    if everywhere and not matcher.words:
        return Wide.WHOLE_PROVINCE
    if everywhere and any(len(plain(phrase).split()) < 2 for phrase in matcher.words):
        return Wide.COMMON_WORD
    return Wide.MANY_ALERTS if held > policy.wide_from else None


def host_of(url: str) -> str:
    """The host of a web address, in lower case; empty where there is none."""
    try:
        return (urlsplit(url if "//" in url else f"//{url}").hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=2048)
def _plain_phrase(phrase: str) -> str:
    return plain(phrase)


def _spoken(phrase: str, words: str) -> bool:
    wanted = _plain_phrase(phrase)
    return bool(wanted) and f" {wanted} " in words


def _there(place: str, said: Said) -> bool:
    return place in said.units or _spoken(place, said.location) or _spoken(place, said.words)


def _below(host: str, found: str) -> bool:
    return found == host or found.endswith(f".{host}")
