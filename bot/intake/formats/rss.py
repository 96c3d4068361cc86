"""RSS and Atom entries: a page that speaks of the matter, one an item. Who wrote it is not kept."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import feedparser

from bot.intake.body import parse
from bot.intake.formats.arrival import Arrival, Misunderstood, NotXml, Understood
from bot.intake.formats.documents import document_alert
from bot.intake.formats.fields import Fields, short_id
from bot.intake.formats.hypertext import words_of
from bot.intake.formats.port import Format, Headers
from bot.intake.formats.xml import parse_xml

MOST_ENTRIES = 200
LONGEST_SUMMARY = 20_000


def entries_of(body: bytes) -> list[dict[str, Any]]:
    """The entries of a feed, the first ones first, without authors and markup.

    Raises:
        NotXml: it is no feed, or hostile XML.
    """
    parse_xml(body)  # feedparser is lenient, and expands entities: what is no clean XML does not reach it
    # Its sanitizer takes 4.7 s for 240 kB of "<!--", growing with the square. Nothing is shown as HTML: words_of takes
    # the words out in one pass.
    read = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    if not read.get("version"):
        raise NotXml("neither RSS nor Atom")
    outlet = str(read.feed.get("title", "")).strip()
    return [_entry(entry, outlet) for entry in read.entries[:MOST_ENTRIES]]


def _entry(entry: Any, outlet: str) -> dict[str, Any]:
    when = entry.get("published_parsed") or dict.get(entry, "updated_parsed")
    content = entry.get("content") or [{}]
    return {
        "id": str(entry.get("id") or entry.get("link") or entry.get("title") or "")[:2000],
        "title": _line(str(entry.get("title", ""))),
        "link": str(entry.get("link", ""))[:2000],
        "summary": _line(str(entry.get("summary") or content[0].get("value") or ""))[:LONGEST_SUMMARY],
        "published": None if when is None else _instant(when),
        "outlet": outlet,
        "is_press": True,
    }


def _instant(when: Any) -> str | None:
    try:
        year, month, day, hour, minute, second = when[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).isoformat()
    except (ValueError, TypeError):
        return None


def _items(body: bytes, _headers: Headers) -> Sequence[Any]:
    if body.lstrip()[:1] in (b"{", b"["):  # entries as they are kept, and as polling hands in those that are new
        value = parse(body)
        return value if isinstance(value, list) else [value]
    return entries_of(body)


def _read(value: Any, arrival: Arrival) -> Understood:
    entry = Fields(value)
    title = entry.words("title")
    if title is None:
        raise Misunderstood("title: the entry has none")
    matter = entry.words("id", "link")
    return document_alert(
        arrival,
        matter=short_id(matter) if matter else None,
        content=[entry.raw("title"), entry.raw("summary")],
        title=title,
        summary=entry.words("summary"),
        seen=entry.raw("published"),
        url=entry.words("link"),
        outlet=entry.words("outlet"),
        kind="news" if entry.raw("is_press") is not False else None,
    )


def _line(markup: str) -> str:
    return " ".join(words_of(markup).split())


RSS = Format("rss", _items, _read, ("application/rss+xml", "application/atom+xml", "application/xml", "text/xml"))
