"""The board and its pictures, for the browser that opened a link. Every look is on the record."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from aiohttp import web

from bot.approval import boards
from bot.describing import Answer, Operation, described
from bot.model.reasons import Reason
from bot.store import board_links, incidents
from bot.web.board import render, sessions
from bot.web.board.parts import BoardParts
from bot.web.board.sessions import Visitor
from bot.web.board.view import read_board

DRAWN_LASTS = timedelta(seconds=20)
"""A picture so young is shown to the next who asks: many look at once, and drawing takes a third of a second."""

MOST_DRAWN = 64

SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture opened by itself runs nothing and asks for nothing; its marks carry styles of their own."""


class Room:
    """Shows the board."""

    def __init__(self, parts: BoardParts) -> None:
        """Nothing is drawn yet."""
        self._parts = parts
        self._drawing = asyncio.Lock()
        self._drawn: dict[tuple[str, str, bool], tuple[float, bytes | None]] = {}

    @described(
        Operation(
            "The newsroom's internal board, for officials whose browser opened a link from /bang",
            {
                200: Answer("The board.", None, "text/html"),
                403: Answer("This browser has no session, or it is over.", None, "text/html"),
                503: Answer("The store is away; come again.", None, "text/html"),
            },
        )
    )
    async def look(self, request: web.Request) -> web.Response:
        """The board from committed state; first it is written down that it was read, then it is shown."""
        async with self._parts.database.read() as tx:
            who = await sessions.visitor(tx, self._parts, request)
            if not isinstance(who, Visitor):
                return self._closed(request, who)
            board = await read_board(tx, who)
        if request.method == "GET":
            async with self._parts.database.write() as tx:
                await sessions.record(tx, who.desk.now, "show_board", who.link, None, incidents=board.codes)
        return render.page("board.html", self._parts, who.person.lang, board=board, visitor=who)

    async def curve(self, request: web.Request) -> web.Response:
        """One matter's curve as SVG; the look at the board that it belongs to is on the record already."""
        async with self._parts.database.read() as tx:
            who = await sessions.visitor(tx, self._parts, request)
            if not isinstance(who, Visitor):
                raise web.HTTPForbidden
            incident = await incidents.get(tx, request.match_info["incident"])
            if (
                incident is None
                or not boards.may_see(who.person, incident, who.desk)
                or boards.is_of_accused_unit(who.person, incident, who.desk)
            ):
                raise web.HTTPNotFound
        drawn = await self._picture(incident.id, who.person.lang, tall="tall" in request.query)
        if drawn is None:
            raise web.HTTPNotFound
        return web.Response(body=drawn, content_type="image/svg+xml", headers={"Content-Security-Policy": SVG_POLICY})

    async def leave(self, request: web.Request) -> web.Response:
        """End this browser's session."""
        async with self._parts.database.read() as tx:  # whoever has no session waits for no turn to write
            who = await sessions.visitor(tx, self._parts, request)
        if isinstance(who, Visitor):
            async with self._parts.database.write() as tx:
                if await board_links.end(tx, who.link.id, who.desk.now):
                    await sessions.record(tx, who.desk.now, "board_leave", who.link, None)
        lang = who.person.lang if isinstance(who, Visitor) else render.language_of(request)
        answer = render.page("closed.html", self._parts, lang, reason=None, left=True)
        answer.del_cookie(sessions.COOKIE, path=sessions.HERE)
        return answer

    def _closed(self, request: web.Request, reason: Reason | None) -> web.Response:
        lang = render.language_of(request)
        return render.page("closed.html", self._parts, lang, status=403, reason=reason, left=False)

    async def _picture(self, incident_id: str, lang: str, *, tall: bool) -> bytes | None:
        key, now = (incident_id, lang, tall), self._parts.clock.now().timestamp()
        async with self._drawing:
            at, drawn = self._drawn.get(key, (0.0, None))
            if not 0 <= now - at < DRAWN_LASTS.total_seconds():
                drawn = await self._parts.picture(incident_id, lang, tall=tall)
                self._drawn.pop(key, None)
                self._drawn[key] = (now, drawn)
                while len(self._drawn) > MOST_DRAWN:
                    del self._drawn[next(iter(self._drawn))]
        return drawn
