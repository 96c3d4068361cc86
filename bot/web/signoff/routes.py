"""Which address leads where on the sign-off page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.store.database import StoreUnavailable
from bot.web.inner_pages import add_private_headers
from bot.web.signoff import render
from bot.web.signoff.documents import Documents
from bot.web.signoff.door import Door
from bot.web.signoff.factor_door import FactorDoor
from bot.web.signoff.factor_room import FactorRoom
from bot.web.signoff.parts import SignoffParts
from bot.web.signoff.room import ACTS, Room
from bot.web.signoff.to_board import ToBoard

STYLES = Path(__file__).parents[1] / "static" / "signoff.css"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(application: web.Application, parts: SignoffParts) -> None:
    """Put the page on the application."""
    door = Door(parts)
    room = Room(parts, door)
    documents = Documents(parts)
    factor_door, factor_room = FactorDoor(parts), FactorRoom(parts)

    def add(method: str, path: str, handler: Handler) -> None:
        application.router.add_route(method, path, _answered(handler, parts))
        if method == "GET":
            application.router.add_route("HEAD", path, _answered(handler, parts))

    application.router.add_get("/signoff/static/signoff.css", _styles)
    add("GET", "/signoff/s/{ticket:[0-9a-f]{32}}", room.look)
    add("GET", "/signoff/s/{ticket:[0-9a-f]{32}}/document", documents.fetch)
    add("POST", "/signoff/s/{ticket:[0-9a-f]{32}}/latest", room.latest)
    add("POST", "/signoff/s/{ticket:[0-9a-f]{32}}/board", ToBoard(parts).open)
    add("POST", f"/signoff/s/{{ticket:[0-9a-f]{{32}}}}/{{act:{'|'.join(ACTS)}}}", room.act)
    add("GET", "/signoff/f/s/{link:[0-9a-f]{32}}", factor_room.look)
    add("POST", "/signoff/f/s/{link:[0-9a-f]{32}}/confirm", factor_room.confirm)
    add("GET", "/signoff/f/{token}", factor_door.look)
    add("POST", "/signoff/f/{token}", factor_door.open)
    add("GET", "/signoff/{token}", door.look)
    add("POST", "/signoff/{token}", door.open)
    add("POST", "/signoff/{token}/again", door.again)
    add_private_headers(application, "/signoff")


def _answered(handler: Handler, parts: SignoffParts) -> Handler:
    """A store that is gone is told in words: nothing was changed, try again."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except StoreUnavailable:
            unavailable = render.page("unavailable.html", parts, "vi", status=503)
            unavailable.headers["Retry-After"] = "10"
            return unavailable

    return answer


async def _styles(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(STYLES, headers={"Cache-Control": "public, max-age=3600"})
