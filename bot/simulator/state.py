"""Everything the simulated Telegram knows, in memory, with each change kept in the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from bot.simulator import model, records
from bot.simulator.clock import SimulatorClock
from bot.simulator.journal import Journal

_FIRST_UPDATE = 500_000_001
_FIRST_CALLBACK = 4_000_000_000_000_000_001
_SHARED_NUMBERING = 0


class Change(NamedTuple):
    """What changed: a chat's id where one is concerned, and the kind of record."""

    chat_id: int | None
    record: str


class State:
    """The store of the simulation. `put` is the only way to change it."""

    def __init__(self, bot: model.Person, clock: SimulatorClock, journal: Journal) -> None:
        """Read the journal back; `bot` is the bot's own account."""
        self.bot = bot
        self.clock = clock
        self.people: dict[int, model.Person] = {bot.id: bot}
        self.chats: dict[int, model.Chat] = {}
        self.messages: defaultdict[int, dict[int, model.Message]] = defaultdict(dict)
        self.revisions: defaultdict[tuple[int, int], list[records.Revision]] = defaultdict(list)
        self.files: dict[str, records.StoredFile] = {}
        self.callbacks: dict[str, records.Callback] = {}
        self.updates: dict[int, records.Update] = {}
        self.pending: dict[int, records.Update] = {}
        self.webhook = records.Webhook()
        self.subscription = records.Subscription()
        self.commands: dict[tuple[str, str], records.CommandSet] = {}
        self.profiles: dict[str, records.Profile] = {}
        self._last_message: defaultdict[int, int] = defaultdict(int)
        self._last_update = _FIRST_UPDATE - 1
        self._listeners: list[Callable[[Change], None]] = []
        self._journal = journal
        for record in journal.replay():
            self._apply(record)
        clock.on_move(self._keep_clock)

    def put(self, record: object) -> None:
        """Take over a new or changed value, keep it in the journal and tell the listeners."""
        self._apply(record)
        self._journal.append(record)
        chat_id = getattr(record, "chat_id", None)
        change = Change(record.id if isinstance(record, model.Chat) else chat_id, type(record).__name__)
        for listener in self._listeners:
            listener(change)

    def on_change(self, listener: Callable[[Change], None]) -> None:
        """Call `listener` after each `put`."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def next_message_id(self, chat: model.Chat) -> int:
        """The id of the next message: supergroups and channels count alone, the rest count together, as Telegram."""
        return self._last_message[self._numbering(chat.id)] + 1

    def next_update_id(self) -> int:
        """The id of the next update."""
        return self._last_update + 1

    def next_callback_id(self) -> str:
        """The id of the next press."""
        return str(_FIRST_CALLBACK + len(self.callbacks))

    def message(self, chat_id: int, message_id: int) -> model.Message | None:
        """The message, or None if there is none or it was deleted."""
        message = self.messages[chat_id].get(message_id)
        return None if message is None or message.deleted else message

    def chat_by_username(self, username: str) -> model.Chat | None:
        """The public chat of this name, without `@`, in any case."""
        wanted = username.lower()
        return next((chat for chat in self.chats.values() if chat.username.lower() == wanted), None)

    def _apply(self, record: object) -> None:
        match record:
            case model.Person():
                self.people[record.id] = record
            case model.Chat():
                self.chats[record.id] = record
            case model.Message():
                self.messages[record.chat_id][record.message_id] = record
                numbering = self._numbering(record.chat_id)
                self._last_message[numbering] = max(self._last_message[numbering], record.message_id)
            case records.Revision():
                self.revisions[record.chat_id, record.message_id].append(record)
            case records.StoredFile():
                self.files[record.file_id] = record
            case records.Callback():
                self.callbacks[record.id] = record
            case records.Update():
                self._apply_update(record)
            case records.Webhook():
                self.webhook = record
            case records.Subscription():
                self.subscription = record
            case records.CommandSet():
                self.commands[record.scope, record.language] = record
            case records.Profile():
                self.profiles[record.language] = record
            case records.ClockSetting():
                self.clock.restore(timedelta(seconds=record.offset), record.frozen_at)
            case _:
                raise TypeError(f"not a record of the simulator: {record!r}")

    def _apply_update(self, update: records.Update) -> None:
        self.updates[update.update_id] = update
        self._last_update = max(self._last_update, update.update_id)
        if update.confirmed:
            self.pending.pop(update.update_id, None)
        else:
            self.pending[update.update_id] = update

    def _numbering(self, chat_id: int) -> int:
        chat = self.chats.get(chat_id)
        alone = chat is not None and chat.kind in (model.ChatKind.SUPERGROUP, model.ChatKind.CHANNEL)
        return chat_id if alone else _SHARED_NUMBERING

    def _keep_clock(self) -> None:
        self.put(records.ClockSetting(self.clock.offset.total_seconds(), self.clock.frozen_at))
