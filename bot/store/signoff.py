"""Sign-off links and what was done by them. Each is opened by one conditional update and used by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from bot.model.signoff import Ticket
from bot.store.database import Tx
from bot.store.schema_email import signoff_acts, signoff_tickets
from bot.store.schema_telegram import telegram_cards

_ONE = select(signoff_tickets).where(signoff_tickets.c.id == bindparam("of"))


UNKEPT = "unkept"
"""Among what is told of an act: its reason bore a mark of secrecy and is kept nowhere."""


@dataclass(frozen=True, slots=True)
class SignoffAct:
    """One form that a person sent. ``told`` are the values of the sentence that answered it."""

    key: str
    ticket: str
    person: str
    act: str
    words: str
    code: str
    received_at: datetime
    done_at: datetime | None = None
    reason: str | None = None
    refused: bool | None = None
    told: Mapping[str, str] | None = None

    @property
    def was_unkept(self) -> bool:
        """True when the act was carried out without its reason."""
        return UNKEPT in (self.told or {})


async def add(tx: Tx, ticket: Ticket) -> None:
    """Issue a link."""
    await tx.execute(
        insert(signoff_tickets).values(**{name: getattr(ticket, name) for name in Ticket.__dataclass_fields__})
    )


async def get(tx: Tx, ticket_id: str) -> Ticket | None:
    """The ticket with this id."""
    row = (await tx.execute(_ONE, {"of": ticket_id})).first()
    return None if row is None else _ticket(row)


async def open_(tx: Tx, ticket: Ticket, session: str, at: datetime) -> bool:
    """Let one browser have the link, and put an end to what this person opened before; False when it was opened."""
    done = await tx.execute(
        update(signoff_tickets)
        .where(signoff_tickets.c.id == ticket.id, signoff_tickets.c.opened_at.is_(None))
        .values(opened_at=at, session=session)
    )
    if done.rowcount != 1:
        return False
    await tx.execute(
        update(signoff_tickets)
        .where(
            signoff_tickets.c.incident_id == ticket.incident_id,
            signoff_tickets.c.person == ticket.person,
            signoff_tickets.c.id != ticket.id,
            signoff_tickets.c.opened_at.is_not(None),
            signoff_tickets.c.replaced_at.is_(None),
        )
        .values(replaced_at=at)
    )
    return True


async def shut(tx: Tx, person: str) -> int:
    """No browser that opened a link of this person may look any more; returns how many links were open.

    The links stay opened, so that nobody else opens them: the person has a new one sent.
    """
    done = await tx.execute(
        update(signoff_tickets)
        .where(signoff_tickets.c.person == person, signoff_tickets.c.session.is_not(None))
        .values(session=None)
    )
    return int(done.rowcount)


async def use(tx: Tx, ticket_id: str, at: datetime) -> None:
    """Note that an act was carried out by the link."""
    await tx.execute(update(signoff_tickets).where(signoff_tickets.c.id == ticket_id).values(used_at=at))


async def issued(tx: Tx, incident_id: str, person: str, since: datetime) -> list[datetime]:
    """When this person was given links for this incident after ``since``, latest first."""
    rows = await tx.execute(
        select(signoff_tickets.c.issued_at)
        .where(
            signoff_tickets.c.incident_id == incident_id,
            signoff_tickets.c.person == person,
            signoff_tickets.c.issued_at > since,
        )
        .order_by(signoff_tickets.c.issued_at.desc())
    )
    return list(rows.scalars())


async def last_seen(tx: Tx, incident_id: str, person: str, before: int) -> int | None:
    """The latest version before ``before`` that this person had before their eyes: by a link, or on their own card."""
    opened = select(func.max(signoff_tickets.c.version)).where(
        signoff_tickets.c.incident_id == incident_id,
        signoff_tickets.c.person == person,
        signoff_tickets.c.version < before,
        signoff_tickets.c.opened_at.is_not(None),
    )
    shown = select(func.max(telegram_cards.c.shown_version)).where(
        telegram_cards.c.incident_id == incident_id,
        telegram_cards.c.chat == f"person:{person}",
        telegram_cards.c.shown_version < before,
    )
    seen = [version for query in (opened, shown) if (version := (await tx.execute(query)).scalar()) is not None]
    return max(seen, default=None)


async def receive(tx: Tx, act: SignoffAct) -> None:
    """Keep what a person sent, before anything is done about it."""
    await tx.execute(
        insert(signoff_acts).values(
            key=act.key,
            ticket=act.ticket,
            person=act.person,
            act=act.act,
            words=act.words,
            code=act.code,
            received_at=act.received_at,
        )
    )


async def take(tx: Tx, key: str, at: datetime) -> SignoffAct | None:
    """Take an act for carrying out, once; its code is read here and kept no longer. None when it was taken before."""
    row = (
        await tx.execute(select(signoff_acts).where(signoff_acts.c.key == key, signoff_acts.c.done_at.is_(None)))
    ).first()
    if row is None:
        return None
    await tx.execute(update(signoff_acts).where(signoff_acts.c.key == key).values(done_at=at, code=""))
    return _act(row)


async def answer(tx: Tx, key: str, reason: str, refused: bool, told: Mapping[str, str]) -> str | None:
    """Note what became of an act; returns its ticket."""
    rows = await tx.execute(
        update(signoff_acts)
        .where(signoff_acts.c.key == key)
        .values(reason=reason, refused=refused, told=dict(told))
        .returning(signoff_acts.c.ticket)
    )
    ticket: str | None = rows.scalar_one_or_none()
    return ticket


async def forget_words(tx: Tx, key: str) -> None:
    """Keep that an act was sent, and nothing of what it said."""
    await tx.execute(update(signoff_acts).where(signoff_acts.c.key == key).values(words=""))


async def last_act(tx: Tx, ticket_id: str) -> SignoffAct | None:
    """What was last sent by this link; what was carried out goes before what was refused afterwards."""
    row = (
        await tx.execute(
            select(signoff_acts)
            .where(signoff_acts.c.ticket == ticket_id)
            .order_by(
                func.coalesce(signoff_acts.c.refused, True),
                signoff_acts.c.received_at.desc(),
                signoff_acts.c.key.desc(),
            )
            .limit(1)
        )
    ).first()
    return None if row is None else _act(row)


async def count_acts(tx: Tx, ticket_id: str) -> int:
    """How many forms were sent by this link."""
    query = select(func.count()).select_from(signoff_acts).where(signoff_acts.c.ticket == ticket_id)
    return int((await tx.execute(query)).scalar_one())


async def count_refused(tx: Tx, person: str, reason: str, since: datetime) -> int:
    """How often this person was refused for this reason after ``since``."""
    query = (
        select(func.count())
        .select_from(signoff_acts)
        .where(signoff_acts.c.person == person, signoff_acts.c.reason == reason, signoff_acts.c.received_at > since)
    )
    return int((await tx.execute(query)).scalar_one())


async def undone(tx: Tx) -> list[str]:
    """Keys of acts that were received and not carried out, oldest first."""
    rows = await tx.execute(
        select(signoff_acts.c.key).where(signoff_acts.c.done_at.is_(None)).order_by(signoff_acts.c.received_at)
    )
    return list(rows.scalars())


def _ticket(row: Any) -> Ticket:
    return Ticket(**{name: getattr(row, name) for name in Ticket.__dataclass_fields__})


def _act(row: Any) -> SignoffAct:
    return SignoffAct(**{name: getattr(row, name) for name in SignoffAct.__dataclass_fields__})
