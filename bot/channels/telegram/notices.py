"""Telling people that time is running: a message in their own chat or the duty room, beside the card it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.channels.telegram.chats import Chats
from bot.channels.telegram.render_notice import notice as draw
from bot.model.clock import Clock
from bot.model.notice import Notice
from bot.model.person import Person
from bot.store import telegram_cards, telegram_chats
from bot.store import telegram_outbox as store
from bot.store.database import Tx


class Notices:
    """Writes notices into the outbox, each once."""

    def __init__(self, clock: Clock, chats: Chats) -> None:
        """Take the hour and the address book."""
        self._clock = clock
        self._chats = chats

    async def unreachable(self, tx: Tx, people: Sequence[Person]) -> frozenset[str]:
        """Ids of those without an account, and of those whose chat Telegram refused."""
        refused = await telegram_chats.unreachable_addresses(tx)
        return frozenset(p.id for p in people if p.telegram_id is None or p.telegram_id in refused)

    async def notify(self, tx: Tx, person: Person, notice: Notice) -> None:
        """Tell one person; who is woken urgently gets the card below the message, ready to be acted on."""
        chat = await self._chats.own(tx, person, self._clock.now())
        if chat is None:
            return
        if await self._say(tx, chat, notice) and notice.urgent:
            await telegram_cards.repost_card(tx, notice.incident.id, chat)

    async def notify_room(self, tx: Tx, notice: Notice) -> None:
        """Tell the duty room."""
        chat = await self._chats.duty_room(tx, self._clock.now())
        if chat is not None:
            await self._say(tx, chat, notice)

    async def _say(self, tx: Tx, chat: str, notice: Notice) -> bool:
        rendered = draw(self._chats.language(chat), notice, in_room=not chat.startswith("person:"))
        params: dict[str, Any] = rendered.params()
        shown_in = await telegram_cards.message_of(tx, notice.incident.id, chat)
        if shown_in is not None:  # one touch leads to the card
            params["reply_parameters"] = {"message_id": shown_in, "allow_sending_without_reply": True}
        payload = {"method": "sendMessage", "params": params, "plain": rendered.plain}
        return await store.enqueue(tx, f"{notice.key}:{chat}", chat, payload, self._clock.now())
