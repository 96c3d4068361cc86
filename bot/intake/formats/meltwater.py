"""Meltwater Data Streams ("hooks"): batches of matching documents (reference/domain.md §4.3 E).

Documented are ``external_id``, ``url``, ``language_code``, ``country_code``, ``created_at``; where a template puts the
headline is not, so the usual names are looked for, and a document without any goes to quarantine. A hook cannot sign:
give the feed basic credentials in the hook's address, or the networks it calls from.

Documents are not counts. Each one joins its incident by what it says; how loud it is, Keng counts itself.
"""

from __future__ import annotations

from typing import Any

from bot.intake.formats.arrival import Arrival, Misunderstood, Understood
from bot.intake.formats.documents import document_alert, kind_of
from bot.intake.formats.fields import Fields, first_object
from bot.intake.formats.port import Format, each_of

_TITLES = ("title", "headline", "subject")
_TEXTS = ("opening_text", "ingress", "summary", "hit_sentence", "snippet", "body", "text")


def _read(value: Any, arrival: Arrival) -> Understood:
    document = first_object(value, "documents")
    content = document.inside("content") if isinstance(document.raw("content"), dict) else document
    text = document.words(*_TEXTS) or content.words(*_TEXTS)
    title = document.words(*_TITLES) or content.words(*_TITLES) or text
    if title is None:
        raise Misunderstood(f"documents: none of {', '.join(_TITLES + _TEXTS)} has words in it")
    source = document.inside("source") if isinstance(document.raw("source"), dict) else Fields({})
    stated = document.words("content_type", "media_type", "type") or source.words("type", "media_type")
    return document_alert(
        arrival,
        matter=document.words("url") or document.words("external_id", "id", "document_id"),
        content=value,
        title=title,
        summary=text,
        lang=document.words("language_code", "language"),
        seen=document.words("created_at", "published_date", "published_at"),
        url=document.words("url"),
        outlet=source.words("name", "title"),
        kind=kind_of(stated),
        topics=_inputs(Fields(value)),
    )


def _inputs(payload: Fields) -> list[str]:
    """The saved searches that the document matched."""
    return [str(entry) for entry in payload.inside("request").entries("inputs") if isinstance(entry, str | int)][:20]


MELTWATER = Format("meltwater", each_of("documents"), _read)
