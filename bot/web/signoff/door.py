"""The link itself. A look changes nothing, so mail scanners may look; one browser opens it, by a form.

Whoever comes later, with a forwarded letter or from another device, is told so and may have a new link sent: to the
person's own mailbox, nowhere else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from bot.approval import authority
from bot.model.audit import AuditEvent
from bot.model.incident import Incident
from bot.model.person import Person
from bot.model.reach import ASKED
from bot.model.reasons import Reason
from bot.model.signoff import (
    Ticket,
    form_token,
    hindrance,
    is_form_of,
    is_genuine,
    is_opened_by,
    new_ticket,
    session_hash,
    ticket_id_of,
)
from bot.model.statement import APPROVABLE
from bot.store import audit, email_letters, incidents, signoff, statements
from bot.store.database import Tx
from bot.store.ids import new_id
from bot.web.forms import read_form
from bot.web.late import LateComers
from bot.web.signoff import render
from bot.web.signoff.forms import cookie_name
from bot.web.signoff.parts import SignoffParts

log = structlog.get_logger(__name__)

OPEN, AGAIN = "open", "again"
CHANNEL = "email"

ASKED_WITHIN = timedelta(hours=1)
LINKS_WITHIN = 6
BETWEEN_LINKS = timedelta(minutes=1)
"""A new link at most once a minute and six times an hour: enough for a person, too little to flood a mailbox."""


@dataclass(frozen=True, slots=True)
class Found:
    """A genuine link, and whom and what it is about."""

    ticket: Ticket
    person: Person | None
    incident: Incident


class Door:
    """Answers the link in a letter."""

    def __init__(self, parts: SignoffParts) -> None:
        """Read from and write to ``parts.database``."""
        self._parts = parts
        self._late = LateComers()

    async def look(self, request: web.Request) -> web.Response:
        """What the link is; nothing of the words. The browser that opened it is led on."""
        async with self._parts.database.read() as tx:
            found = await self._find(tx, request)
            if found is None:
                return self._unknown()
            refusal = self._refusal(found)
            mine = is_opened_by(found.ticket, request.cookies.get(cookie_name(found.ticket.id)))
            if mine and refusal in (Reason.LINK_OPENED_ELSEWHERE, Reason.LINK_USED):
                raise web.HTTPSeeOther(f"/signoff/s/{found.ticket.id}")
            return await self._door(tx, request, found, refusal)

    async def open(self, request: web.Request) -> web.Response:
        """One browser opens the link, for once and all; that is on the record."""
        fields, now = await read_form(request), self._parts.clock.now()
        secret = secrets.token_urlsafe(32)
        async with self._parts.database.write() as tx:
            found = await self._find(tx, request)
            if found is None:
                return self._unknown()
            ticket = found.ticket
            if is_opened_by(ticket, request.cookies.get(cookie_name(ticket.id))):  # a second press
                raise web.HTTPSeeOther(f"/signoff/s/{ticket.id}")
            if not is_form_of(fields.get("form", ""), ticket, OPEN, self._parts.key):
                # A robot that posts, or the form of a link that was opened meanwhile: nothing is written down.
                return await self._door(tx, request, found, self._refusal(found))
            refusal = self._refusal(found)
            if refusal is None and not await signoff.open_(tx, ticket, session_hash(secret), now):
                refusal = Reason.LINK_OPENED_ELSEWHERE
            if refusal is None or self._late.is_worth_a_line(ticket.id):
                await self._record(tx, "signoff_open", found, refusal, now)
            if refusal is not None:
                return await self._door(tx, request, found, refusal)
        return self.lead_in(ticket, secret)

    async def again(self, request: web.Request) -> web.Response:
        """Send a new link for the words as they stand now, to the mailbox of the person and to no other."""
        fields, now = await read_form(request), self._parts.clock.now()
        async with self._parts.database.write() as tx:
            found = await self._find(tx, request)
            if found is None:
                return self._unknown()
            if not is_form_of(fields.get("form", ""), found.ticket, AGAIN, self._parts.key):
                return await self._door(tx, request, found, self._refusal(found))
            person, incident = found.person, found.incident
            sha256 = await self._may_ask(tx, found)
            if person is None or sha256 is None:
                return await self._door(tx, request, found, self._refusal(found))
            since = now - ASKED_WITHIN
            before = await signoff.issued(tx, incident.id, person.id, since)
            if len(before) >= LINKS_WITHIN or (before and now - before[0] < BETWEEN_LINKS):
                return render.page("door_wait.html", self._parts, person.lang, status=429)
            ticket = new_ticket(new_id(now), person, incident.id, *sha256, now)
            await email_letters.add(tx, ticket, CHANNEL, ASKED, None, now)
            await self._record(tx, "signoff_link_asked", found, None, now)
        self._parts.letter_written()
        return render.page("door_sent.html", self._parts, person.lang, address=_masked(ticket.address))

    def lead_in(self, ticket: Ticket, secret: str) -> web.Response:
        """Send the browser on to the words, with what it keeps as proof that it opened the link."""
        answer = web.Response(status=303, headers={"Location": f"/signoff/s/{ticket.id}"})
        answer.set_cookie(
            cookie_name(ticket.id),
            secret,
            path="/signoff",
            max_age=max(1, int((ticket.expires_at - self._parts.clock.now()).total_seconds())),
            secure=self._parts.secure,
            httponly=True,
            samesite="Lax",
        )
        return answer

    async def _find(self, tx: Tx, request: web.Request) -> Found | None:
        token = request.match_info["token"]
        ticket_id = ticket_id_of(token)
        ticket = await signoff.get(tx, ticket_id) if ticket_id else None
        if ticket is None or not is_genuine(token, ticket, self._parts.key):
            log.info("signoff_link_unknown", known_id=ticket is not None)
            return None
        incident = await incidents.get(tx, ticket.incident_id)
        if incident is None:  # a foreign key keeps it
            raise LookupError(f"no incident {ticket.incident_id}")
        return Found(ticket, (await self._parts.desk(tx)).organisation.person(ticket.person), incident)

    def _refusal(self, found: Found) -> Reason | None:
        now = self._parts.clock.now()
        refusal = hindrance(found.ticket, found.person, now)
        if refusal is None and found.ticket.opened_at is not None:
            refusal = Reason.LINK_OPENED_ELSEWHERE
        return refusal or authority.may_work(found.person, found.incident, now)

    async def _door(self, tx: Tx, request: web.Request, found: Found, refusal: Reason | None) -> web.Response:
        ticket, person = found.ticket, found.person
        may_ask = refusal is not None and await self._may_ask(tx, found) is not None
        return render.page(
            "door.html",
            self._parts,
            person.lang if person else "vi",
            status=200 if refusal is None else 403,
            token=request.match_info["token"],
            ticket=ticket,
            person=person,
            incident=found.incident,
            refusal=refusal,
            open_form=form_token(ticket, OPEN, self._parts.key),
            again_form=form_token(ticket, AGAIN, self._parts.key) if may_ask else None,
        )

    async def _may_ask(self, tx: Tx, found: Found) -> tuple[int, str] | None:
        """Version and hash of the words for which the person may have a new link; None when there is nothing to do."""
        person, incident = found.person, found.incident
        if person is None or person.email is None or not incident.is_open:
            return None
        if authority.may_work(person, incident, self._parts.clock.now()) is not None:
            return None
        current = await statements.current(tx, incident.id)
        card = await self._parts.card(tx, incident.id)
        waits = current is not None and (current.state in APPROVABLE or bool(card and card.awaits_second_person))
        return (current.version, current.sha256) if current and waits else None

    async def _record(self, tx: Tx, act: str, found: Found, refusal: Reason | None, now: datetime) -> None:
        ticket = found.ticket
        details = {"outcome": refusal.value if refusal else "done", "refused": refusal is not None}
        await audit.append(
            tx, AuditEvent(act, ticket.person, now, CHANNEL, ticket.incident_id, ticket.version, details)
        )

    def _unknown(self) -> web.Response:
        return render.page("door_unknown.html", self._parts, "vi", status=404)


def _masked(address: str) -> str:
    """An address that its owner recognises and nobody else learns."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"
