"""The link itself. A look changes nothing, so scanners and previews may look; one browser opens it, by a form."""

from __future__ import annotations

import structlog
from aiohttp import web

from bot.model.board import BoardLink, form_mark, hashed, is_form_of, link_hindrance
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import board_links
from bot.store.database import Tx
from bot.web.board import render, sessions
from bot.web.board.parts import BoardParts
from bot.web.forms import read_form
from bot.web.late import LateComers

log = structlog.get_logger(__name__)


class Door:
    """Answers the link in a message."""

    def __init__(self, parts: BoardParts) -> None:
        """Read from and write to ``parts.database``."""
        self._parts = parts
        self._late = LateComers()

    async def look(self, request: web.Request) -> web.Response:
        """Whose link it is and a button; nothing of any matter."""
        async with self._parts.database.read() as tx:
            link = await self._link(tx, request)
            if link is None:
                return self._unknown(request)
            person = await self._person(tx, link)
        return self._door(request, link, person, link_hindrance(link, person, self._parts.clock.now()))

    async def open(self, request: web.Request) -> web.Response:
        """One browser opens the link, for once and all; that is on the record, and so is who came too late."""
        fields = await read_form(request)
        async with self._parts.database.write() as tx:
            link = await self._link(tx, request)
            if link is None:
                return self._unknown(request)
            person, now = await self._person(tx, link), self._parts.clock.now()
            refusal = link_hindrance(link, person, now)
            if not is_form_of(fields.get("form", ""), request.match_info["token"]):
                return self._door(request, link, person, refusal)  # a robot that posts: nothing is written down
            secret = None
            if refusal is None:
                secret = await sessions.begin(tx, link, now)
                refusal = Reason.BOARD_LINK_OPENED if secret is None else None
            if refusal is None or self._late.is_worth_a_line(link.id):
                await sessions.record(tx, now, "board_open", link, refusal)
            if secret is not None and person is not None:
                await sessions.tell_owner(tx, self._parts.tell, link, person, now)
        if secret is None:
            return self._door(request, link, person, refusal)
        return sessions.lead_in(secret, secure=self._parts.secure)

    async def cut(self, request: web.Request) -> web.Response:
        """An address that is no link of ours: most often a part of one."""
        return self._unknown(request)

    async def _link(self, tx: Tx, request: web.Request) -> BoardLink | None:
        return await board_links.by_token(tx, hashed(request.match_info["token"]))

    async def _person(self, tx: Tx, link: BoardLink) -> Person | None:
        desk = await self._parts.desk(tx)
        return desk.organisation.person(link.person)

    def _door(
        self, request: web.Request, link: BoardLink, person: Person | None, refusal: Reason | None
    ) -> web.Response:
        token = request.match_info["token"]
        return render.page(
            "door.html",
            self._parts,
            person.lang if person else render.language_of(request),
            status=200 if refusal is None else 403,
            token=token,
            link=link,
            person=person,
            refusal=refusal,
            form=form_mark(token),
        )

    def _unknown(self, request: web.Request) -> web.Response:
        log.info("board_link_unknown")
        return render.page("unknown.html", self._parts, render.language_of(request), status=404)
