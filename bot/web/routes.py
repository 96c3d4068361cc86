"""Which address leads to which page, and the headers that every page carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.web import description
from bot.web.answering import Answering, Crowds
from bot.web.health import Health
from bot.web.metrics import Metrics
from bot.web.newsroom import Newsroom
from bot.web.parts import WebParts
from bot.web.refusing import refusing
from bot.web.verify import Verify

STATIC = Path(__file__).parent / "static"
_FILES = frozenset(file.name for file in STATIC.iterdir() if file.is_file())

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}


def add_routes(application: web.Application, parts: WebParts) -> None:
    """Put the pages on the application."""
    health = Health(parts)
    router = application.router
    router.add_get("/metrics", Metrics(parts).show)
    router.add_get("/openapi.json", description.show)
    router.add_get("/", _to_start(parts))
    router.add_get("/healthz", health.alive)
    router.add_get("/readyz", health.ready)
    answering, crowds = Answering(parts.clock), Crowds()
    for lang, root in (("vi", ""), ("en", "/en")):
        newsroom, verify = Newsroom(parts, answering, crowds, lang), Verify(parts, answering, crowds, lang)
        router.add_get(f"{root}/newsroom", newsroom.listing)
        router.add_get(f"{root}/newsroom/", _leading_to(f"{root}/newsroom"))
        router.add_get(f"{root}/newsroom/feed.atom", newsroom.atom)
        router.add_get(f"{root}/newsroom/feed.json", newsroom.json_feed)
        if lang == "vi":
            router.add_get("/newsroom/static/{name}", _static)
            router.add_get("/sitemap.xml", newsroom.sitemap)
            router.add_get("/robots.txt", newsroom.robots)
        router.add_get(f"{root}/newsroom/{{id}}", newsroom.item)
        router.add_get(f"{root}/verify", verify.look)
        router.add_post(f"{root}/verify", verify.ask)
        router.add_get(f"{root}/verify/", _leading_to(f"{root}/verify"))
    router.add_get("/en", _leading_to("/en/newsroom"))
    router.add_get("/en/", _leading_to("/en/newsroom"))
    application.middlewares.append(refusing(parts))
    application.on_response_prepare.append(_secure)


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "Keng"  # which versions of what are behind it is nobody's business
    if not request.path.startswith(("/_sim", "/signoff", "/board")):
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)


def _to_start(parts: WebParts) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def start(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/_sim/" if parts.phones else "/newsroom")

    return start


def _leading_to(path: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def lead(_request: web.Request) -> web.Response:
        raise web.HTTPMovedPermanently(path)

    return lead


async def _static(request: web.Request) -> web.StreamResponse:
    if request.match_info["name"] not in _FILES:
        raise web.HTTPNotFound
    return web.FileResponse(STATIC / request.match_info["name"], headers={"Cache-Control": "public, max-age=3600"})
