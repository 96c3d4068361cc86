"""The cards on show: which chat sees which incident in which message, and at which revision.

A card is behind when the incident's revision has moved on; there is no queue of edits. ``not_before`` is a claim or a
wait, as in :mod:`bot.store.claims`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from bot.model.statement import APPROVABLE
from bot.store.claims import is_due
from bot.store.database import Tx
from bot.store.incidents import IDS_OF_OPEN
from bot.store.schema import incidents, statements
from bot.store.schema_telegram import telegram_cards, telegram_chats, telegram_prompts
from bot.store.statements import is_current
from bot.store.upsert import insert_for

NEVER_SHOWN = -1
"""The ``shown_revision`` of a card that nobody has seen yet."""

AFTER_OUTAGE = "outage"
"""The ``error`` of a card that is posted anew because presses on the old one may have been lost."""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One incident in one chat, and what of it is on show. ``revision`` is the one to be shown."""

    incident_id: str
    chat: str
    chat_id: int
    message_id: int | None
    shown_revision: int
    repost: bool
    after_outage: bool
    tries: int
    revision: int

    @property
    def is_new(self) -> bool:
        """True when a new message is to be sent, False when one is to be edited."""
        return self.message_id is None or self.repost


async def due_cards(tx: Tx, now: datetime, limit: int = 500) -> list[ShownCard]:
    """Cards that do not show what was committed, in chats that can be reached; new messages before edits.

    Of each the gravest first and drills last: a group takes twenty messages a minute, and in a storm there are more.
    """
    rows = await tx.execute(
        _cards()
        .where(_is_behind(), telegram_chats.c.reachable, is_due(telegram_cards.c.not_before, now))
        .order_by(
            telegram_cards.c.message_id.is_not(None),
            telegram_cards.c.repost.desc(),
            incidents.c.drill,
            incidents.c.level.desc(),
            incidents.c.opened_at.desc(),
        )
        .limit(limit)
    )
    return [_card(row) for row in rows]


async def next_card(tx: Tx) -> datetime | None:
    """The earliest instant for which a card that is behind waits; None when none does."""
    query = (
        select(func.min(telegram_cards.c.not_before))
        .join(incidents, incidents.c.id == telegram_cards.c.incident_id)
        .where(_is_behind())
    )
    found: datetime | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def claim_card(tx: Tx, card: ShownCard, now: datetime, until: datetime) -> bool:
    """Take one card for showing; False when another process has it."""
    done = await tx.execute(
        update(telegram_cards).where(*_is_card(card), is_due(telegram_cards.c.not_before, now)).values(not_before=until)
    )
    return done.rowcount == 1


async def release_cards(tx: Tx) -> None:
    """Forget all claims and waits: only for the one process that has the store to itself, when it starts."""
    await tx.execute(update(telegram_cards).where(telegram_cards.c.not_before.is_not(None)).values(not_before=None))


async def card_shown(
    tx: Tx, card: ShownCard, message_id: int | None, revision: int, version: int | None, sha256: str | None
) -> bool:
    """Note what a card shows now; False when its chat moved meanwhile, so that it has to be shown there.

    A message that the card leaves behind keeps its meaning: words that reply to it, typed during an outage perhaps,
    are still an edit of the version it showed.
    """
    if card.message_id is not None and message_id != card.message_id:
        await _remember_as_prompt(tx, card)
    same_message = (
        telegram_cards.c.message_id.is_(None)
        if card.message_id is None
        else telegram_cards.c.message_id == card.message_id
    )
    values: dict[str, Any] = {
        "message_id": message_id,
        "shown_revision": revision,
        "shown_version": version,
        "shown_sha256": sha256,
        "not_before": None,
        "tries": 0,
        "error": None,
    }
    if card.repost:  # a wish to see it anew that came while this was an edit stays
        values["repost"] = False
    done = await tx.execute(update(telegram_cards).where(*_is_card(card), same_message).values(**values))
    return done.rowcount == 1


async def _remember_as_prompt(tx: Tx, card: ShownCard) -> None:
    shown = select(telegram_cards.c.shown_version).where(*_is_card(card))
    version = (await tx.execute(shown)).scalar_one_or_none()
    if version is None:
        return
    await tx.execute(
        insert_for(tx, telegram_prompts)
        .values(
            outbox_key=f"card:{card.chat}:{card.message_id}",
            chat=card.chat,
            message_id=card.message_id,
            kind="edit",
            incident_id=card.incident_id,
            version=version,
        )
        .on_conflict_do_nothing()
    )


async def card_given_up(tx: Tx, card: ShownCard, error: str) -> None:
    """Note that this revision cannot be shown; the next one will be tried."""
    await tx.execute(
        update(telegram_cards)
        .where(*_is_card(card))
        .values(shown_revision=card.revision, repost=False, not_before=None, error=error)
    )


