"""Which address leads where, on the board."""

from __future__ import annotations

from aiohttp import web

from bot.web.board.door import Door
from bot.web.board.parts import BoardParts
from bot.web.board.room import Room
from bot.web.inner_pages import add_private_headers


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
    add_private_headers(application, "/board")


async def _to_board(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPMovedPermanently("/board")
