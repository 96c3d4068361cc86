"""Which address leads to which page, and the headers that every page carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.web import description
from bot.web.health import Health
from bot.web.metrics import Metrics
from bot.web.newsroom import Newsroom
from bot.web.parts import WebParts

STATIC = Path(__file__).parent / "static"
_FILES = frozenset(file.name for file in STATIC.iterdir() if file.is_file())

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_routes(application: web.Application, parts: WebParts) -> None:
    """Put the pages on the application."""
    newsroom, health = Newsroom(parts), Health(parts)
    application.router.add_get("/metrics", Metrics(parts).show)
    application.router.add_get("/openapi.json", description.show)
    application.router.add_get("/", _to_start(parts))
    application.router.add_get("/healthz", health.alive)
    application.router.add_get("/readyz", health.ready)
    application.router.add_get("/newsroom", newsroom.listing)
    application.router.add_get("/newsroom/", _to_newsroom)
    application.router.add_get("/newsroom/feed.atom", newsroom.atom)
    application.router.add_get("/newsroom/feed.json", newsroom.json_feed)
    application.router.add_get("/newsroom/static/{name}", _static)
    application.router.add_get("/newsroom/{id}", newsroom.item)
    application.on_response_prepare.append(_secure)


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    if request.path.startswith("/newsroom") or request.path in ("/healthz", "/readyz", "/metrics", "/openapi.json"):
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)


def _to_start(parts: WebParts) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def start(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/_sim/" if parts.phones else "/newsroom")

    return start


async def _to_newsroom(_request: web.Request) -> web.Response:
    raise web.HTTPMovedPermanently("/newsroom")


async def _static(request: web.Request) -> web.StreamResponse:
    if request.match_info["name"] not in _FILES:
        raise web.HTTPNotFound
    return web.FileResponse(STATIC / request.match_info["name"], headers={"Cache-Control": "public, max-age=3600"})
