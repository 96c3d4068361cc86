"""What Telegram told us: updates as they came, how far we have read, and what a reply is a reply to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeGuard

from sqlalchemy import delete, select, update

from bot.model.incident import Incident
from bot.store import incidents
from bot.store.database import Tx
from bot.store.schema_telegram import telegram_cards, telegram_chats, telegram_prompts, telegram_state, telegram_updates
from bot.store.upsert import insert_for

MAX_ID = 2**63 - 1


class Target(StrEnum):
    """What a message of ours is. All but the first are the kinds of ``telegram_prompts``: what a reply to it gives."""

    CARD = "card"
    EDIT = "edit"
    RETURN = "return"
    CODE = "code"
    LEVEL = "level"
    MUTE = "mute"
    FACT = "fact"
    SPLIT = "split"
    FOLLOW_UP = "follow_up"
    REFUSE = "refuse"
    AUTHORISE = "authorise"
    REPORT = "report"
    LINT = "lint"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of ours, with the incident and the statement version (0: none) that it shows or asks about."""

    target: Target
    incident_id: str
    version: int
    arg: str = ""
    """What else the question was about."""


async def keep(tx: Tx, updates: Sequence[Mapping[str, Any]], at: datetime) -> list[int]:
    """Store updates as they came; those whose id is known already are ignored. Returns the new ids in order.

    Every update must have an ``update_id`` for which :func:`is_id` holds.
    """
    fresh: list[int] = []
    for raw in updates:
        statement = (
            insert_for(tx, telegram_updates)
            .values(update_id=raw["update_id"], raw=_storable(raw), received_at=at)
            .on_conflict_do_nothing()
            .returning(telegram_updates.c.update_id)
        )
        fresh.extend((await tx.execute(statement)).scalars())
    return fresh


async def load(tx: Tx, update_id: int) -> Mapping[str, Any] | None:
    """One update as it came."""
    raw = (
        await tx.execute(select(telegram_updates.c.raw).where(telegram_updates.c.update_id == update_id))
    ).scalar_one_or_none()
    return raw if isinstance(raw, Mapping) else None


async def mark_done(tx: Tx, update_id: int, at: datetime) -> bool:
    """Note that an update is being carried out in this transaction; False when it was before, or is unknown."""
    done = await tx.execute(
        update(telegram_updates)
        .where(telegram_updates.c.update_id == update_id, telegram_updates.c.done_at.is_(None))
        .values(done_at=at)
    )
    return done.rowcount == 1


async def note(tx: Tx, update_id: int, reason: str, *, forget: bool) -> None:
    """Note what an update turned out to be. ``forget`` drops its content: talk that was not for us is not kept."""
    values: dict[str, Any] = {"reason": reason[:64]}
    if forget:
        values["raw"] = {"update_id": update_id}
    await tx.execute(update(telegram_updates).where(telegram_updates.c.update_id == update_id).values(**values))


async def undone(tx: Tx, limit: int = 1000) -> list[int]:
    """Ids of updates that were stored and not yet carried out, in order."""
    rows = await tx.execute(
        select(telegram_updates.c.update_id)
        .where(telegram_updates.c.done_at.is_(None))
        .order_by(telegram_updates.c.update_id)
        .limit(limit)
    )
    return list(rows.scalars())


async def let_in(tx: Tx, limit: int = 200) -> list[Mapping[str, Any]]:
    """The groups and channels that the bot was last let into, as Telegram describes them, the latest first."""
    rows = await tx.execute(
        select(telegram_updates.c.raw)
        .where(telegram_updates.c.reason == "chat")
        .order_by(telegram_updates.c.received_at.desc(), telegram_updates.c.update_id.desc())
        .limit(limit)
    )
    chats: dict[int, Mapping[str, Any]] = {}
    for raw in rows.scalars():
        changed = raw.get("my_chat_member") if isinstance(raw, Mapping) else None
        chat = changed.get("chat") if isinstance(changed, Mapping) else None
        if isinstance(chat, Mapping) and is_id(chat.get("id")) and chat.get("type") != "private":
            chats.setdefault(chat["id"], chat)
    return list(chats.values())


async def state(tx: Tx, name: str) -> str | None:
    """One remembered value, such as ``offset``."""
    found = await tx.execute(select(telegram_state.c.value).where(telegram_state.c.name == name))
    return found.scalar_one_or_none()


async def put_state(tx: Tx, name: str, value: str) -> None:
    """Remember one value."""
    await tx.execute(
        insert_for(tx, telegram_state)
        .values(name=name, value=value)
        .on_conflict_do_update(index_elements=[telegram_state.c.name], set_={"value": value})
    )


async def forget_state(tx: Tx, names: Sequence[str]) -> None:
    """Remember these values no longer."""
    await tx.execute(delete(telegram_state).where(telegram_state.c.name.in_(names)))


async def shown_by(tx: Tx, chat_id: int, message_id: int) -> Shown | None:
    """What a message of ours is; None when we do not know it (any more)."""
    card = (
        await tx.execute(
            select(telegram_cards.c.incident_id, telegram_cards.c.shown_version)
            .join(telegram_chats, telegram_chats.c.key == telegram_cards.c.chat)
            .where(telegram_chats.c.chat_id == chat_id, telegram_cards.c.message_id == message_id)
            .limit(1)
        )
    ).first()
    if card is not None:
        return Shown(Target.CARD, card.incident_id, card.shown_version or 0)
    prompt = (
        await tx.execute(
            select(telegram_prompts)
            .join(telegram_chats, telegram_chats.c.key == telegram_prompts.c.chat)
            .where(telegram_chats.c.chat_id == chat_id, telegram_prompts.c.message_id == message_id)
            .limit(1)
        )
    ).first()
    if prompt is None or prompt.kind not in set(Target) - {Target.CARD}:
        return None
    return Shown(Target(prompt.kind), prompt.incident_id, prompt.version, prompt.arg)


async def version_shown(tx: Tx, chat_id: int, ref: str) -> int:
    """The statement version on the card of the incident ``ref`` in one chat; 0 when no card there shows one."""
    incident: Incident | None = await incidents.find(tx, ref)
    if incident is None:
        return 0
    found = await tx.execute(
        select(telegram_cards.c.shown_version)
        .join(telegram_chats, telegram_chats.c.key == telegram_cards.c.chat)
        .where(
            telegram_chats.c.chat_id == chat_id,
            telegram_cards.c.incident_id == incident.id,
            telegram_cards.c.message_id.is_not(None),
        )
        .limit(1)
    )
    return found.scalar_one_or_none() or 0


def is_id(value: object) -> TypeGuard[int]:
    """True for a whole number that a column of ours can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and -MAX_ID <= value <= MAX_ID


def _storable(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The update without what PostgreSQL's JSON cannot hold; one that cannot be walked through is kept as its id."""
    try:
        return {str(key): _clean(value) for key, value in raw.items()}
    except RecursionError:
        return {"update_id": raw["update_id"]}


def _clean(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
        case dict():
            return {_clean(key): _clean(inner) for key, inner in value.items()}
        case list():
            return [_clean(inner) for inner in value]
        case float() if not math.isfinite(value):
            return None
    return value
