"""Removing what has been kept long enough, a bounded number of rows a transaction. Nothing here touches the record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, func, select, tuple_

from bot.model.reach import LetterState
from bot.store.database import Tx
from bot.store.schema import incident_sketches, incidents, webhook_receipts
from bot.store.schema_email import email_letters, signoff_acts, signoff_tickets
from bot.store.schema_telegram import telegram_outbox, telegram_prompts, telegram_updates
from bot.store.telegram_outbox import Sending

Forget = Callable[[Tx, datetime, int], Awaitable[int]]
"""Removes at most so many rows of one kind from before an instant; returns how many it removed."""


async def receipts(tx: Tx, before: datetime, limit: int) -> int:
    """Webhook ids: from now on such a request would be a new one."""
    key = tuple_(webhook_receipts.c.feed, webhook_receipts.c.webhook_id)
    old = (
        select(webhook_receipts.c.feed, webhook_receipts.c.webhook_id)
        .where(webhook_receipts.c.received_at < before)
        .limit(limit)
    )
    return int((await tx.execute(delete(webhook_receipts).where(key.in_(old)))).rowcount)


async def sketches(tx: Tx, before: datetime, limit: int) -> int:
    """What grouping compared, of incidents that ended."""
    ended = incident_sketches.c.incident_id.in_(_ended(before))
    return await _delete(tx, incident_sketches, incident_sketches.c.incident_id, ended, limit)


async def updates(tx: Tx, before: datetime, limit: int) -> int:
    """What people sent on Telegram and was carried out; Telegram itself brings nothing again after a day."""
    return await _delete(tx, telegram_updates, telegram_updates.c.update_id, telegram_updates.c.done_at < before, limit)


async def messages(tx: Tx, before: datetime, limit: int) -> int:
    """Messages that went out or were given up, but for the last in each chat, and what replies to them meant.

    A question about an open incident stays: somebody may still answer it.
    """
    last = select(func.max(telegram_outbox.c.id)).group_by(telegram_outbox.c.chat)
    asked = (
        select(telegram_prompts.c.outbox_key)
        .join(incidents, incidents.c.id == telegram_prompts.c.incident_id)
        .where(incidents.c.open)
    )
    old = (
        select(telegram_outbox.c.key)
        .where(
            telegram_outbox.c.state != Sending.QUEUED.value,
            telegram_outbox.c.created_at < before,
            telegram_outbox.c.id.not_in(last),
            telegram_outbox.c.key.not_in(asked),
        )
        .limit(limit)
    )
    keys = list((await tx.execute(old)).scalars())
    await tx.execute(delete(telegram_prompts).where(telegram_prompts.c.outbox_key.in_(keys)))
    return int((await tx.execute(delete(telegram_outbox).where(telegram_outbox.c.key.in_(keys)))).rowcount)


async def letters(tx: Tx, before: datetime, limit: int) -> int:
    """Links with their letters and what was sent by them, of incidents that ended."""
    under_way = select(email_letters.c.ticket).where(email_letters.c.state == LetterState.QUEUED.value)
    undone = select(signoff_acts.c.ticket).where(signoff_acts.c.done_at.is_(None))
    old = (
        select(signoff_tickets.c.id)
        .where(
            signoff_tickets.c.issued_at < before,
            signoff_tickets.c.incident_id.in_(_ended(before)),
            signoff_tickets.c.id.not_in(under_way),
            signoff_tickets.c.id.not_in(undone),
        )
        .limit(limit)
    )
    tickets = list((await tx.execute(old)).scalars())
    await tx.execute(delete(email_letters).where(email_letters.c.ticket.in_(tickets)))
    await tx.execute(delete(signoff_acts).where(signoff_acts.c.ticket.in_(tickets)))
    return int((await tx.execute(delete(signoff_tickets).where(signoff_tickets.c.id.in_(tickets)))).rowcount)


def _ended(before: datetime) -> Select[Any]:
    """Ids of incidents that were closed before then and have stayed so."""
    return select(incidents.c.id).where(incidents.c.open.is_(False), incidents.c.closed_at < before)


async def _delete(tx: Tx, table: Table, key: Any, condition: ColumnElement[bool], limit: int) -> int:
    old = select(key).where(condition).limit(limit)
    return int((await tx.execute(delete(table).where(key.in_(old)))).rowcount)
