"""Talkwalker documents (reference/domain.md §4.3 G). Times are milliseconds since 1970, feeling runs from -5 to 5."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.intake.body import parse
from bot.intake.formats.arrival import Arrival, Misunderstood, Understood
from bot.intake.formats.documents import document_alert, kind_of
from bot.intake.formats.fields import Fields
from bot.intake.formats.port import Format, Headers

_STRONGEST = 5.0
_VAGUE = frozenset({"COUNTRY", "CONTINENT", "WORLD"})
"""Places so wide that their middle on the map is nowhere in particular."""


def _items(body: bytes, _headers: Headers) -> Sequence[Any]:
    """One document, an array of them, or the ``result_content`` of a search or stream."""
    value = parse(body)
    if isinstance(value, dict) and isinstance(value.get("result_content"), dict):
        value = value["result_content"].get("data")
    if isinstance(value, dict) and isinstance(value.get("data"), list):
        value = value["data"]
    return value if isinstance(value, list) else [value]


def _read(value: Any, arrival: Arrival) -> Understood:
    outer = Fields(value)
    document = outer.inside("data") if outer.raw("data") is not None else outer
    title = document.words("title", "title_snippet", "content_snippet", "content")
    if title is None:
        raise Misunderstood("data.title: the document has no title and no snippet")
    feeling = document.number("sentiment")
    if feeling is not None and abs(feeling) > _STRONGEST:
        raise Misunderstood("data.sentiment: expected -5 to 5")
    world = document.inside("extra_source_attributes").inside("world_data")
    exact = (world.words("resolution") or "").upper() not in _VAGUE
    place = ", ".join(p for p in (world.words("city"), world.words("region")) if p)
    return document_alert(
        arrival,
        matter=document.words("url", "external_id"),
        content=value,
        title=title,
        summary=document.words("content_snippet", "content", "title_snippet"),
        lang=document.words("lang"),
        seen=document.raw("published"),
        url=document.words("url"),
        kind=kind_of(" ".join(document.texts("source_type"))),
        topics=document.texts("matched_profile"),
        sentiment=None if feeling is None else {"score": feeling / _STRONGEST},
        reach=document.number("reach"),
        location={
            "text": place or None,
            "lat": world.number("latitude") if exact else None,
            "lng": world.number("longitude") if exact else None,
        },
    )


TALKWALKER = Format("talkwalker", _items, _read)