async def card_later(tx: Tx, card: ShownCard, not_before: datetime | None, error: str | None) -> None:
    """Give a claimed card back. With an ``error`` a try is counted."""
    values: dict[str, Any] = {"not_before": not_before}
    if error is not None:
        values["tries"] = telegram_cards.c.tries + 1
        if not card.after_outage:
            values["error"] = error
    await tx.execute(update(telegram_cards).where(*_is_card(card)).values(**values))


async def add_card(tx: Tx, incident_id: str, chat: str) -> None:
    """Note that a chat is to see an incident's card."""
    await tx.execute(
        insert_for(tx, telegram_cards)
        .values(incident_id=incident_id, chat=chat, shown_revision=NEVER_SHOWN)
        .on_conflict_do_nothing(index_elements=[telegram_cards.c.incident_id, telegram_cards.c.chat])
    )


async def repost_card(tx: Tx, incident_id: str, chat: str) -> None:
    """Post a card anew as the chat's latest message."""
    await add_card(tx, incident_id, chat)
    await tx.execute(
        update(telegram_cards)
        .where(telegram_cards.c.incident_id == incident_id, telegram_cards.c.chat == chat)
        .values(repost=True, not_before=None)
    )


async def leave_where_it_is(tx: Tx, incident_id: str, chat: str) -> None:
    """A card that was to be posted anew because of a notice stays in its message; one after an outage does not."""
    await tx.execute(
        update(telegram_cards)
        .where(
            telegram_cards.c.incident_id == incident_id,
            telegram_cards.c.chat == chat,
            telegram_cards.c.message_id.is_not(None),
            telegram_cards.c.repost,
            or_(telegram_cards.c.error.is_(None), telegram_cards.c.error != AFTER_OUTAGE),
        )
        .values(repost=False)
    )


async def repost_pending(tx: Tx) -> int:
    """Post all cards anew that wait for an approval: presses on them may have been lost. Returns how many."""
    pending = select(statements.c.incident_id).where(
        statements.c.incident_id.in_(IDS_OF_OPEN),
        is_current(),
        statements.c.state.in_([state.value for state in APPROVABLE]),
    )
    done = await tx.execute(
        update(telegram_cards)
        .where(telegram_cards.c.incident_id.in_(pending), telegram_cards.c.message_id.is_not(None))
        .values(repost=True, not_before=None, error=AFTER_OUTAGE)
    )
    return done.rowcount


async def message_of(tx: Tx, incident_id: str, chat: str) -> int | None:
    """The message that shows an incident's card in a chat; None while none does."""
    found = await tx.execute(
        select(telegram_cards.c.message_id).where(
            telegram_cards.c.incident_id == incident_id, telegram_cards.c.chat == chat
        )
    )
    return found.scalar_one_or_none()


async def is_card(tx: Tx, chat: str, message_id: int) -> bool:
    """True when this message of the chat is a card on show."""
    found = await tx.execute(
        select(telegram_cards.c.incident_id).where(
            telegram_cards.c.chat == chat, telegram_cards.c.message_id == message_id
        )
    )
    return found.first() is not None


def _cards() -> Any:
    return (
        select(telegram_cards, telegram_chats.c.chat_id, incidents.c.revision)
        .join(telegram_chats, telegram_chats.c.key == telegram_cards.c.chat)
        .join(incidents, incidents.c.id == telegram_cards.c.incident_id)
    )


def _is_behind() -> ColumnElement[bool]:
    return or_(telegram_cards.c.shown_revision < incidents.c.revision, telegram_cards.c.repost)


def _is_card(card: ShownCard) -> tuple[ColumnElement[bool], ...]:
    return telegram_cards.c.incident_id == card.incident_id, telegram_cards.c.chat == card.chat


def _card(row: Any) -> ShownCard:
    return ShownCard(
        incident_id=row.incident_id,
        chat=row.chat,
        chat_id=row.chat_id,
        message_id=row.message_id,
        shown_revision=row.shown_revision,
        repost=row.repost,
        after_outage=row.repost and row.error == AFTER_OUTAGE,
        tries=row.tries,
        revision=row.revision,
    )


async def remove_card(tx: Tx, incident_id: str, chat: str) -> None:
    """This incident is not shown in this chat any more; the message stays where it is, without being changed."""
    await tx.execute(
        delete(telegram_cards).where(telegram_cards.c.incident_id == incident_id, telegram_cards.c.chat == chat)
    )


async def remove_cards(tx: Tx, chat: str) -> None:
    """Nothing is shown in this chat any more; messages that were sent stay where they are, without being changed."""
    await tx.execute(delete(telegram_cards).where(telegram_cards.c.chat == chat))
