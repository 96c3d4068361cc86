"""What Telegram is to be told: messages, in order for each chat, and whether they went out.

``not_before`` is a claim or a wait, as in :mod:`bot.store.claims`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, case, func, insert, or_, select, update

from bot.store.claims import is_due
from bot.store.database import Tx
from bot.store.schema_telegram import telegram_chats, telegram_outbox, telegram_prompts
from bot.store.telegram_inbox import Shown
from bot.store.upsert import insert_for

DIGEST = "digest:"
"""How the keys of digests begin."""


class Sending(StrEnum):
    """How far a message of the outbox got."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"
    GATHERED = "gathered"
    """Told in a digest, together with others that waited."""


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """One message to be sent: a method of the Bot API with its parameters but for the chat."""

    id: int
    key: str
    chat: str
    chat_id: int
    payload: Mapping[str, Any]
    tries: int


@dataclass(frozen=True, slots=True)
class DigestLine:
    """A notice in one line. The gravest ``rank`` comes first; ``incident_id`` is the matter whose card it brought."""

    text: str
    rank: int = 0
    incident_id: str | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """What a message tells, in lines, for the message that takes its place; ``count`` includes lines that were left."""

    lines: tuple[DigestLine, ...]
    count: int

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"lines": [asdict(line) for line in self.lines], "count": self.count}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits and may be gathered."""

    id: int
    digest: Digest


async def enqueue(
    tx: Tx,
    key: str,
    chat: str,
    payload: Mapping[str, Any],
    at: datetime,
    prompt: Shown | None = None,
    digest: Digest | None = None,
) -> bool:
    """Write one message; False when one with this key was written before.

    Args:
        tx: the transaction of the decision that it tells of.
        key: identifies it for ever.
        chat: the internal key of the chat.
        payload: method and parameters.
        at: now.
        prompt: what a reply to it means: the question it asks.
        digest: what stands for it when many messages wait; None for what must be said by itself.
    """
    values: dict[str, Any] = {"key": key, "chat": chat, "payload": dict(payload), "created_at": at}
    if digest is not None:
        values["digest"] = digest.to_json()
    statement = (
        insert_for(tx, telegram_outbox)
        .values(**values, state=Sending.QUEUED.value)
        .on_conflict_do_nothing(index_elements=[telegram_outbox.c.key])
    )
    fresh = (await tx.execute(statement)).rowcount == 1
    if fresh and prompt is not None:
        await tx.execute(
            insert(telegram_prompts).values(
                outbox_key=key,
                chat=chat,
                kind=prompt.target.value,
                incident_id=prompt.incident_id,
                version=prompt.version,
                arg=prompt.arg,
            )
        )
    return fresh


async def due_messages(tx: Tx, now: datetime, limit: int = 200) -> list[QueuedMessage]:
    """The oldest unsent message of every chat that can be reached, where its time has come."""
    heads = (
        select(func.min(telegram_outbox.c.id))
        .where(telegram_outbox.c.state == Sending.QUEUED.value)
        .group_by(telegram_outbox.c.chat)
    )
    rows = await tx.execute(
        select(telegram_outbox, telegram_chats.c.chat_id)
        .join(telegram_chats, telegram_chats.c.key == telegram_outbox.c.chat)
        .where(telegram_outbox.c.id.in_(heads), telegram_chats.c.reachable, is_due(telegram_outbox.c.not_before, now))
        .order_by(telegram_outbox.c.id)
        .limit(limit)
    )
    return [QueuedMessage(r.id, r.key, r.chat, r.chat_id, r.payload, r.tries) for r in rows]


async def crowded(tx: Tx, number: int) -> list[str]:
    """The chats for which so many messages wait that may be gathered, or any beside a digest that waits itself."""
    digests = func.sum(case((telegram_outbox.c.key.like(f"{DIGEST}%"), 1), else_=0))
    rows = await tx.execute(
        select(telegram_outbox.c.chat)
        .where(telegram_outbox.c.state == Sending.QUEUED.value, telegram_outbox.c.digest.is_not(None))
        .group_by(telegram_outbox.c.chat)
        .having(or_(func.count() >= number, and_(digests > 0, func.count() > 1)))
    )
    return list(rows.scalars())


async def gatherable(tx: Tx, chat: str, now: datetime) -> list[Waiting]:
    """What waits for one chat, may be gathered, and is not just being sent; the oldest first."""
    rows = await tx.execute(
        select(telegram_outbox.c.id, telegram_outbox.c.digest)
        .where(
            telegram_outbox.c.chat == chat,
            telegram_outbox.c.state == Sending.QUEUED.value,
            telegram_outbox.c.digest.is_not(None),
            is_due(telegram_outbox.c.not_before, now),
        )
        .order_by(telegram_outbox.c.id)
    )
    return [
        Waiting(row.id, Digest(tuple(DigestLine(**line) for line in row.digest["lines"]), row.digest["count"]))
        for row in rows
    ]


async def gathered(tx: Tx, waiting: Sequence[Waiting], now: datetime) -> list[Waiting]:
    """Take messages out of the queue for a digest; returns those that no other process took meanwhile."""
    taken = []
    for one in waiting:
        done = await tx.execute(
            update(telegram_outbox)
            .where(
                telegram_outbox.c.id == one.id,
                telegram_outbox.c.state == Sending.QUEUED.value,
                is_due(telegram_outbox.c.not_before, now),
            )
            .values(state=Sending.GATHERED.value, not_before=None)
        )
        if done.rowcount == 1:
            taken.append(one)
    return taken


async def next_message(tx: Tx) -> datetime | None:
    """The earliest instant for which an unsent message waits; None when none does."""
    query = select(func.min(telegram_outbox.c.not_before)).where(telegram_outbox.c.state == Sending.QUEUED.value)
    found: datetime | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def claim_message(tx: Tx, message_id: int, now: datetime, until: datetime) -> bool:
    """Take one message for sending; False when another process has it."""
    done = await tx.execute(
        update(telegram_outbox)
        .where(
            telegram_outbox.c.id == message_id,
            telegram_outbox.c.state == Sending.QUEUED.value,
            is_due(telegram_outbox.c.not_before, now),
        )
        .values(not_before=until)
    )
    return done.rowcount == 1


async def release_messages(tx: Tx) -> None:
    """Forget all claims and waits: only for the one process that has the store to itself, when it starts."""
    await tx.execute(update(telegram_outbox).where(telegram_outbox.c.not_before.is_not(None)).values(not_before=None))


async def message_sent(tx: Tx, message: QueuedMessage, message_id: int | None) -> None:
    """Note that a message is out, and under which id a reply to it will name it."""
    await tx.execute(
        update(telegram_outbox)
        .where(telegram_outbox.c.id == message.id)
        .values(state=Sending.SENT.value, message_id=message_id, not_before=None, error=None)
    )
    await tx.execute(
        update(telegram_prompts).where(telegram_prompts.c.outbox_key == message.key).values(message_id=message_id)
    )


async def all_sent(tx: Tx, keys: Sequence[str]) -> bool:
    """True when Telegram has answered for each of these messages."""
    sent = await tx.execute(
        select(func.count()).where(telegram_outbox.c.key.in_(keys), telegram_outbox.c.state == Sending.SENT.value)
    )
    return sent.scalar_one() == len(set(keys))


async def message_dead(tx: Tx, message: QueuedMessage, error: str) -> None:
    """Note that a message will never be sent, and why."""
    await tx.execute(
        update(telegram_outbox)
        .where(telegram_outbox.c.id == message.id)
        .values(state=Sending.DEAD.value, not_before=None, error=error)
    )


async def message_later(tx: Tx, message: QueuedMessage, not_before: datetime | None, error: str | None) -> None:
    """Give a claimed message back. With an ``error`` a try is counted."""
    counted = telegram_outbox.c.tries + (0 if error is None else 1)
    await tx.execute(
        update(telegram_outbox)
        .where(telegram_outbox.c.id == message.id)
        .values(not_before=not_before, tries=counted, error=error)
    )
