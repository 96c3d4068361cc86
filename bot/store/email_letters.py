"""Letters to be sent by e-mail: who waits for words to be decided upon, what went out, which mailbox refused.

``not_before`` is a claim or a wait, as in :mod:`bot.store.claims`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from bot.model.delivery import DeliveryState
from bot.model.reach import DOUBT, Letter, LetterState
from bot.model.signoff import Ticket
from bot.model.statement import APPROVABLE, StatementState
from bot.model.task import Task
from bot.store import signoff
from bot.store.claims import is_due
from bot.store.database import Tx
from bot.store.incidents import IDS_OF_OPEN
from bot.store.schema import deliveries, incidents, statements
from bot.store.schema_email import email_letters, email_refusals, signoff_tickets


@dataclass(frozen=True, slots=True)
class Waiting:
    """Words that wait for somebody's decision."""

    incident_id: str
    version: int
    sha256: str
    created_at: datetime
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class QueuedLetter:
    """A letter whose turn has come. ``channel`` did not reach the person, for ``cause``, since ``cause_since``."""

    ticket: Ticket
    channel: str
    cause: str
    cause_since: datetime | None
    tries: int


async def waiting(tx: Tx) -> list[Waiting]:
    """The current words of every open incident, where nobody has decided upon them yet."""
    return await _current(tx, statements.c.state.in_([state.value for state in APPROVABLE]))


async def approved_and_not_leaving(tx: Tx) -> list[Waiting]:
    """The current words of open incidents that are approved, and of which no copy was ever asked for."""
    copies = select(deliveries.c.outlet).where(
        deliveries.c.incident_id == statements.c.incident_id, deliveries.c.version == statements.c.version
    )
    return await _current(tx, and_(statements.c.state == StatementState.APPROVED.value, ~copies.exists()))


async def _current(tx: Tx, condition: ColumnElement[bool]) -> list[Waiting]:
    """Asked every few seconds: the latest version is looked up for open matters alone, not for those of years."""
    current = (
        select(statements.c.incident_id, func.max(statements.c.version).label("version"))
        .where(statements.c.incident_id.in_(select(incidents.c.id).where(incidents.c.open)))
        .group_by(statements.c.incident_id)
        .subquery()
    )
    rows = await tx.execute(
        select(
            statements.c.incident_id,
            statements.c.version,
            statements.c.sha256,
            statements.c.created_at,
            statements.c.approved_by,
        )
        .join(
            current,
            and_(current.c.incident_id == statements.c.incident_id, current.c.version == statements.c.version),
        )
        .join(incidents, incidents.c.id == statements.c.incident_id)
        .where(condition)
        .order_by(incidents.c.drill, incidents.c.level.desc(), incidents.c.opened_at)
    )
    return [Waiting(row.incident_id, row.version, row.sha256, row.created_at, row.approved_by) for row in rows]


async def written(tx: Tx) -> dict[tuple[str, str, int], frozenset[Task]]:
    """By (incident, person, version) of an open incident: what the letters that are out or under way asked.

    What a letter asks is settled when it is handed in: until then, and where nobody knows it, it counts as asking all.
    """
    rows = await tx.execute(
        select(
            signoff_tickets.c.incident_id,
            signoff_tickets.c.person,
            signoff_tickets.c.version,
            email_letters.c.task,
            email_letters.c.state,
        )
        .join(email_letters, email_letters.c.ticket == signoff_tickets.c.id)
        .where(
            signoff_tickets.c.incident_id.in_(IDS_OF_OPEN),
            email_letters.c.state != LetterState.DROPPED.value,
            email_letters.c.cause != DOUBT,  # that one asks something else
        )
    )
    found: dict[tuple[str, str, int], frozenset[Task]] = {}
    for row in rows:
        key = (row.incident_id, row.person, row.version)
        is_settled = row.task is not None and row.state != LetterState.QUEUED.value
        found[key] = found.get(key, frozenset()) | (frozenset({Task(row.task)}) if is_settled else frozenset(Task))
    return found


async def doubted(tx: Tx) -> list[Waiting]:
    """Words of which people are asked whether a copy appeared; ``created_at`` is since when nobody knows."""
    rows = await tx.execute(
        select(
            statements.c.incident_id,
            statements.c.version,
            statements.c.sha256,
            func.max(deliveries.c.updated_at).label("since"),
        )
        .join(
            deliveries,
            and_(
                deliveries.c.incident_id == statements.c.incident_id,
                deliveries.c.version == statements.c.version,
                deliveries.c.state == DeliveryState.UNKNOWN.value,
                deliveries.c.asked.is_(True),
            ),
        )
        .group_by(statements.c.incident_id, statements.c.version, statements.c.sha256)
        .order_by(statements.c.incident_id, statements.c.version)
    )
    return [Waiting(row.incident_id, row.version, row.sha256, row.since) for row in rows]


async def written_about(tx: Tx, cause: str) -> dict[tuple[str, str, int], datetime]:
    """(incident, person, version) of every letter of this cause that was not dropped, and when the last was issued."""
    rows = await tx.execute(
        select(
            signoff_tickets.c.incident_id,
            signoff_tickets.c.person,
            signoff_tickets.c.version,
            func.max(signoff_tickets.c.issued_at).label("at"),
        )
        .join(email_letters, email_letters.c.ticket == signoff_tickets.c.id)
        .where(email_letters.c.cause == cause, email_letters.c.state != LetterState.DROPPED.value)
        .group_by(signoff_tickets.c.incident_id, signoff_tickets.c.person, signoff_tickets.c.version)
    )
    return {(row.incident_id, row.person, row.version): row.at for row in rows}


