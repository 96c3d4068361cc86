"""From the sign-off page to the internal board. A mailbox opens one matter; all of them take a code as well."""

from __future__ import annotations

from aiohttp import web

from bot.model.board import EMAIL, may_enter, new_link
from bot.model.reasons import Reason
from bot.model.signoff import is_form_of, is_opened_by, may_not_look
from bot.store import board_links, signoff
from bot.store.ids import new_id
from bot.web.board import sessions
from bot.web.forms import read_form
from bot.web.signoff import render
from bot.web.signoff.forms import cookie_name
from bot.web.signoff.parts import SignoffParts

BOARD = "board"


class ToBoard:
    """Lets the browser that opened a link in to the board."""

    def __init__(self, parts: SignoffParts) -> None:
        """Take the page's connections."""
        self._parts = parts

    async def open(self, request: web.Request) -> web.Response:
        """A good code makes a session of the board, for this browser; that it was tried is on the record."""
        parts, now = self._parts, self._parts.clock.now()
        fields = await read_form(request)
        secret = None
        async with parts.database.write() as tx:
            ticket = await signoff.get(tx, request.match_info["ticket"])
            if ticket is None or not is_opened_by(ticket, request.cookies.get(cookie_name(ticket.id))):
                return render.page("stopped.html", parts, "vi", status=403, reason=None)
            desk = await parts.desk(tx)
            person = desk.organisation.person(ticket.person)
            stopped = may_not_look(ticket, person, now) or may_enter(person, now)
            if not is_form_of(fields.get("form", ""), ticket, BOARD, parts.key):
                stopped = Reason.LINK_FORGED
            if stopped is not None or person is None or parts.verify is None:
                lang = person.lang if person else "vi"
                return render.page("stopped.html", parts, lang, status=403, reason=stopped)
            refusal = await parts.verify(tx, person.id, fields.get("code", "")[:32], now)
            link, _ = new_link(new_id(now), person, EMAIL, ticket.address, now)
            if refusal is None:
                await board_links.add(tx, link)
                secret = await sessions.begin(tx, link, now)
                await sessions.tell_owner(tx, parts.tell, link, person, now)
            details = {"ticket": ticket.id, "second_factor": "yes" if refusal is None else "refused"}
            await sessions.record(tx, now, "board_open", link, refusal, **details)
        if secret is None:
            return render.page("no_board.html", parts, person.lang, status=403, reason=refusal, ticket=ticket)
        return sessions.lead_in(secret, secure=parts.secure)
