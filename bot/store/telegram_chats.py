"""The chats we know: an internal key for each, the address it has now, and whether it can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, insert, literal, select, update

from bot.store.database import Tx
from bot.store.schema import incidents
from bot.store.schema_telegram import telegram_cards, telegram_chats, telegram_outbox, telegram_prompts
from bot.store.telegram_cards import NEVER_SHOWN
from bot.store.telegram_outbox import Sending

BY_NUMBER = "chat:"
"""How the key of a chat begins of which nobody knew whose it is when it was first written from."""

_NO_LONGER_THEIRS = "the account is the person's no longer"


@dataclass(frozen=True, slots=True)
class KnownChat:
    """One chat. ``error`` says why it cannot be reached."""

    key: str
    chat_id: int
    reachable: bool
    error: str | None


async def by_key(tx: Tx, key: str) -> KnownChat | None:
    """The chat with this key."""
    row = (await tx.execute(select(telegram_chats).where(telegram_chats.c.key == key))).first()
    return None if row is None else KnownChat(row.key, row.chat_id, row.reachable, row.error)


async def by_address(tx: Tx, chat_id: int) -> KnownChat | None:
    """The chat at this address; the duty room or a person's, where it is known as that, before a mere number."""
    row = (
        await tx.execute(
            select(telegram_chats)
            .where(telegram_chats.c.chat_id == chat_id)
            .order_by(case((telegram_chats.c.key.like("chat:%"), 1), else_=0), telegram_chats.c.key)
            .limit(1)
        )
    ).first()
    return None if row is None else KnownChat(row.key, row.chat_id, row.reachable, row.error)


async def add(tx: Tx, key: str, chat_id: int, at: datetime) -> None:
    """Get to know a chat; it counts as reachable until Telegram says otherwise."""
    await tx.execute(insert(telegram_chats).values(key=key, chat_id=chat_id, reachable=True, changed_at=at))


async def move(tx: Tx, key: str, chat_id: int, at: datetime) -> None:
    """The chat has another address: its cards are shown there as new messages, and nothing has arrived there yet."""
    await tx.execute(
        update(telegram_chats)
        .where(telegram_chats.c.key == key)
        .values(chat_id=chat_id, reachable=True, error=None, changed_at=at)
    )
    await tx.execute(
        update(telegram_cards)
        .where(telegram_cards.c.chat == key)
        .values(message_id=None, not_before=None, shown_revision=_unless_closed())
    )
    for table in (telegram_outbox, telegram_prompts):  # numbers begin anew there: a reply must not meet an old question
        await tx.execute(update(table).where(table.c.chat == key).values(message_id=None))


async def by_number(tx: Tx, chat_id: int) -> str | None:
    """The key under which the chat at this address is known as a mere number."""
    query = select(telegram_chats.c.key).where(
        telegram_chats.c.chat_id == chat_id, telegram_chats.c.key.like(f"{BY_NUMBER}%")
    )
    found: str | None = (await tx.execute(query.order_by(telegram_chats.c.key).limit(1))).scalar_one_or_none()
    return found


async def take_over(tx: Tx, former: str, key: str) -> None:
    """What was known as ``former`` is known as ``key`` from now on: the chat, its cards, its messages, its questions.

    Where ``key`` was known before, its address stays, and its own card of an incident that both show. The keys of
    messages stay as they are: they are what a message is known by for ever.
    """
    chat, card = telegram_chats.c, telegram_cards.c
    if await by_key(tx, key) is None:
        columns = [literal(key).label("key"), chat.chat_id, chat.reachable, chat.error, chat.changed_at]
        await tx.execute(
            insert(telegram_chats).from_select(
                ["key", "chat_id", "reachable", "error", "changed_at"], select(*columns).where(chat.key == former)
            )
        )
    own = telegram_cards.alias()
    shown = select(own.c.incident_id).where(own.c.chat == key)
    await tx.execute(delete(telegram_cards).where(card.chat == former, card.incident_id.in_(shown)))
    for table in (telegram_cards, telegram_outbox, telegram_prompts):
        await tx.execute(update(table).where(table.c.chat == former).values(chat=key))
    await tx.execute(delete(telegram_chats).where(chat.key == former))


