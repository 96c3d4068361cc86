"""Which alerts a silence means: a matcher that people read, held against what an alert says. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from bot.model.alert import Alert
from bot.model.place import plain


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
            (not self.words or any(spoken(phrase, said.words) for phrase in self.words))
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


def host_of(url: str) -> str:
    """The host of a web address, in lower case; empty where there is none."""
    try:
        return (urlsplit(url if "//" in url else f"//{url}").hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=2048)
def _plain_phrase(phrase: str) -> str:
    return plain(phrase)


def spoken(phrase: str, words: str) -> bool:
    """True when a phrase occurs in plain ``words`` (which a space begins and ends), as whole words."""
    wanted = _plain_phrase(phrase)
    return bool(wanted) and f" {wanted} " in words


def _there(place: str, said: Said) -> bool:
    return place in said.units or spoken(place, said.location) or spoken(place, said.words)


def _below(host: str, found: str) -> bool:
    return found == host or found.endswith(f".{host}")
