"""The document of the words behind a link, for the one browser that opened it; that it was fetched is on the record."""

from __future__ import annotations

import structlog
from aiohttp import web

from bot.approval import authority
from bot.model.audit import AuditEvent
from bot.model.paper import NoPaper, PaperFormat
from bot.model.signoff import is_opened_by, may_not_look
from bot.store import audit, incidents, signoff
from bot.web.signoff import render
from bot.web.signoff.door import CHANNEL
from bot.web.signoff.forms import cookie_name
from bot.web.signoff.parts import SignoffParts

log = structlog.get_logger(__name__)


class Documents:
    """Hands out documents."""

    def __init__(self, parts: SignoffParts) -> None:
        """Take the page's connections."""
        self._parts = parts

    async def fetch(self, request: web.Request) -> web.Response:
        """The .docx of the link's version, or with ``?pdf`` the PDF; as long as the link itself may be looked at."""
        parts, now = self._parts, self._parts.clock.now()
        wanted = PaperFormat.PDF if "pdf" in request.query else PaperFormat.DOCX
        async with parts.database.write() as tx:
            ticket = await signoff.get(tx, request.match_info["ticket"])
            if ticket is None or not is_opened_by(ticket, request.cookies.get(cookie_name(ticket.id))):
                return render.page("stopped.html", parts, "vi", status=403, reason=None)
            person = (await parts.desk(tx)).organisation.person(ticket.person)
            stopped = may_not_look(ticket, person, now) or authority.may_work(
                person, await incidents.get(tx, ticket.incident_id), now
            )
            lang = person.lang if person else "vi"
            if stopped is not None or person is None:
                return render.page("stopped.html", parts, lang, status=403, reason=stopped)
            if request.method == "GET":
                details = {"outcome": "document_sent", "refused": False, "format": wanted.value}
                event = AuditEvent(
                    "show_document", person.id, now, CHANNEL, ticket.incident_id, ticket.version, details
                )
                await audit.append(tx, event)
        try:
            paper = await parts.papers(ticket.incident_id, ticket.version, wanted)
        except NoPaper as error:
            log.warning("paper_not_made", incident=ticket.incident_id, why=error.why, detail=error.detail)
            return render.page("no_paper.html", parts, lang, status=503, why=error.why)
        return web.Response(
            body=paper.data,
            content_type=paper.media_type,
            headers={"Content-Disposition": f'attachment; filename="{paper.name}"'},
        )
