"""What becomes of a message or card that was not sent, and of its chat, decided from the kind of error alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.channels.telegram.chats import Chats
from bot.channels.telegram.errors import ErrorKind, Migrated, SlowDown, TelegramError, Unreachable
from bot.channels.telegram.polling import backoff
from bot.store import telegram_cards, telegram_outbox
from bot.store.database import Tx
from bot.store.telegram_cards import ShownCard
from bot.store.telegram_outbox import QueuedMessage

FAULTS = 5
"""So often a message is tried that cannot even be put together: then it is dead, and what waits behind it goes out."""


async def note_failure(
    tx: Tx, chats: Chats, item: QueuedMessage | ShownCard, error: TelegramError, now: datetime
) -> None:
    """Write down what follows from a failed call.

    Permanent: a message is dead; a card waits for its next revision, or for its chat to be reachable again. Transient
    and unknown: it is tried again after a growing wait, because a second card or answer is better than none. A 429 or
    a moved group is no failed try; the caller holds the chat back as long as Telegram said.
    """
    again: datetime | None = None
    counted: str | None = error.description
    match error:
        case SlowDown():
            counted = None
        case Migrated():
            await chats.migrate(tx, item.chat_id, error.new_chat_id, now)
            counted = None
        case Unreachable():
            await chats.mark_unreachable(tx, item.chat_id, error.description, now)
        case _:
            again = now + timedelta(seconds=backoff(item.tries + 1))
    permanent = error.kind is ErrorKind.PERMANENT
    if isinstance(item, QueuedMessage):
        if permanent:
            await telegram_outbox.message_dead(tx, item, error.description)
        else:
            await telegram_outbox.message_later(tx, item, again, counted)
    elif permanent and not isinstance(error, Unreachable):
        await telegram_cards.card_given_up(tx, item, error.description)
    else:
        await telegram_cards.card_later(tx, item, again, counted)


async def note_fault(tx: Tx, message: QueuedMessage, error: Exception, times: int, now: datetime) -> bool:
    """Write down that a message failed by a fault of our own, for the ``times``-th time since this process began.

    A payload of another release, a seal that another key made, a document that cannot be written: the messages of a
    chat go out in order, so that one which never goes would silence its chat for good. True when it is given up.
    """
    why = f"fault: {type(error).__name__}"
    if times >= FAULTS:
        await telegram_outbox.message_dead(tx, message, why)
        return True
    await telegram_outbox.message_later(tx, message, now + timedelta(seconds=backoff(times)), why)
    return False