async def add(tx: Tx, ticket: Ticket, channel: str, cause: str, since: datetime | None, at: datetime) -> None:
    """Write a letter with its link."""
    await signoff.add(tx, ticket)
    await tx.execute(
        insert(email_letters).values(
            ticket=ticket.id,
            channel=channel,
            cause=cause,
            cause_since=since,
            state=LetterState.QUEUED.value,
            updated_at=at,
        )
    )


async def due(tx: Tx, now: datetime, limit: int = 50) -> list[QueuedLetter]:
    """Letters whose time has come, the most severe matters first, drills last: they are handed in one by one."""
    rows = await tx.execute(
        select(email_letters, signoff_tickets)
        .join(signoff_tickets, signoff_tickets.c.id == email_letters.c.ticket)
        .join(incidents, incidents.c.id == signoff_tickets.c.incident_id)
        .where(email_letters.c.state == LetterState.QUEUED.value, is_due(email_letters.c.not_before, now))
        .order_by(incidents.c.drill, incidents.c.level.desc(), email_letters.c.updated_at)
        .limit(limit)
    )
    return [
        QueuedLetter(
            Ticket(**{name: getattr(row, name) for name in Ticket.__dataclass_fields__}),
            row.channel,
            row.cause,
            row.cause_since,
            row.tries,
        )
        for row in rows
    ]


async def claim(tx: Tx, ticket_id: str, now: datetime, until: datetime) -> bool:
    """Take one letter for sending; False when another process has it."""
    done = await tx.execute(
        update(email_letters)
        .where(
            email_letters.c.ticket == ticket_id,
            email_letters.c.state == LetterState.QUEUED.value,
            is_due(email_letters.c.not_before, now),
        )
        .values(not_before=until)
    )
    return done.rowcount == 1


async def release(tx: Tx) -> None:
    """Forget all claims and waits: only for the one process that has the store to itself, when it starts."""
    await tx.execute(update(email_letters).where(email_letters.c.not_before.is_not(None)).values(not_before=None))


async def ask(tx: Tx, ticket_id: str, task: Task) -> None:
    """Say what a claimed letter asks of its reader, as things stand when it is handed in."""
    await tx.execute(update(email_letters).where(email_letters.c.ticket == ticket_id).values(task=task.value))


async def settle(tx: Tx, ticket_id: str, state: LetterState, at: datetime, error: str | None = None) -> None:
    """Say how a claimed letter ended."""
    await tx.execute(
        update(email_letters)
        .where(email_letters.c.ticket == ticket_id)
        .values(state=state.value, updated_at=at, error=error, not_before=None)
    )


async def later(tx: Tx, ticket_id: str, not_before: datetime, error: str) -> None:
    """Give a claimed letter back: it is tried again, with the same Message-ID."""
    await tx.execute(
        update(email_letters)
        .where(email_letters.c.ticket == ticket_id)
        .values(not_before=not_before, error=error, tries=email_letters.c.tries + 1)
    )


async def of_version(tx: Tx, incident_id: str, version: int) -> list[Letter]:
    """The letters about one version, as the card mentions them."""
    rows = await tx.execute(
        select(email_letters, signoff_tickets.c.person, signoff_tickets.c.version)
        .join(signoff_tickets, signoff_tickets.c.id == email_letters.c.ticket)
        .where(signoff_tickets.c.incident_id == incident_id, signoff_tickets.c.version == version)
        .order_by(signoff_tickets.c.issued_at, signoff_tickets.c.person)
    )
    return [_letter(row) for row in rows]


async def of_ticket(tx: Tx, ticket_id: str) -> Letter | None:
    """The letter that carried a link; None for a link that was given on the page."""
    row = (
        await tx.execute(
            select(email_letters, signoff_tickets.c.person, signoff_tickets.c.version)
            .join(signoff_tickets, signoff_tickets.c.id == email_letters.c.ticket)
            .where(signoff_tickets.c.id == ticket_id)
        )
    ).first()
    return None if row is None else _letter(row)


async def note_refusal(tx: Tx, address: str, error: str, at: datetime) -> None:
    """A mail server said for good that there is no such mailbox."""
    await note_acceptance(tx, address)
    await tx.execute(insert(email_refusals).values(address=address.casefold(), error=error, at=at))


async def note_acceptance(tx: Tx, address: str) -> None:
    """A mail server took a letter for this mailbox: what it said before no longer counts."""
    await tx.execute(delete(email_refusals).where(email_refusals.c.address == address.casefold()))


async def refused_since(tx: Tx, since: datetime) -> dict[str, datetime]:
    """Mailboxes that refused after ``since``, and when."""
    rows = await tx.execute(select(email_refusals).where(email_refusals.c.at > since))
    return {row.address: row.at for row in rows}


def _letter(row: Any) -> Letter:
    return Letter(row.person, row.version, row.channel, row.cause, LetterState(row.state), row.updated_at, row.error)
