"""Mention's mentions (reference/domain.md §4.3 H): one, an array, or a page ``{"mentions": […]}`` of its API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.intake.body import parse
from bot.intake.formats.arrival import Arrival, Misunderstood, Understood
from bot.intake.formats.documents import document_alert, kind_of
from bot.intake.formats.fields import Fields
from bot.intake.formats.port import Format, Headers

_TONES = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}


def _items(body: bytes, _headers: Headers) -> Sequence[Any]:
    value = parse(body)
    if isinstance(value, dict) and isinstance(value.get("mentions"), list):
        value = value["mentions"]
    return value if isinstance(value, list) else [value]


def _read(value: Any, arrival: Arrival) -> Understood:
    mention = Fields(value)
    title = mention.words("title", "description_short", "description_medium")
    if title is None:
        raise Misunderstood("title: the mention has no title and no description")
    tone = mention.raw("tone")
    score = _TONES.get(tone) if isinstance(tone, str) else None
    if tone is not None and score is None:
        raise Misunderstood("tone: expected negative, neutral or positive")
    number = mention.raw("id")
    return document_alert(
        arrival,
        matter=str(number) if isinstance(number, str | int) and not isinstance(number, bool) and number else None,
        content=value,
        title=title,
        summary=mention.words("description_medium", "description_short"),
        lang=mention.words("language"),
        seen=mention.words("published_at"),
        url=mention.words("original_url", "url"),
        outlet=mention.words("source_name"),
        kind=kind_of(mention.words("source_type")),
        sentiment=None if score is None else {"score": score},
        reach=mention.number("reach"),
    )


MENTION = Format("mention", _items, _read)
