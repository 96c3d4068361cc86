"""What the formats have in common whose items are single documents: a page that speaks of a matter, without counts."""

from __future__ import annotations

from typing import Any

from bot.intake.formats.arrival import Arrival, Understood
from bot.intake.formats.fields import http_url, versioned
from bot.intake.formats.native import read_as_native

_PRESS = ("news", "print", "newspaper", "tv", "radio", "broadcast", "magazine", "press", "editorial")
_SOCIAL = ("social", "facebook", "twitter", "instagram", "tiktok", "threads", "x_post", "linkedin", "zalo", "micro")
_VIDEO = ("video", "youtube", "vimeo")
_FORUM = ("forum", "board", "reddit", "comment", "review", "blog")


def kind_of(stated: str | None) -> str | None:
    """``news``, ``social``, ``video`` or ``forum`` from a vendor's name of the kind of page; None otherwise."""
    said = (stated or "").lower()
    for kind, parts in (("social", _SOCIAL), ("video", _VIDEO), ("forum", _FORUM), ("news", _PRESS)):
        if any(part in said for part in parts):
            return kind
    return None


def document_alert(
    arrival: Arrival,
    *,
    matter: str | None,
    content: Any,
    title: str,
    summary: str | None = None,
    lang: str | None = None,
    seen: Any = None,
    url: str | None = None,
    outlet: str | None = None,
    kind: str | None = None,
    topics: list[str] | None = None,
    sentiment: dict[str, float] | None = None,
    reach: float | None = None,
    location: dict[str, Any] | None = None,
) -> Understood:
    """One document as an alert. ``matter`` is what stays the same when the vendor sends the document again.

    Raises:
        Misunderstood: a value does not fit its field.
    """
    source_id, thread = versioned(matter, content) if matter else (None, None)
    return read_as_native(
        {
            "id": source_id,
            "title": title,
            "summary": summary if summary != title else None,
            "kind": "keyword",
            "lang": lang,
            "first_seen": seen,
            "reach": None if reach is None else int(reach),
            "topics": topics,
            "sentiment": sentiment,
            "location": location,
            "sources": [
                {
                    "url": http_url(url),
                    "title": title,
                    "outlet": outlet,
                    "type": kind,
                    "published_at": seen,
                    "is_press": kind == "news",
                }
            ],
        },
        arrival,
        thread=thread,
        id_tells_content=source_id is not None,
    )
