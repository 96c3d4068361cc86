"""Only this machine, and no foreign web page, may use the simulator: it lets anyone press as anyone.

A web page cannot choose the `Host` header, so a name that is not loopback means DNS rebinding; a browser tells in
`Origin` and `Sec-Fetch-Site` which page sends a request.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without port, means this machine."""
    host = host.strip("[]").lower()
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refusal(request: web.Request) -> str | None:
    """Why a request may not come in, or None if it may."""
    if not is_loopback(request.remote or ""):
        return "the simulator answers only this machine"
    if not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        return "the Host header does not name this machine"
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return "another page may not use the simulator"
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return "another page may not use the simulator"
    return None


def refuse_strangers(request: web.Request) -> None:
    """Raise HTTPForbidden for a request that may not come in."""
    reason = refusal(request)
    if reason is not None:
        raise web.HTTPForbidden(text=reason)
