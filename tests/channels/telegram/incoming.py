"""What the tests of the incoming half share: updates as Telegram writes them, and stand-ins that remember."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from bot.channels.telegram.buttons import Action, encode
from bot.channels.telegram.decode import Context
from bot.model.alert import Volume
from bot.model.incident import Growth, Incident, IncidentState
from bot.simulator.cast import BOT, DUTY_OFFICER, DUTY_ROOM, STRANGER
from bot.store import incidents
from bot.store.database import Database, Tx
from bot.store.schema_telegram import telegram_cards, telegram_chats, telegram_prompts

KEY = b"k" * 32
OTHER_KEY = b"o" * 32
INCIDENT = "0192f0c4a7b37d11a1b2c3d4e5f60718"
OTHER_INCIDENT = "0192f0c4a7b37d11a1b2c3d4e5f60719"
CODE = "7K2"
OWNER, COLLEAGUE = DUTY_OFFICER, 102

__all__ = ["BOT", "DUTY_ROOM", "STRANGER"]

_numbers = itertools.count(1000)


def context(**changes: Any) -> Context:
    values: dict[str, Any] = {
        "key": "tg:1",
        "bot_id": BOT.id,
        "bot_username": BOT.username,
        "button_key": KEY,
        "playbooks": ("food-poisoning", "environmental-pollution"),
    }
    return Context(**{**values, **changes})


def chat(chat_id: int) -> dict[str, Any]:
    return {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"}


def user(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": "Trần Thị", "last_name": "Trực", "language_code": "vi-VN"}


def said(text: str | None, *, where: int = OWNER, who: int = OWNER, **more: Any) -> dict[str, Any]:
    message = {"message_id": 55, "date": 1, "chat": chat(where), "from": user(who), **more}
    if text is not None:
        message["text"] = text
    return {"update_id": next(_numbers), "message": message}


def reply(text: str | None, to: int = 77, author: int = BOT.id, **more: Any) -> dict[str, Any]:
    return said(text, reply_to_message={"message_id": to, "from": {"id": author, "is_bot": True}}, **more)


def press(data: object, *, where: int = DUTY_ROOM, who: int = OWNER) -> dict[str, Any]:
    message = {"message_id": 77, "date": 1, "chat": chat(where)}
    query = {"id": "4242", "from": user(who), "message": message, "data": data}
    return {"update_id": next(_numbers), "callback_query": query}


def button(action: Action, version: int = 0, arg: str = "", incident: str = INCIDENT) -> str:
    return encode(action, incident, version, arg, key=KEY)


@dataclass
class Chats:
    """Remembers what it was told about chats."""

    told: list[tuple[Any, ...]] = field(default_factory=list)

    async def mark_reachable(self, tx: Tx, chat_id: int, at: datetime) -> None:
        self.told.append(("reachable", chat_id))

    async def mark_unreachable(self, tx: Tx, chat_id: int, error: str, at: datetime) -> None:
        self.told.append(("unreachable", chat_id, error))

    async def migrate(self, tx: Tx, old_chat_id: int, new_chat_id: int, at: datetime) -> None:
        self.told.append(("moved", old_chat_id, new_chat_id))


@dataclass
class Acts:
    """Remembers the keys it was called with; ``failing`` times it fails first. ``heard`` is set by the first."""

    keys: list[str] = field(default_factory=list)
    failing: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, channel: str, key: str) -> None:
        assert channel == "telegram"
        if self.failing:
            self.failing -= 1
            raise RuntimeError("the workflow library is not there yet")
        self.keys.append(key)
        self.heard.set()


@dataclass
class Naps:
    """A sleep that takes no time, remembers how long it should have been, and then does something."""

    waited: list[float] = field(default_factory=list)
    then: Callable[[int], Awaitable[None] | None] = lambda count: None

    async def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)
        done = self.then(len(self.waited))
        if done is not None:
            await done


async def an_open_incident(database: Database, incident_id: str = INCIDENT, code: str = CODE) -> None:
    now = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
    incident = Incident(
        id=incident_id,
        code=code,
        state=IncidentState.NEW,
        level=2,
        playbook="food-poisoning",
        title="Nước máy có mùi dầu",
        drill=False,
        opened_at=now,
        growth=Growth(1, Volume(), 0, now, now),
    )
    async with database.write() as tx:
        await incidents.add(tx, incident)


async def a_chat(database: Database, chat_id: int = DUTY_ROOM, key: str = "duty") -> None:
    async with database.write() as tx:
        await tx.execute(
            insert(telegram_chats).values(
                key=key, chat_id=chat_id, reachable=True, changed_at=datetime(2026, 11, 22, tzinfo=UTC)
            )
        )


async def a_card(database: Database, version: int, message_id: int | None = 77, key: str = "duty") -> None:
    async with database.write() as tx:
        await tx.execute(
            insert(telegram_cards).values(
                incident_id=INCIDENT, chat=key, message_id=message_id, shown_revision=1, shown_version=version
            )
        )


async def a_prompt(database: Database, kind: str, version: int, message_id: int = 78, key: str = "duty") -> None:
    async with database.write() as tx:
        await tx.execute(
            insert(telegram_prompts).values(
                outbox_key=f"reply:{kind}:{message_id}",
                chat=key,
                message_id=message_id,
                kind=kind,
                incident_id=INCIDENT,
                version=version,
            )
        )
