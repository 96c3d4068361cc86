"""The port that every feed format implements: a body in, items out; an item in, an alert or a reason out.

An item is a JSON value whatever the body was written in, because everything that the door does with an item is done to
all formats alike: persons are taken out, secret marks are looked for, what is left is kept. **The kept bytes of an item
are themselves a body of its format** with that one item in it; so an item from the quarantine can be read again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.intake.body import MAX_BYTES, MAX_ITEMS, NotJson, parse
from bot.intake.formats.arrival import Arrival, Understood

Headers = Mapping[str, str]
"""A request's headers; their names are compared without regard to case."""

NO_HEADERS: Headers = {}

MOST_REPEATED = 4 * MAX_BYTES

Items = Callable[[bytes, Headers], Sequence[Any]]
Read = Callable[[Any, Arrival], Understood]


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    ``items`` takes a body apart and raises :class:`~bot.intake.formats.arrival.NotReadable` when the whole is not what
    it should be. ``read`` raises :class:`~bot.intake.formats.arrival.Misunderstood`, and nothing else, whatever the
    item. ``media`` are the media types that a sender gives such a body.
    """

    name: str
    items: Items
    read: Read
    media: tuple[str, ...] = ("application/json",)


def json_items(body: bytes, _headers: Headers) -> Sequence[Any]:
    """A JSON body: an array is many items, anything else is one."""
    value = parse(body)
    return value if isinstance(value, list) else [value]


def each_of(name: str) -> Items:
    """Bodies that carry a list under ``name`` beside what is common to all: one body of the same form for each entry.

    A body without the list is one item, for ``read`` to say what is wrong with it.
    """

    def items(body: bytes, _headers: Headers) -> Sequence[Any]:
        value = parse(body)
        entries = value.get(name) if isinstance(value, dict) else None
        if not isinstance(entries, list):
            return [value]
        if len(entries) > MAX_ITEMS:  # the door counts and refuses them; millions of bodies are not built for that
            return entries
        common = {key: inner for key, inner in value.items() if key != name}
        if len(json.dumps(common)) * len(entries) > MOST_REPEATED:  # a small body must not become a huge one in memory
            raise NotJson(f"what stands beside {name} is too much to be kept with each of {len(entries)} entries")
        return [{**common, name: [entry]} for entry in entries]

    return items
