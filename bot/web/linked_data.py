"""What search engines and map services read: schema.org's SpecialAnnouncement and NewsArticle as JSON-LD."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from bot.model.person import Agency
from bot.model.statement import StatementKind, StatementState
from bot.web.addresses import Addresses, Kind, Place

if TYPE_CHECKING:
    from bot.web.items import Item

_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'\u2028\u2029"}
"""Only these could end a script element or begin a comment in it; in JSON strings their escapes mean the same."""


def linked_data(item: Item, agency: Agency, lang: str, agency_name: str, where: Addresses) -> Markup:
    """The JSON of a script element: two descriptions of one statement. It cannot leave the element."""
    office: dict[str, Any] = {"@type": "GovernmentOrganization", "name": agency_name}
    if agency.channel_url:
        office["url"] = agency.channel_url
    if agency.press_phone:
        office["contactPoint"] = {
            "@type": "ContactPoint",
            "contactType": "press",
            "telephone": agency.press_phone,
        }
    common: dict[str, Any] = {
        "url": item.url,
        "inLanguage": item.lang,
        "publisher": office,
        "identifier": f"sha256:{item.sha256}",
    }
    if item.state == StatementState.RETRACTED.value:
        common["creativeWorkStatus"] = "Retracted"
    article: dict[str, Any] = {
        "@type": "NewsArticle",
        "@id": f"{item.url}#article",
        "mainEntityOfPage": item.url,
        "headline": item.title,
        "articleBody": item.text,
        "datePublished": item.published_at.isoformat(),
        "dateModified": item.changed_at.isoformat(),
        "author": office,
        "isAccessibleForFree": True,
        "isPartOf": {"@type": "CreativeWorkSeries", "@id": item.series_url, "url": item.series_url},
        **common,
    }
    corrections = [o.url for o in item.later if o.names and o.kind != StatementKind.UPDATE.value]
    if corrections:
        article["correction"] = corrections
    announcement: dict[str, Any] = {
        "@type": "SpecialAnnouncement",
        "@id": f"{item.url}#announcement",
        "name": item.title,
        "text": item.text,
        "datePosted": item.published_at.isoformat(),
        "newsUpdatesAndGuidelines": item.series_url,
        "spatialCoverage": {"@type": "AdministrativeArea", "name": agency_name},
        **common,
    }
    feed = where.absolute(Place(Kind.ATOM), lang)
    if feed:
        announcement["webFeed"] = feed
    return script({"@context": "https://schema.org", "@graph": [announcement, article]})


def script(data: Any) -> Markup:
    """JSON that is safe inside ``<script type="application/ld+json">``."""
    return Markup(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S704 - escaped for this very place
