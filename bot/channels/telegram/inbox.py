"""The durable inbox: updates are stored before anything else, and each is carried out in exactly one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeGuard

import structlog

from bot.channels.base import ActHandler
from bot.channels.telegram import decode
from bot.channels.telegram.client import BotIdentity
from bot.channels.telegram.decode import Origin
from bot.model.clock import Clock
from bot.model.commands import Act, Command
from bot.store import telegram_inbox as store
from bot.store.database import Database, Tx

log = structlog.get_logger(__name__)

CHANNEL = "telegram"

NUMBERS_LAST = timedelta(days=6)
"""After a week without updates Telegram goes on at a random number, so an older offset is not used any more."""

_OFFSET, _OFFSET_AT, _IDENTITY = "offset", "offset_at", "identity"


class ChatBook(Protocol):
    """What is known about reaching chats; the module :mod:`bot.channels.telegram.chats` is one."""

    async def mark_reachable(self, tx: Tx, chat_id: int, at: datetime) -> None:
        """Somebody spoke from this chat, or let the bot in: cards are shown there again."""
        ...

    async def mark_unreachable(self, tx: Tx, chat_id: int, error: str, at: datetime) -> None:
        """The bot was blocked or put out."""
        ...

    async def migrate(self, tx: Tx, old_chat_id: int, new_chat_id: int, at: datetime) -> None:
        """The group became a supergroup."""
        ...


CancelHandler = Callable[[Tx, Origin], Awaitable[None]]
"""Called in the transaction of a press on *cancel*, which is no act but deserves an answer."""


def key_of(update_id: int) -> str:
    """The key of an act that came as this update."""
    return f"tg:{update_id}"


def update_id_of(key: str) -> int | None:
    """The update behind a key; None when the key is not ours."""
    head, _, number = key.partition(":")
    return int(number) if head == "tg" and number.isascii() and number.isdecimal() and len(number) < 19 else None


class Inbox:
    """Turns stored updates into acts, each once."""

    def __init__(
        self,
        clock: Clock,
        bot_id: int,
        button_key: bytes,
        chats: ChatBook,
        *,
        playbooks: Callable[[], Collection[str]] = tuple,
        on_cancel: CancelHandler | None = None,
    ) -> None:
        """Prepare.

        Args:
            clock: tells when something was done.
            bot_id: the bot's user id (``TelegramClient.bot_id``).
            button_key: signs the buttons.
            chats: is told which chats can be reached.
            playbooks: the ids that a button may name.
            on_cancel: is told of a press on *cancel*.
        """
        self._clock = clock
        self._bot_id = bot_id
        self._button_key = button_key
        self._chats = chats
        self._playbooks = playbooks
        self._on_cancel = on_cancel

    async def take(self, tx: Tx, key: str) -> Act | None:
        """Read the update named ``key`` and mark it done in this transaction.

        Returns:
            The act; None when it was taken before, or is none: news about a chat is applied here, talk is let go.
        """
        update_id, now = update_id_of(key), self._clock.now()
        if update_id is None or not await store.mark_done(tx, update_id, now):
            return None
        raw = await store.load(tx, update_id) or {}
        if await self._learn_about_chat(tx, raw, now):
            await store.note(tx, update_id, "chat", forget=False)
            return None
        context = await self._context(tx, key, raw)
        act = decode.decode(raw, context)
        if act is not None:
            await store.note(tx, update_id, type(act.command).__name__, forget=False)
            return act
        await store.note(tx, update_id, "not_for_us", forget=True)
        origin = decode.origin_of(raw)
        if origin is not None and origin.callback_id is not None and self._on_cancel is not None:
            await self._on_cancel(tx, origin)
        return None

    async def origin(self, tx: Tx, key: str) -> Origin | None:
        """Where an act came from; None for keys that are not ours."""
        update_id = update_id_of(key)
        return None if update_id is None else decode.origin_of(await store.load(tx, update_id))

    async def was_pressed(self, tx: Tx, key: str) -> bool:
        """True for a press on a button, which is answered after the commit by what came with it."""
        origin = await self.origin(tx, key)
        return origin is not None and origin.callback_id is not None

    async def forget(self, tx: Tx, key: str) -> None:
        """Keep that an update came, and nothing of what it said."""
        update_id = update_id_of(key)
        if update_id is not None:
            await store.note(tx, update_id, "forgotten", forget=True)

    async def _learn_about_chat(self, tx: Tx, raw: Mapping[str, Any], now: datetime) -> bool:
        """Apply what an update says about reaching its chat; True when it says nothing else."""
        member, moved = decode.membership_of(raw), decode.migration_of(raw)
        if moved is not None:
            await self._chats.migrate(tx, *moved, now)
            return True
        if member is not None:
            if member.present:
                await self._chats.mark_reachable(tx, member.chat_id, now)
            else:
                await self._chats.mark_unreachable(tx, member.chat_id, f"bot was {member.status}", now)
            return True
        origin = decode.origin_of(raw)
        if origin is not None:
            await self._chats.mark_reachable(tx, origin.chat_id, now)
        return False

    async def _context(self, tx: Tx, key: str, raw: Mapping[str, Any]) -> decode.Context:
        target, ref, origin = decode.reply_target(raw), decode.incident_to_edit(raw), decode.origin_of(raw)
        return decode.Context(
            key=key,
            bot_id=self._bot_id,
            bot_username=await _username(tx),
            button_key=self._button_key,
            playbooks=self._playbooks(),
            replied=await store.shown_by(tx, *target) if target else None,
            seen=await store.version_shown(tx, origin.chat_id, ref) if ref and origin else 0,
            asked=await self._asked(tx, key, raw),
        )

    async def _asked(self, tx: Tx, key: str, raw: Mapping[str, Any]) -> Command | None:
        """The act that a question was about, read anew from the update that asked for it; None where none is kept."""
        asked_by = decode.update_asked_by(raw, self._button_key)
        asking = None if asked_by is None else await store.load(tx, asked_by)
        act = None if asking is None else decode.decode(asking, await self._context(tx, key, asking))
        return None if act is None else act.command


class Receiver:
    """Stores what arrives and starts its carrying out; polling and webhook both end here."""

    def __init__(self, database: Database, clock: Clock, on_act: ActHandler) -> None:
        """Prepare; ``on_act`` is called with ("telegram", key) after the commit, again if it failed before."""
        self._database = database
        self._clock = clock
        self._on_act = on_act
        self._waiting: list[str] = []

    async def identify(self, me: BotIdentity) -> None:
        """Remember the bot's name, so that commands can be read after a restart without Telegram.

        Each bot's updates are numbered on their own: from the number at which another one's ended, a new bot would be
        asked for what it never sends, and nobody would be heard for days.
        """
        async with self._database.write() as tx:
            before = await store.state(tx, _IDENTITY)
            if before not in (None, me.username):
                log.warning("telegram_is_another_bot", before=before, now=me.username)
                await store.forget_state(tx, (_OFFSET, _OFFSET_AT))
            await store.put_state(tx, _IDENTITY, me.username)

    async def offset(self) -> int | None:
        """The next update to ask for; None when nothing is known or too long ago to trust its number."""
        async with self._database.read() as tx:
            number, at = await store.state(tx, _OFFSET), await store.state(tx, _OFFSET_AT)
        if number is None or at is None or self._clock.now() - datetime.fromisoformat(at) > NUMBERS_LAST:
            return None
        return int(number)

    async def receive(self, updates: Sequence[object], *, polled: bool) -> int:
        """Store updates, then start the new ones. Those already known, and things that are no update, are left out.

        Args:
            updates: as they came.
            polled: True moves the polling offset behind them in the same transaction.

        Returns:
            How many were new.

        Raises:
            StoreUnavailable: nothing was stored; the same updates must come again.
        """
        known = [update for update in updates if is_update(update)]
        if len(known) < len(updates):
            log.warning("telegram_updates_without_id", count=len(updates) - len(known))
        fresh: list[int] = []
        if known:
            now = self._clock.now()
            async with self._database.write() as tx:
                fresh = await store.keep(tx, known, now)
                if polled:
                    await store.put_state(tx, _OFFSET, str(known[-1]["update_id"] + 1))
                    await store.put_state(tx, _OFFSET_AT, now.isoformat())
        self._waiting.extend(key_of(update_id) for update_id in fresh)
        await self.start_waiting()
        return len(fresh)

    async def sweep(self) -> int:
        """Start everything stored and not carried out: at start-up, after a crash. Returns how many."""
        async with self._database.read() as tx:
            undone = [key_of(update_id) for update_id in await store.undone(tx)]
        self._waiting = list(dict.fromkeys([*self._waiting, *undone]))
        await self.start_waiting()
        return len(undone)

    async def start_waiting(self) -> None:
        """Start what was stored; what cannot be started now waits for the next time."""
        waiting, self._waiting = self._waiting, []
        for key in waiting:
            try:
                await self._on_act(CHANNEL, key)
            except Exception as error:
                log.error("telegram_act_not_started", key=key, error=type(error).__name__)
                self._waiting.append(key)


def is_update(raw: object) -> TypeGuard[dict[str, Any]]:
    """True for something that has an update's id and can be stored."""
    return isinstance(raw, dict) and store.is_id(raw.get("update_id")) and raw["update_id"] >= 0


async def _username(tx: Tx) -> str:
    return await store.state(tx, _IDENTITY) or ""
