"""``/healthz``: the process lives. ``/readyz``: it can do its work, part by part."""

from __future__ import annotations

from typing import Literal

from aiohttp import web
from pydantic import BaseModel

from bot.describing import Answer, Operation, described
from bot.web.parts import WebParts


class Alive(BaseModel):
    """The event loop turns."""

    status: Literal["ok"]


class Check(BaseModel):
    """One part's own word."""

    ok: bool
    detail: str


class Readiness(BaseModel):
    """Every part's word, by its name."""

    status: Literal["ready", "not ready"]
    checks: dict[str, Check]


class Health:
    """The two pages that machines ask."""

    def __init__(self, parts: WebParts) -> None:
        """Ask ``parts.readiness``."""
        self._parts = parts

    @described(Operation("Does the process live?", {200: Answer("It does.", Alive)}))
    async def alive(self, _request: web.Request) -> web.Response:
        """200 as long as the event loop turns."""
        return web.json_response({"status": "ok"})

    @described(
        Operation(
            "Can every part do its work?",
            {200: Answer("All of them can.", Readiness), 503: Answer("One cannot; it says which and why.", Readiness)},
        )
    )
    async def ready(self, _request: web.Request) -> web.Response:
        """200 when every part is ready, else 503; both say which part is not and why."""
        checks = await self._parts.readiness()
        ok = all(check.ok for check in checks.values())
        body = {
            "status": "ready" if ok else "not ready",
            "checks": {name: {"ok": check.ok, "detail": check.detail} for name, check in checks.items()},
        }
        return web.json_response(body, status=200 if ok else 503)
