"""Which address leads where, and the headers that every answer below ``/board`` carries, refusals included."""

from __future__ import annotations

from aiohttp import web

from bot.web.board.door import Door
from bot.web.board.parts import BoardParts
from bot.web.board.room import Room

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def add_routes(application: web.Application, parts: BoardParts) -> None:
    """Put the board on the application."""
    door, room, router = Door(parts), Room(parts), application.router
    router.add_get("/board", room.look)
    router.add_get("/board/", _to_board)
    router.add_post("/board/leave", room.leave)
    router.add_get("/board/curve/{incident:[0-9a-f]{32}}.svg", room.curve)
    router.add_get("/board/o/{token:[a-z2-7]{40}}", door.look)
    router.add_post("/board/o/{token:[a-z2-7]{40}}", door.open)
    router.add_get("/board/o/{rest:.*}", door.cut)
    application.on_response_prepare.append(_secure)


async def _to_board(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPMovedPermanently("/board")


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    if request.path == "/board" or request.path.startswith("/board/"):
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
