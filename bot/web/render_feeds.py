"""Atom, JSON Feed and the map for search engines: what machines read of the newsroom."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from bot.locale import text
from bot.model.languages import LANGUAGES
from bot.model.xml_text import NOT_XML
from bot.web.addresses import FIRST, Addresses, Kind, Place

if TYPE_CHECKING:
    from bot.web.items import Item
    from bot.web.render import Frame

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
MOST_IN_SITEMAP = 12_000
"""Statements, the newest; with both languages well below the 50,000 addresses and 50 MiB of the protocol."""


def atom(items: Sequence[Item], frame: Frame) -> bytes:
    """The Atom feed (RFC 4287) as UTF-8 bytes. An empty one has never changed."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": frame.lang})
    where = frame.where
    updated = max((item.changed_at for item in items), default=datetime(1970, 1, 1, tzinfo=UTC))
    _element(feed, "id", _identity(where, FIRST, frame.lang))
    _element(feed, "title", text(frame.lang, "newsroom.title", agency=frame.agency_name))
    _element(feed, "updated", updated.isoformat())
    _element(feed, "link", rel="alternate", href=_address(where, FIRST, frame.lang))
    _element(feed, "link", rel="self", href=_address(where, Place(Kind.ATOM), frame.lang))
    author = _element(feed, "author")
    _element(author, "name", frame.agency_name)
    for one in items:
        entry = _element(feed, "entry")
        _element(entry, "id", _identity(where, Place(Kind.ITEM, one.id), frame.lang))
        _element(entry, "title", one.title)
        _element(entry, "published", one.published_at.isoformat())
        _element(entry, "updated", one.changed_at.isoformat())
        _element(entry, "link", rel="alternate", href=one.url)
        for other in filter(None, (one.first, one.refers_to)):
            _element(entry, "link", rel="related", href=other.url)
        _element(entry, "category", term=one.kind)
        content = _element(entry, "content", one.text, type="text")
        if one.lang != frame.lang:
            content.set("{http://www.w3.org/XML/1998/namespace}lang", one.lang)
    body: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def json_feed(items: Sequence[Item], frame: Frame) -> str:
    """The JSON Feed 1.1; the extension ``_keng`` carries version, hash and series."""
    where = frame.where
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": text(frame.lang, "newsroom.title", agency=frame.agency_name),
        "home_page_url": _address(where, FIRST, frame.lang),
        "feed_url": _address(where, Place(Kind.JSON_FEED), frame.lang),
        "language": frame.lang,
        "authors": [{"name": frame.agency_name}],
        "items": [
            {
                "id": _identity(where, Place(Kind.ITEM, one.id), frame.lang),
                "url": one.url,
                "title": one.title,
                "content_text": one.text,
                "date_published": one.published_at.isoformat(),
                "date_modified": one.changed_at.isoformat(),
                "language": one.lang,
                "_keng": _extension(one),
            }
            for one in items
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _extension(one: Item) -> dict[str, Any]:
    """What the JSON Feed says beyond its standard: version and hash, and the place in the series."""
    return {
        "version": one.version,
        "sha256": one.sha256,
        "series": one.series,
        "kind": one.kind,
        "state": one.state,
        "first": one.first.url if one.first else None,
        "refers_to": one.refers_to.url if one.refers_to else None,
    }


def sitemap(pages: Iterable[tuple[Place, datetime | None]], where: Addresses) -> bytes:
    """All pages with their counterparts in the other language; nothing where no address is known."""
    ElementTree.register_namespace("", SITEMAP)
    ElementTree.register_namespace("xhtml", XHTML)
    urls = ElementTree.Element(f"{{{SITEMAP}}}urlset")
    for place, changed in pages:
        known = {lang: address for lang in LANGUAGES if (address := where.absolute(place, lang))}
        for address in known.values():
            url = ElementTree.SubElement(urls, f"{{{SITEMAP}}}url")
            ElementTree.SubElement(url, f"{{{SITEMAP}}}loc").text = address
            if changed is not None:
                ElementTree.SubElement(url, f"{{{SITEMAP}}}lastmod").text = changed.isoformat()
            for lang, other in known.items():
                link = {"rel": "alternate", "hreflang": lang, "href": other}
                ElementTree.SubElement(url, f"{{{XHTML}}}link", link)
    body: bytes = ElementTree.tostring(urls, encoding="utf-8", xml_declaration=True)
    return body


def _address(where: Addresses, place: Place, lang: str) -> str:
    return where.absolute(place, lang) or where.href(place, lang)


def _identity(where: Addresses, place: Place, lang: str) -> str:
    """What never changes: the address, or where none is known a name made of what would be in it."""
    made = uuid.uuid5(uuid.NAMESPACE_URL, f"keng:{lang}:{place.kind}:{place.name}")
    return where.absolute(place, lang) or made.urn


def _element(parent: ElementTree.Element, tag: str, content: str | None = None, **attributes: str) -> Any:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    element.text = None if content is None else NOT_XML.sub("", content)
    return element
