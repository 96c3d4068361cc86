"""Which links Telegram takes: a scheme it knows and a host with a dot, else the link is dropped without an error.

Source: tdlib/td `LinkManager::check_link` and `get_link_user_id`.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SCHEMES = ("http", "https", "tg", "ton", "tonsite")
_USER = re.compile(r"tg:(?://)?user/?\?id=(\d+)$", re.IGNORECASE)


def mentioned_user(url: str) -> int | None:
    """The user meant by `tg://user?id=…`, or None for any other link."""
    match = _USER.match(url)
    return int(match[1]) if match else None


def checked_link(url: str) -> str:
    """The link as Telegram keeps it (`http://` added, a bare host closed with `/`); empty if it is refused."""
    url = url.strip()
    if not url or any(letter.isspace() for letter in url):
        return ""
    scheme = url.split(":", 1)[0].lower() if ":" in url else ""
    if scheme in ("tg", "ton", "tonsite"):
        return url
    if "://" not in url:
        url, scheme = f"http://{url}", "http"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    if scheme not in _SCHEMES or ("." not in host and ":" not in host) or host.startswith(".") or host.endswith("."):
        return ""
    return url if parts.path or parts.query or parts.fragment else f"{url}/"
