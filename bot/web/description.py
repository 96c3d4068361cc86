"""``/openapi.json``: the contract of the HTTP interface, made of the routes themselves."""

from __future__ import annotations

from aiohttp import web

from bot import __version__
from bot.describing import Answer, Operation, described, openapi


@described(Operation("This document", {200: Answer("OpenAPI 3.1.", None)}))
async def show(request: web.Request) -> web.Response:
    """The document of the application that answers."""
    return web.json_response(openapi(request.app, "Keng", __version__))
