"""What others are told about an act: that a colleague joined or left, that somebody asks to swap a duty."""

from __future__ import annotations

from bot.channels.telegram import render_people
from bot.channels.telegram.buttons import Action, encode
from bot.channels.telegram.chats import Chats
from bot.model.clock import Clock
from bot.model.commands import Act
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.reasons import Reason
from bot.store import incidents, telegram_cards
from bot.store import telegram_outbox as store
from bot.store.database import Tx

_ACCOUNT_CHANGED = frozenset({Reason.ENROLLED, Reason.REBOUND, Reason.LEFT})


class Announcements:
    """Queues the notices of an outcome, and lets cards follow a person to another phone."""

    def __init__(self, clock: Clock, chats: Chats, button_key: bytes) -> None:
        """Take what is needed; nothing is sent from here."""
        self._clock = clock
        self._chats = chats
        self._button_key = button_key

    async def follow(self, tx: Tx, outcome: Outcome) -> None:
        """Let the cards go with the person's account; before anything is said, for what waited may not be sent now."""
        if outcome.reason in _ACCOUNT_CHANGED:
            await self._move_cards(tx, outcome)

    async def announce(self, tx: Tx, act: Act, outcome: Outcome) -> None:
        """Write everything down in the transaction of the act."""
        if outcome.reason is Reason.NO_LONGER_HELD:
            await self._take_cards_away(tx, outcome)
        for number, notice in enumerate(outcome.notices):
            if not notice.elsewhere:
                await self.tell(tx, f"notice:{act.key}:{number}", notice)

    async def tell(self, tx: Tx, key: str, notice: Notice) -> None:
        """Queue one notice for those who are to read it, once for each key."""
        for chat in await self._readers(tx, notice):
            rendered = render_people.notice(self._chats.language(chat), notice, self._make)
            await store.enqueue(tx, f"{key}:{chat}", chat, rendered.payload(), self._clock.now())

    async def _readers(self, tx: Tx, notice: Notice) -> list[str]:
        now = self._clock.now()
        if notice.address is not None:
            return [await self._chats.of(tx, notice.address, now)]
        if notice.to == DUTY_ROOM:
            return await self._chats.of_duty(tx, now)
        chat = await self._chats.of_person(tx, notice.to, now)
        return [] if chat is None else [chat]

    async def _move_cards(self, tx: Tx, outcome: Outcome) -> None:
        """Nothing more is shown where the person was; what is open is shown where they are now."""
        now = self._clock.now()
        before = outcome.values["account"] if outcome.reason is Reason.LEFT else outcome.values.get("before", "")
        await self._chats.forget_cards(tx, outcome.values["person"], map(int, before.split()), now)
        await self._chats.address_all_open(tx, now)

    async def _take_cards_away(self, tx: Tx, outcome: Outcome) -> None:
        """Whose unit was taken out sees no further draft, unless they have another task in the matter."""
        incident, now = await incidents.get(tx, outcome.incident_id or ""), self._clock.now()
        if incident is None:
            return
        audience = await self._chats.audience(tx, incident, now)
        for notice in outcome.notices:
            chat = await self._chats.of_person(tx, notice.to, now)
            if chat is not None and chat not in audience:
                await telegram_cards.remove_card(tx, incident.id, chat)

    def _make(self, action: Action, about: str, arg: str = "") -> str:
        return encode(action, about, arg=arg, key=self._button_key)
