"""A sign-off link: who may decide upon which exact words by it, until when, and how it is signed.

A link is opened once, by one browser, and used once. Its token is a MAC over everything that it stands for, so that
neither a changed link nor a changed row passes, and no copy of the database alone opens anything.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.model.commands import (
    Acknowledge,
    AgreeJointly,
    AnswerDelivery,
    Approve,
    ChoosePlaybook,
    Command,
    ContentCheck,
    Edit,
    ExplainLint,
    LegalCheck,
    MarkImpact,
    Release,
    Return,
)
from bot.model.link_marks import is_same, link_id_of, mark
from bot.model.link_marks import token_of as marked
from bot.model.person import Person
from bot.model.reasons import Reason

LINK_LIFE = timedelta(hours=4)
"""Long enough to be woken and to get to a device, too short to lie around in a mailbox."""

FACTOR_FROM_LEVEL: dict[type, int] = {
    Approve: 1,
    Release: 1,
    Return: 3,
    Edit: 3,
    ContentCheck: 3,
    LegalCheck: 3,
    AgreeJointly: 3,
    Acknowledge: 3,
    AnswerDelivery: 3,
    MarkImpact: 3,
    ExplainLint: 3,
    ChoosePlaybook: 3,
}
"""From which level on an act needs a second factor. Whoever has one enrolled gives it at every level (ADR 0018)."""

LEAVES_THE_LINK = (
    Acknowledge,
    AnswerDelivery,
    MarkImpact,
    ContentCheck,
    LegalCheck,
    AgreeJointly,
    ExplainLint,
    ChoosePlaybook,
)
"""Acts after which the same words may still have to be decided upon by the same link."""

FAILED_CODES = 10
FAILED_CODES_WITHIN = timedelta(hours=1)
"""After so many wrong codes of one person, no code is looked at any more until the hour is over."""

_KIND = b"keng-signoff-1\x00"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One link.

    ``session`` is the SHA-256 of what the browser that opened it keeps, ``replaced_at`` when a later opening by the
    same person put an end to it.
    """

    id: str
    person: str
    address: str
    incident_id: str
    version: int
    sha256: str
    issued_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    session: str | None = None
    used_at: datetime | None = None
    replaced_at: datetime | None = None


def new_ticket(ticket_id: str, person: Person, incident_id: str, version: int, sha256: str, now: datetime) -> Ticket:
    """A fresh link for one person and exact words. ``ticket_id`` is 32 random hexadecimal digits."""
    return Ticket(
        id=ticket_id,
        person=person.id,
        address=person.email or "",
        incident_id=incident_id,
        version=version,
        sha256=sha256,
        issued_at=now,
        expires_at=now + LINK_LIFE,
    )


def token_of(ticket: Ticket, key: bytes) -> str:
    """What stands in the link: the ticket's id and the MAC over all that it is bound to, 50 characters."""
    return marked(_KIND, key, ticket.id, *_bound(ticket))


def ticket_id_of(token: str) -> str | None:
    """The id that a token names; None when it is no token at all. Says nothing about whether it is genuine."""
    return link_id_of(token)


def is_genuine(token: str, ticket: Ticket, key: bytes) -> bool:
    """True when this very token was made for this ticket, unchanged."""
    return is_same(token, token_of(ticket, key))


def form_token(ticket: Ticket, purpose: str, key: bytes) -> str:
    """What a form must carry: bound to the ticket, its words, the browser that opened it, and what the form is for."""
    return mark(_KIND, key, f"form:{purpose}", ticket.session or "", *_bound(ticket))


def is_form_of(token: str, ticket: Ticket, purpose: str, key: bytes) -> bool:
    """True when a form was made by us for this purpose."""
    return is_same(token, form_token(ticket, purpose, key))


def session_hash(secret: str) -> str:
    """What is stored of the browser's secret."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_opened_by(ticket: Ticket, secret: str | None) -> bool:
    """True when the browser that holds ``secret`` opened the link."""
    if secret is None or ticket.session is None:
        return False
    return hmac.compare_digest(session_hash(secret), ticket.session)


def hindrance(ticket: Ticket, person: Person | None, now: datetime) -> Reason | None:
    """Why nothing may be done by this link at ``now``, whoever holds it; None when it stands."""
    if person is None:
        return Reason.NOT_ENROLLED
    if ticket.used_at is not None:
        return Reason.LINK_USED
    if ticket.replaced_at is not None:
        return Reason.LINK_REPLACED
    if now >= ticket.expires_at:
        return Reason.LINK_EXPIRED
    if person.email is None or person.email.casefold() != ticket.address.casefold():
        return Reason.LINK_ADDRESS_CHANGED
    return None


def may_not_look(ticket: Ticket, person: Person | None, now: datetime) -> Reason | None:
    """Why the browser that opened the link may not even look any more; None while it may.

    Whoever decided by it may still see what came of that, for the link's hours and as long as the mailbox is theirs.
    """
    return hindrance(replace(ticket, used_at=None), person, now)


def needs_factor(act: type[Command], level: int, *, enrolled: bool) -> bool:
    """True when this act at this level is not done without a code."""
    return enrolled or level >= FACTOR_FROM_LEVEL[act]


def _bound(ticket: Ticket) -> tuple[str, ...]:
    return (
        ticket.id,
        ticket.person,
        ticket.address,
        ticket.incident_id,
        str(ticket.version),
        ticket.sha256,
        ticket.expires_at.isoformat(timespec="microseconds"),
    )
