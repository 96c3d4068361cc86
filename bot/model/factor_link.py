"""A link by which a second factor is enrolled from a mailbox, or by which a colleague stands for whoever enrols it.

The link alone opens nothing: it takes a code besides, which travels by voice. The owner's is told by the administrator,
the colleague's by the owner. So neither a mailbox nor a voice enrols a device (ADR 0032).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.link_marks import is_same, mark, token_of
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.signoff import session_hash

LINK_LIFE = timedelta(hours=2)
"""Enrolling is done by appointment: long enough for a slow mail server, too short to lie in a mailbox."""

TRIES = 5
"""So many wrong codes end a link for good."""

_KIND = b"keng-factor-1\x00"


class Ended(StrEnum):
    """Why a link leads nowhere any more."""

    USED = "used"
    REPLACED = "replaced"
    """The administrator sent a later one, or took every link back."""
    GUESSED = "guessed"
    """Too many wrong codes."""


@dataclass(frozen=True, slots=True)
class FactorLink:
    """One link. ``person`` enrols, ``reader`` is written to: the same person, or the colleague who stands for them.

    ``session`` is the SHA-256 of what the browser that opened it keeps, ``pairing`` the code of the enrolment that was
    begun by it, ``wrong`` how many wrong codes came with it.
    """

    id: str
    person: str
    reader: str
    address: str
    made_by: str
    issued_at: datetime
    expires_at: datetime
    wrong: int = 0
    opened_at: datetime | None = None
    session: str | None = None
    pairing: str | None = None
    ended_at: datetime | None = None
    ended: Ended | None = None

    @property
    def vouches(self) -> bool:
        """True for a colleague's link."""
        return self.reader != self.person


def new_link(link_id: str, person: Person, reader: Person, made_by: str, now: datetime) -> FactorLink:
    """A fresh link. ``link_id`` is 32 random hexadecimal digits, ``made_by`` the administrator."""
    return FactorLink(link_id, person.id, reader.id, reader.email or "", made_by, now, now + LINK_LIFE)


def factor_token(link: FactorLink, key: bytes) -> str:
    """What stands in the link."""
    return token_of(_KIND, key, link.id, *_bound(link))


def is_genuine(token: str, link: FactorLink, key: bytes) -> bool:
    """True when this very token was made for this link, unchanged."""
    return is_same(token, factor_token(link, key))


def form_token(link: FactorLink, purpose: str, key: bytes) -> str:
    """What a form must carry: bound to the link, the browser that opened it, and what the form is for."""
    return mark(_KIND, key, f"form:{purpose}", link.session or "", *_bound(link))


def is_form_of(token: str, link: FactorLink, purpose: str, key: bytes) -> bool:
    """True when a form was made by us for this purpose."""
    return is_same(token, form_token(link, purpose, key))


def is_opened_by(link: FactorLink, secret: str | None) -> bool:
    """True when the browser that holds ``secret`` opened the link."""
    if secret is None or link.session is None:
        return False
    return hmac.compare_digest(session_hash(secret), link.session)


def hindrance(link: FactorLink, reader: Person | None, now: datetime) -> Reason | None:
    """Why nothing is done by the link at ``now``, whoever holds it; None when it stands, opened or not.

    Its hours are those in which it may be opened: what was opened lasts as long as the enrolment. A clock that was set
    back to before the link was made says nothing of its age.
    """
    if reader is None:
        return Reason.NOT_ENROLLED
    if link.ended is Ended.GUESSED:
        return Reason.LINK_GUESSED
    if link.ended is not None:
        return Reason.LINK_USED if link.ended is Ended.USED else Reason.LINK_REPLACED
    if link.opened_at is None and not link.issued_at <= now < link.expires_at:
        return Reason.LINK_EXPIRED
    if reader.email is None or reader.email.casefold() != link.address.casefold():
        return Reason.LINK_ADDRESS_CHANGED
    return None


def _bound(link: FactorLink) -> tuple[str, ...]:
    return (link.id, link.person, link.reader, link.address, link.expires_at.isoformat(timespec="microseconds"))
