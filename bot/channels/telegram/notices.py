"""Telling people what nobody asked: a message in their own chat or the duty room, beside the card it is about."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.telegram import render_telling
from bot.channels.telegram.buttons import Action, encode
from bot.channels.telegram.chats import Chats, is_persons
from bot.channels.telegram.render import Rendered
from bot.channels.telegram.render_notice import line
from bot.channels.telegram.render_notice import notice as draw
from bot.model.clock import Clock
from bot.model.notice import Notice
from bot.model.person import Person
from bot.model.telling import Telling
from bot.store import telegram_cards, telegram_chats
from bot.store import telegram_outbox as store
from bot.store.database import Tx
from bot.store.telegram_outbox import Digest, DigestLine


class Notices:
    """Writes notices into the outbox, each once."""

    def __init__(self, clock: Clock, chats: Chats, button_key: bytes = b"") -> None:
        """Take the hour, the address book, and what signs the buttons."""
        self._clock = clock
        self._chats = chats
        self._button_key = button_key

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

    async def tell(self, tx: Tx, person: Person | None, telling: Telling) -> None:
        """Tell one person, or the duty room; without one, everybody who handles incidents."""
        now = self._clock.now()
        own = None if person is None else await self._chats.own(tx, person, now)
        chats = await self._chats.of_duty(tx, now) if person is None else [own] if own is not None else []
        incident = telling.incident
        for chat in chats:
            lang = self._chats.language(chat)
            rendered = render_telling.telling(lang, telling, self._make)
            summary, about = None, None if incident is None else incident.id
            if telling.request is None:  # what can be answered is never gathered
                rank = incident.level if incident is not None and not incident.drill else 0
                summary = DigestLine(render_telling.line(lang, telling), rank, about)
            fresh = await self._write(tx, f"{telling.key}:{chat}", chat, rendered, summary, about)
            if fresh and telling.urgent and person is not None and incident is not None:
                await telegram_cards.repost_card(tx, incident.id, chat)

    async def _say(self, tx: Tx, chat: str, notice: Notice) -> bool:
        lang, in_room = self._chats.language(chat), not is_persons(chat)
        incident = notice.incident
        rank = 0 if incident.drill else incident.level
        summary = DigestLine(line(lang, notice, in_room=in_room), rank, incident.id)
        rendered = draw(lang, notice, in_room=in_room)
        return await self._write(tx, f"{notice.key}:{chat}", chat, rendered, summary, incident.id)

    async def _write(
        self, tx: Tx, key: str, chat: str, rendered: Rendered, summary: DigestLine | None, incident_id: str | None
    ) -> bool:
        payload = rendered.payload()
        shown_in = None if incident_id is None else await telegram_cards.message_of(tx, incident_id, chat)
        if shown_in is not None:  # one touch leads to the card
            payload["params"]["reply_parameters"] = {"message_id": shown_in, "allow_sending_without_reply": True}
        digest = None if summary is None else Digest((summary,), 1)
        return await store.enqueue(tx, key, chat, payload, self._clock.now(), digest=digest)

    def _make(self, action: Action, about: str, arg: str = "") -> str:
        return encode(action, about, arg=arg, key=self._button_key)
