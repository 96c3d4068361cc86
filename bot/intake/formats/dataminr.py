"""Dataminr Pulse and First Alert (reference/domain.md §4.3 I).

Coordinates are latitude, longitude. An alert about a whole country bears the country's middle: it is not taken for a
place. The public post that started the alert is a source; who posted it, and its pictures, are not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.intake.body import parse
from bot.intake.formats.arrival import Arrival, Misunderstood, Understood
from bot.intake.formats.fields import Fields, http_url, versioned
from bot.intake.formats.native import read_as_native
from bot.intake.formats.port import Format, Headers

_URGENCIES = {"flash": 3, "urgent": 2}
_WIDEST = 100.0
"""A radius beyond which the point says nothing; the vendor's unit, miles or kilometres, makes no difference here."""


def _items(body: bytes, _headers: Headers) -> Sequence[Any]:
    value = parse(body)
    if isinstance(value, dict) and isinstance(value.get("alerts"), list):
        value = value["alerts"]
    entries = value if isinstance(value, list) else [value]
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get("publicPost"), dict):
            entry["publicPost"].pop("media", None)
    return entries


def _read(value: Any, arrival: Arrival) -> Understood:
    alert = Fields(value)
    title = alert.words("headline")
    if title is None:
        raise Misunderstood("headline: expected a text")
    below, post = alert.inside("subHeadline"), alert.inside("publicPost")
    briefs = [Fields(brief, "liveBrief").words("summary") for brief in alert.entries("liveBrief")[-1:]]
    words = [below.words("title"), *below.texts("subHeadlines"), *briefs, post.words("text")]
    topics = [Fields(topic, "alertTopics").words("name") for topic in alert.entries("alertTopics")]
    urgency = alert.inside("alertType").words("name") or ""
    post_url = http_url(post.words("href"))
    number = alert.words("alertId")
    source_id, thread = versioned(number, value) if number else (None, None)
    return read_as_native(
        {
            "id": source_id,
            "title": title,
            "summary": "\n".join(word for word in words if word),
            "kind": "event",
            "lang": "en",
            "first_seen": alert.raw("alertTimestamp"),
            "topics": [topic for topic in topics if topic],
            "location": _location(alert.inside("estimatedEventLocation")),
            "sources": [{"url": post_url, "type": "social"}] if post_url else None,
            "severity_hint": _URGENCIES.get(urgency.lower()),
        },
        arrival,
        thread=thread,
        id_tells_content=source_id is not None,
    )


def _location(place: Fields) -> dict[str, Any]:
    name, coordinates = place.words("name"), place.entries("coordinates")
    radius = place.number("probabilityRadius")
    exact = name is not None and "," in name and len(coordinates) == 2 and (radius is None or radius <= _WIDEST)
    point = Fields({"lat": coordinates[0], "lng": coordinates[1]}, place.place("coordinates")) if exact else Fields({})
    return {"text": name, "lat": point.number("lat"), "lng": point.number("lng")}


DATAMINR = Format("dataminr", _items, _read)
