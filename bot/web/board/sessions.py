"""The session that an opened link becomes: a cookie for this page alone, looked at anew with every request."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.approval.desk import Desk
from bot.locale import local_time
from bot.model.audit import AuditEvent
from bot.model.board import SESSION_LIFE, BoardLink, hashed, session_hindrance
from bot.model.outcome import Notice
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import audit, board_links
from bot.store.database import Tx
from bot.web.board.parts import BoardParts

COOKIE = "keng-board"
HERE = "/board"
CHANNEL = "web"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks, by which link, and the desk as it stands at that moment."""

    link: BoardLink
    person: Person
    desk: Desk


async def visitor(tx: Tx, parts: BoardParts, request: web.Request) -> Visitor | Reason | None:
    """Who this browser belongs to: None without a session of ours, a reason where it shows nothing any more."""
    secret = request.cookies.get(COOKIE)
    link = await board_links.by_session(tx, hashed(secret)) if secret else None
    if link is None:
        return None
    desk = await parts.desk(tx)
    person = desk.organisation.person(link.person)
    hindrance = session_hindrance(link, person, desk.now)
    if hindrance is not None or person is None:
        return hindrance or Reason.NOT_ENROLLED
    return Visitor(link, person, desk)


async def begin(tx: Tx, link: BoardLink, now: datetime) -> str | None:
    """Let one browser have the link; what it keeps as proof, None when another was first."""
    secret = secrets.token_urlsafe(32)
    return secret if await board_links.open_(tx, link, hashed(secret), now + SESSION_LIFE, now) else None


def lead_in(secret: str, *, secure: bool) -> web.Response:
    """Send the browser on to the board. The cookie comes from this site alone, is read by no script and ends."""
    answer = web.Response(status=303, headers={"Location": HERE})
    answer.set_cookie(
        COOKIE,
        secret,
        path=HERE,
        max_age=int(SESSION_LIFE.total_seconds()),
        secure=secure,
        httponly=True,
        samesite="Strict",
    )
    return answer


async def tell_owner(
    tx: Tx, tell: Callable[[Tx, str, Notice], Awaitable[None]], link: BoardLink, person: Person, now: datetime
) -> None:
    """Whoever opened it, the owner learns of it in the chat."""
    await tell(tx, f"board-opened:{link.id}", Notice(person.id, "board_opened", {"at": local_time(now, person.lang)}))


async def record(tx: Tx, now: datetime, act: str, link: BoardLink, refusal: Reason | None, **details: str) -> None:
    """Put on the record what was done by a link."""
    said = {"outcome": refusal.value if refusal else "done", "refused": refusal is not None, "link": link.id}
    await audit.append(tx, AuditEvent(act, link.person, now, CHANNEL, details=said | details))