async def end_at(tx: Tx, chat_id: int, duty: str) -> None:
    """An account was taken from its person: nothing changes any more on what it was shown, and what waits is not sent.

    The chat with the key ``duty`` is the office's and stays as it is.
    """
    here = select(telegram_chats.c.key).where(telegram_chats.c.chat_id == chat_id, telegram_chats.c.key != duty)
    await tx.execute(delete(telegram_cards).where(telegram_cards.c.chat.in_(here)))
    await _drop(tx, telegram_outbox.c.chat.in_(here))


async def drop_waiting(tx: Tx, key: str) -> None:
    """What waits for this chat is not sent."""
    await _drop(tx, telegram_outbox.c.chat == key)


async def _drop(tx: Tx, which: ColumnElement[bool]) -> None:
    await tx.execute(
        update(telegram_outbox)
        .where(which, telegram_outbox.c.state == Sending.QUEUED.value)
        .values(state=Sending.DEAD.value, not_before=None, error=_NO_LONGER_THEIRS)
    )


async def at_address(tx: Tx, chat_id: int) -> list[str]:
    """Keys of all chats with this address."""
    rows = await tx.execute(select(telegram_chats.c.key).where(telegram_chats.c.chat_id == chat_id))
    return list(rows.scalars())


async def unreachable_addresses(tx: Tx) -> frozenset[int]:
    """The chats in which nothing arrives, as far as Telegram said."""
    rows = await tx.execute(select(telegram_chats.c.chat_id).where(telegram_chats.c.reachable.is_(False)))
    return frozenset(rows.scalars())


async def set_unreachable(tx: Tx, chat_id: int, error: str, at: datetime) -> bool:
    """Nothing can be sent there; False when that was known."""
    done = await tx.execute(
        update(telegram_chats)
        .where(telegram_chats.c.chat_id == chat_id, telegram_chats.c.reachable)
        .values(reachable=False, error=error, changed_at=at)
    )
    return done.rowcount > 0


async def set_reachable(tx: Tx, chat_id: int, at: datetime) -> bool:
    """It can be reached again: open incidents are shown there as new messages. False when it always could."""
    keys = list(
        (
            await tx.execute(
                update(telegram_chats)
                .where(telegram_chats.c.chat_id == chat_id, telegram_chats.c.reachable.is_(False))
                .values(reachable=True, error=None, changed_at=at)
                .returning(telegram_chats.c.key)
            )
        ).scalars()
    )
    if not keys:
        return False
    still_open = select(incidents.c.id).where(incidents.c.open)
    await tx.execute(
        update(telegram_cards)
        .where(telegram_cards.c.chat.in_(keys), telegram_cards.c.incident_id.in_(still_open))
        .values(repost=True, not_before=None)
    )
    return True


def _unless_closed() -> ColumnElement[int]:
    """What is over is not posted anew in the chat's new place."""
    still_open = select(incidents.c.id).where(incidents.c.open)
    return case((telegram_cards.c.incident_id.in_(still_open), NEVER_SHOWN), else_=telegram_cards.c.shown_revision)


async def has_received(tx: Tx, key: str) -> bool:
    """True when a message or a card of ours is known to have arrived in this chat."""
    message = select(telegram_outbox.c.id).where(
        telegram_outbox.c.state.in_(list(Sending)),  # any: the index of a chat's messages begins with it
        telegram_outbox.c.chat == key,
        telegram_outbox.c.message_id.is_not(None),
    )
    card = select(telegram_cards.c.chat).where(telegram_cards.c.chat == key, telegram_cards.c.message_id.is_not(None))
    return any([(await tx.execute(query.limit(1))).first() is not None for query in (message, card)])
