"""The only HTML and XML of the newsroom: templates with every value escaped, page texts from the catalogues."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.locale import local_time, text
from bot.web.parts import WebParts

if TYPE_CHECKING:
    from bot.web.newsroom import Item

ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document can hold."""

_templates = Environment(
    loader=PackageLoader("bot.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_templates.globals.update(t=lambda key, **values: text("vi", key, **values), local_time=local_time)


def listing(items: Sequence[Item], parts: WebParts, *, page: int, more: bool) -> str:
    """The page of the latest statements."""
    return _page("listing.html", parts, items=items, page=page, more=more)


def item(shown: Item, parts: WebParts) -> str:
    """The page of one statement."""
    return _page("item.html", parts, item=shown)


def missing(parts: WebParts) -> str:
    """The page for an address under which nothing was published."""
    return _page("missing.html", parts)


def atom(items: Sequence[Item], parts: WebParts, *, updated: datetime) -> bytes:
    """The Atom feed as UTF-8 bytes."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "vi"})
    agency = parts.agency()
    home = f"{parts.base_url}/newsroom"
    _element(feed, "id", home)
    _element(feed, "title", text("vi", "newsroom.title", agency=agency.name_vi))
    _element(feed, "updated", updated.isoformat())
    _element(feed, "link", rel="alternate", href=home)
    _element(feed, "link", rel="self", href=f"{home}/feed.atom")
    author = _element(feed, "author")
    _element(author, "name", agency.name_vi)
    for one in items:
        entry = _element(feed, "entry")
        _element(entry, "id", one.url)
        _element(entry, "title", one.title)
        _element(entry, "published", one.published_at.isoformat())
        changed = max([one.published_at, *(other.published_at for other in one.later if other.names)])
        _element(entry, "updated", changed.isoformat())
        _element(entry, "link", rel="alternate", href=one.url)
        for other in filter(None, (one.first, one.refers_to)):
            _element(entry, "link", rel="related", href=other.url)
        _element(entry, "category", term=one.kind)
        _element(entry, "content", one.text, type="text")
    body: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def json_feed(items: Sequence[Item], parts: WebParts) -> str:
    """The JSON Feed 1.1; the extension ``_keng`` carries version, hash and series."""
    agency = parts.agency()
    home = f"{parts.base_url}/newsroom"
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": text("vi", "newsroom.title", agency=agency.name_vi),
        "home_page_url": home,
        "feed_url": f"{home}/feed.json",
        "language": "vi",
        "authors": [{"name": agency.name_vi}],
        "items": [
            {
                "id": one.url,
                "url": one.url,
                "title": one.title,
                "content_text": one.text,
                "date_published": one.published_at.isoformat(),
                "language": "vi",
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


def _page(template: str, parts: WebParts, **values: Any) -> str:
    return _templates.get_template(template).render(agency=parts.agency(), **values)


def _element(parent: ElementTree.Element, tag: str, content: str | None = None, **attributes: str) -> Any:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    element.text = None if content is None else _NOT_XML.sub("", content)
    return element
