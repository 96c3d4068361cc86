"""The public pages that an alert names, in a form in which two links to one page are equal."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from bot.model.alert import Alert

_TRACKING = ("utm_", "fbclid", "gclid")


def pages(alert: Alert) -> list[str]:
    """Short hashes of the pages an alert names, the same for http and https, with and without tracking parameters."""
    found = []
    for source in alert.sources:
        if not source.url:
            continue
        try:
            parts = urlsplit(source.url)
        except ValueError:
            continue
        query = "&".join(p for p in parts.query.split("&") if p and not p.startswith(_TRACKING))
        if parts.path.strip("/") or query:  # the front page of a newspaper is no matter of its own
            page = f"{(parts.hostname or '').removeprefix('www.').removeprefix('m.')}{parts.path.rstrip('/')}?{query}"
            found.append(hashlib.sha256(page.encode("utf-8", "surrogatepass")).hexdigest()[:16])
    return list(dict.fromkeys(found))
