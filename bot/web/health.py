"""``/healthz``: the process lives. ``/readyz``: it can do its work, part by part."""

from __future__ import annotations

from aiohttp import web

from bot.web.parts import WebParts


class Health:
    """The two pages that machines ask."""

    def __init__(self, parts: WebParts) -> None:
        """Ask ``parts.readiness``."""
        self._parts = parts

    async def alive(self, _request: web.Request) -> web.Response:
        """200 as long as the event loop turns."""
        return web.json_response({"status": "ok"})

    async def ready(self, _request: web.Request) -> web.Response:
        """200 when every part is ready, else 503; both say which part is not and why."""
        checks = await self._parts.readiness()
        ok = all(check.ok for check in checks.values())
        body = {
            "status": "ready" if ok else "not ready",
            "checks": {name: {"ok": check.ok, "detail": check.detail} for name, check in checks.items()},
        }
        return web.json_response(body, status=200 if ok else 503)
