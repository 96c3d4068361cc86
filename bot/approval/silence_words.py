"""Silences as people type them, ``key: value; key: value``, and as they are shown again. Vietnamese or English keys.

``/imlang tao từ: đua ghe, bơi chải; nơi: phường Bến Nứa; đến: 18h 27/11; lý do: lễ hội đua ghe``
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.approval.until import split_end
from bot.model.alert import Location
from bot.model.person import Organisation
from bot.model.place import plain
from bot.model.silence import SilenceDraft, SilenceKind
from bot.model.silence_matcher import Matcher, host_of

LONGEST_ENTRY, MOST_ENTRIES = 100, 20
REASON_LIMIT = 300

_KEYS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("tu", "tu khoa", "words"), "words"),
        **dict.fromkeys(("noi", "dia diem", "places"), "places"),
        **dict.fromkeys(("cam nang", "playbooks"), "playbooks"),
        **dict.fromkeys(("nguon", "feeds"), "feeds"),
        **dict.fromkeys(("trang", "trang mang", "hosts"), "hosts"),
        **dict.fromkeys(("tru", "unless"), "unless"),
        **dict.fromkeys(("bat dau", "from"), "from"),
        **dict.fromkeys(("den", "until"), "until"),
        **dict.fromkeys(("trong", "for"), "for"),
        **dict.fromkeys(("ly do", "why"), "why"),
        **dict.fromkeys(("loai", "kind"), "kind"),
    }
)
_LISTS = ("words", "places", "playbooks", "feeds", "hosts", "unless")
_PLANNED = frozenset({"su kien", "planned", "event"})
_DAYS = re.compile(r"(\d{1,3})\s*(?:ngày|ngay|d|days?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unclear:
    """What could not be read, as it was typed."""

    what: str


def read_draft(text: str, organisation: Organisation, now: datetime) -> SilenceDraft | Unclear:
    """The silence that a text asks for."""
    said: dict[str, str] = {}
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        key, colon, value = part.partition(":")
        name = _KEYS.get(plain(key))
        if not colon or name is None or name in said or not value.strip():
            return Unclear(part.strip())
        said[name] = " ".join(value.split())
    lists = {name: _entries(said.get(name, "")) for name in _LISTS}
    too_long = next((e for es in lists.values() for e in es if len(e) > LONGEST_ENTRY), None)
    if too_long is not None or any(len(entries) > MOST_ENTRIES for entries in lists.values()):
        return Unclear((too_long or text)[:LONGEST_ENTRY])
    starts = _instant(said["from"], now) if "from" in said else None
    if "from" in said and starts is None:
        return Unclear(said["from"])
    ends = _end(said, starts or now)
    if ends is None and ("until" in said or "for" in said):
        return Unclear(said.get("until") or said["for"])
    return SilenceDraft(
        matcher=matcher_of(organisation, now, **lists),
        ends_at=ends,
        reason=said.get("why", "")[:REASON_LIMIT],
        kind=SilenceKind.PLANNED if plain(said.get("kind", "")) in _PLANNED else SilenceKind.SILENCE,
        starts_at=starts,
    )


def matcher_of(
    organisation: Organisation,
    now: datetime,
    *,
    words: tuple[str, ...] = (),
    places: tuple[str, ...] = (),
    playbooks: tuple[str, ...] = (),
    feeds: tuple[str, ...] = (),
    hosts: tuple[str, ...] = (),
    unless: tuple[str, ...] = (),
) -> Matcher:
    """A matcher from what was typed: places as units where they are known, hosts from whole addresses too.

    Words without a letter or a digit fit nothing and are left out, so that they cannot stand for everything.
    """
    spoken = tuple(phrase for phrase in words if plain(phrase))
    excepted = tuple(phrase for phrase in unless if plain(phrase))
    return Matcher(
        words=spoken,
        places=tuple(dict.fromkeys(place_of(name, organisation, now) for name in places if plain(name))),
        playbooks=tuple(name.lower() for name in playbooks),
        feeds=feeds,
        hosts=tuple(dict.fromkeys(host for entry in hosts if (host := host_of(entry)))),
        unless=(Matcher(words=excepted),) if excepted else (),
    )


def place_of(name: str, organisation: Organisation, now: datetime) -> str:
    """The id of the unit that is there today; the name where nobody knows it."""
    if organisation.unit(name) is not None:
        return name
    found = organisation.places.resolve(Location(text=name), organisation.units, now)
    if found.unit is not None:
        return found.unit
    named = [unit.id for unit in organisation.units if plain(unit.name_vi) == plain(name) and unit.in_force(now)]
    return named[0] if len(named) == 1 else name


def describe(matcher: Matcher, organisation: Organisation) -> str:
    """A matcher on one line that reads alike in every language: ``“đua ghe” @ phường Bến Nứa − “tai nạn”``."""
    places = [unit.name_vi if (unit := organisation.unit(p)) else p for p in matcher.places]
    parts = [
        " | ".join(f"“{phrase}”" for phrase in matcher.words),
        f"@ {' | '.join(places)}" if places else "",
        f"# {' | '.join(matcher.playbooks)}" if matcher.playbooks else "",
        f"← {' | '.join((*matcher.feeds, *matcher.hosts))}" if matcher.feeds or matcher.hosts else "",
        " ".join(f"− ({describe(branch, organisation)})" for branch in matcher.unless),
    ]
    return " ".join(part for part in parts if part)


def _entries(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry for part in value.split(",") if (entry := " ".join(part.split()).strip("“”\"'"))))


def _end(said: Mapping[str, str], start: datetime) -> datetime | None:
    if "until" in said:
        return _instant(said["until"], start)
    if "for" not in said:
        return None
    days = _DAYS.fullmatch(said["for"])
    try:
        return start + timedelta(days=int(days[1])) if days else split_end(said["for"], start)[1]
    except OverflowError:  # from the year 9999 on
        return None


def _instant(value: str, now: datetime) -> datetime | None:
    """An instant as people write it, or ISO 8601 with its zone."""
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return split_end(f"đến {value}", now)[1]
    return read if read.tzinfo is not None else None
