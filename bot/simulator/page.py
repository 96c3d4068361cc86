"""The page of phones: three static files, and a stream that tells which chats changed."""

from __future__ import annotations

import contextlib
import json
from importlib.resources import files

from aiohttp import web

from bot.simulator.feed import Feed
from bot.simulator.guard import refuse_strangers

_HEARTBEAT = 15.0
_SCRIPTS = ("phones", "phone", "dress", "notices", "composer", "bubble", "entities", "api", "words")
_TYPES = {
    "phones.html": "text/html",
    "phones.css": "text/css",
    "gong.svg": "image/svg+xml",
    "chevron.svg": "image/svg+xml",
    **{f"{name}.js": "text/javascript" for name in _SCRIPTS},
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Page:
    """Serves the page at `/_sim/` and its news at `/_sim/events`."""

    def __init__(self, feed: Feed) -> None:
        """Tell of the changes in this feed."""
        self._feed = feed
        folder = files("bot.simulator") / "static"
        self._contents = {name: (folder / name).read_bytes() for name in _TYPES}

    def add_routes(self, app: web.Application) -> None:
        """Mount page, static files and stream."""
        app.router.add_get("/_sim", self._redirect)
        app.router.add_get("/_sim/", self._page)
        app.router.add_get("/_sim/static/{name}", self._static)
        app.router.add_get("/_sim/events", self._events)

    async def _redirect(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/_sim/")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return self._file(request, "phones.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return self._file(request, request.match_info["name"])

    def _file(self, request: web.Request, name: str) -> web.StreamResponse:
        refuse_strangers(request)
        if name not in self._contents:
            raise web.HTTPNotFound
        return web.Response(body=self._contents[name], content_type=_TYPES[name], charset="utf-8", headers=_HEADERS)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-Sent Events: `{"chats": [ids]}` after each change, a comment as heartbeat."""
        refuse_strangers(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        with contextlib.suppress(ConnectionResetError):
            await self._stream(response)
        return response

    async def _stream(self, response: web.StreamResponse) -> None:
        """Write news until the feed closes; raises ConnectionResetError when the reader is gone."""
        seen = self._feed.version
        await response.write(b"retry: 1000\n: connected\n\n")
        while not self._feed.is_closed:
            if await self._feed.wait(seen, _HEARTBEAT):
                changes, seen = self._feed.since(seen), self._feed.version
                chats = sorted({change.chat_id for change in changes if change.chat_id is not None})
                people = any(change.record in ("Person", "ClockSetting") for change in changes)
                await response.write(f"data: {json.dumps({'chats': chats, 'everything': people})}\n\n".encode())
            else:
                await response.write(b": still here\n\n")
