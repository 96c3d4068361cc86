"""Behind the door: the words and what may be done with them, for the one browser that opened the link."""

from __future__ import annotations

import asyncio
import base64
import secrets
from contextlib import suppress
from dataclasses import replace

from aiohttp import web

from bot.approval import authority
from bot.model.audit import AuditEvent
from bot.model.reasons import Reason
from bot.model.signoff import Ticket, form_token, is_form_of, is_opened_by, may_not_look, new_ticket, session_hash
from bot.store import audit, incidents, signoff, statements
from bot.store.database import Tx
from bot.store.ids import new_id
from bot.store.signoff import SignoffAct
from bot.web.forms import read_form
from bot.web.signoff import render
from bot.web.signoff.door import CHANNEL, Door
from bot.web.signoff.forms import cookie_name
from bot.web.signoff.parts import SignoffParts
from bot.web.signoff.to_board import BOARD
from bot.web.signoff.view import read_room

ACTS = (
    "approve",
    "return",
    "edit",
    "release",
    "content_check",
    "legal_check",
    "agree_jointly",
    "explain_lint",
    "confirm_playbook",
    "acknowledge",
    "mark_impact",
    "appeared",
    "not_appeared",
)
LATEST = "latest"
FORMS_PER_LINK = 40
PATIENCE_SECONDS = 15.0
"""A decision that takes longer is shown as being made; the page then asks again."""


class Room:
    """Shows the words and takes the acts."""

    def __init__(self, parts: SignoffParts, door: Door) -> None:
        """``door`` lets the browser in to a later version."""
        self._parts = parts
        self._door = door

    async def look(self, request: web.Request) -> web.Response:
        """The page, from committed state."""
        async with self._parts.database.read() as tx:
            ticket = await self._ticket(tx, request)
            if ticket is None:
                return self._closed()
            room = await read_room(tx, self._parts, ticket)
            if isinstance(room, Reason):
                return render.page("stopped.html", self._parts, await self._lang(tx, ticket), status=403, reason=room)
        forms = {name: form_token(ticket, name, self._parts.key) for name in (*ACTS, LATEST, BOARD)}
        lang = room.person.lang
        drawn = None if room.card.curve is None else await self._parts.picture(ticket.incident_id, lang)
        picture = None if drawn is None else base64.b64encode(drawn).decode()
        return render.page(
            "room.html",
            self._parts,
            lang,
            room=room,
            forms=forms,
            picture=picture,
            board=self._parts.verify is not None,
        )

    async def act(self, request: web.Request) -> web.Response:
        """Keep what the person sent, have it decided, and show what came of it."""
        fields, name = await read_form(request), request.match_info["act"]
        now = self._parts.clock.now()
        async with self._parts.database.write() as tx:
            ticket = await self._ticket(tx, request)
            if ticket is None:
                return self._closed()
            if not is_form_of(fields.get("form", ""), ticket, name, self._parts.key):
                return render.page(
                    "stopped.html", self._parts, await self._lang(tx, ticket), status=403, reason=Reason.LINK_FORGED
                )
            before = await signoff.count_acts(tx, ticket.id)
            if before >= FORMS_PER_LINK:
                return render.page("door_wait.html", self._parts, await self._lang(tx, ticket), status=429)
            key = f"signoff:{ticket.id}:{before:02d}:{secrets.token_hex(4)}"
            words, code = fields.get("words", ""), fields.get("code", "")[:32]
            await signoff.receive(tx, SignoffAct(key, ticket.id, ticket.person, name, words, code, now))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._parts.carry_out(key), PATIENCE_SECONDS)
        raise web.HTTPSeeOther(f"/signoff/s/{ticket.id}")

    async def latest(self, request: web.Request) -> web.Response:
        """Lead the same browser on to the words as they stand now; the link they get ends when this one does."""
        fields, now = await read_form(request), self._parts.clock.now()
        secret = secrets.token_urlsafe(32)
        async with self._parts.database.write() as tx:
            ticket = await self._ticket(tx, request)
            if ticket is None:
                return self._closed()
            person = (await self._parts.desk(tx)).organisation.person(ticket.person)
            incident = await incidents.get(tx, ticket.incident_id)
            current = await statements.current(tx, ticket.incident_id)
            stopped = may_not_look(ticket, person, now) or authority.may_work(person, incident, now)
            genuine = is_form_of(fields.get("form", ""), ticket, LATEST, self._parts.key)
            if stopped is not None or person is None or current is None or not genuine:
                reason = stopped or Reason.LINK_FORGED
                return render.page("stopped.html", self._parts, await self._lang(tx, ticket), status=403, reason=reason)
            if current.version == ticket.version:
                raise web.HTTPSeeOther(f"/signoff/s/{ticket.id}")
            fresh = new_ticket(new_id(now), person, ticket.incident_id, current.version, current.sha256, now)
            fresh = replace(fresh, expires_at=ticket.expires_at)
            await signoff.add(tx, fresh)
            await signoff.open_(tx, fresh, session_hash(secret), now)
            details = {"outcome": "done", "refused": False, "after_version": ticket.version}
            event = AuditEvent("signoff_open", person.id, now, CHANNEL, fresh.incident_id, fresh.version, details)
            await audit.append(tx, event)
        return self._door.lead_in(fresh, secret)

    async def _ticket(self, tx: Tx, request: web.Request) -> Ticket | None:
        """The ticket, if this browser is the one that opened it."""
        ticket = await signoff.get(tx, request.match_info["ticket"])
        if ticket is None or not is_opened_by(ticket, request.cookies.get(cookie_name(ticket.id))):
            return None
        return ticket

    async def _lang(self, tx: Tx, ticket: Ticket) -> str:
        person = (await self._parts.desk(tx)).organisation.person(ticket.person)
        return person.lang if person else "vi"

    def _closed(self) -> web.Response:
        return render.page("stopped.html", self._parts, "vi", status=403, reason=None)
