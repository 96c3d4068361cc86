"""A link to the newsroom's internal board: whose it is, until when, and how it becomes one browser's session.

A link is opened once, by a form, and soon. What the browser gets for it lasts some hours and ends at once when the
person's role does, or the account or mailbox that asked for it is theirs no longer.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.model.person import WORKING_ROLES, Person
from bot.model.reasons import Reason

LINK_LIFE = timedelta(minutes=10)
"""Long enough to fetch one's glasses, too short to be found in a chat by somebody else."""

SESSION_LIFE = timedelta(hours=8)
"""One shift."""

LINKS_WITHIN, ASKED_WITHIN = 12, timedelta(hours=1)
"""So many links an hour: more than anybody needs, too few to hide one among them."""

TELEGRAM, EMAIL = "telegram", "email"

TOKEN = re.compile(r"[a-z2-7]{40}")
"""25 random bytes in small letters and digits: no program takes the last one for punctuation."""


@dataclass(frozen=True, slots=True)
class BoardLink:
    """One link and the session it became.

    ``token`` and ``session`` are SHA-256 hashes of what the link and the browser hold; ``channel`` and ``address`` are
    where it was asked for. ``session_until`` is the end of the session, ``ended_at`` when somebody ended it before.
    """

    id: str
    person: str
    channel: str
    address: str
    token: str
    issued_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    session: str | None = None
    session_until: datetime | None = None
    ended_at: datetime | None = None


def new_link(link_id: str, person: Person, channel: str, address: str, now: datetime) -> tuple[BoardLink, str]:
    """A fresh link for one person, and the token that only the person is told."""
    token = base64.b32encode(secrets.token_bytes(25)).decode().lower()
    return BoardLink(link_id, person.id, channel, address, hashed(token), now, now + LINK_LIFE), token


def hashed(secret: str) -> str:
    """What is stored of a token or of a browser's secret: no copy of the database opens anything."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def form_mark(token: str) -> str:
    """What the form on the link's page carries: a robot that only posts the address does not have it."""
    return sha256(b"keng-board-form\x00" + token.encode("utf-8", "replace")).hexdigest()[:32]


def is_form_of(mark: str, token: str) -> bool:
    """True when the form came from the page of this link."""
    return hmac.compare_digest(mark.encode("utf-8", "replace"), form_mark(token).encode())


def may_enter(person: Person | None, now: datetime) -> Reason | None:
    """Why ``person`` may not see the board at all; None when they handle at least one matter now."""
    if person is None:
        return Reason.NOT_ENROLLED
    works = any(a.role in WORKING_ROLES and a.holds(now, a.case) for a in person.assignments)
    return None if works else Reason.NO_RIGHT_TO_ACT


def link_hindrance(link: BoardLink, person: Person | None, now: datetime) -> Reason | None:
    """Why this link opens nothing at ``now``, whoever holds it; None when it stands."""
    if link.opened_at is not None:
        return Reason.BOARD_LINK_OPENED
    if link.ended_at is not None:
        return Reason.BOARD_LINK_ENDED
    if now >= link.expires_at:
        return Reason.BOARD_LINK_EXPIRED
    refusal = may_enter(person, now) or _moved(link, person)
    return Reason.BOARD_LINK_ENDED if refusal is Reason.BOARD_SESSION_OVER else refusal


def session_hindrance(link: BoardLink, person: Person | None, now: datetime) -> Reason | None:
    """Why the session of this link shows nothing any more; None when it stands."""
    if link.ended_at is not None or link.session_until is None or now >= link.session_until:
        return Reason.BOARD_SESSION_OVER
    return may_enter(person, now) or _moved(link, person)


def _moved(link: BoardLink, person: Person | None) -> Reason | None:
    """The account or mailbox that asked is somebody else's now, or nobody's."""
    if person is None:
        return Reason.NOT_ENROLLED
    if link.channel == TELEGRAM:
        still = link.address.isdecimal() and int(link.address) in person.accounts
    else:
        still = person.email is not None and person.email.casefold() == link.address.casefold()
    return None if still else Reason.BOARD_SESSION_OVER
