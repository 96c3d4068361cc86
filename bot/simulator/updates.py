"""The queue of updates: what the bot has still to hear, how long it lives, who hears it.

Source: Client.cpp (150 s for presses, 24 h for messages and membership; the default set of kinds leaves out
`chat_member` and reactions), td `TQueue` (an offset confirms everything below it).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.simulator.records import Subscription, Update
from bot.simulator.state import State

CALLBACK_LIFE = timedelta(seconds=150)
MESSAGE_LIFE = timedelta(hours=24)
MAX_BATCH = 100
KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "message_reaction_count",
    "chat_boost",
    "removed_chat_boost",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "purchased_paid_media",
)
_NOT_BY_DEFAULT = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
_SHORT_LIVED = frozenset(("callback_query", "shipping_query", "pre_checkout_query"))


class UpdateQueue:
    """What waits for the bot. Life follows the simulator's clock."""

    def __init__(self, state: State) -> None:
        """Watch over the updates in `state`."""
        self._state = state
        self._arrived = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []
        self._duplicate_next = 0
        self._again: list[Update] = []

    def add(self, kind: str, payload: dict[str, object], lane: str) -> Update | None:
        """Queue an update; None if the bot did not subscribe to this kind."""
        if not self.wants(kind):
            return None
        now = self._state.clock.now()
        life = CALLBACK_LIFE if kind in _SHORT_LIVED else MESSAGE_LIFE
        update = Update(self._state.next_update_id(), kind, payload, now, now + life, lane)
        self._state.put(update)
        if self._duplicate_next:
            self._duplicate_next -= 1
            self._again.append(update)
        self.wake()
        return update

    def wants(self, kind: str) -> bool:
        """Whether the bot hears this kind; kinds that Telegram does not know are always let through."""
        kinds = self._state.subscription.kinds
        if kind not in KINDS:
            return True
        return kind in kinds if kinds else kind not in _NOT_BY_DEFAULT

    def subscribe(self, kinds: tuple[str, ...]) -> None:
        """Remember the kinds asked for; none means the default set."""
        if kinds != self._state.subscription.kinds:
            self._state.put(Subscription(kinds))

    def duplicate_next(self, times: int) -> None:
        """Let the next `times` updates be delivered twice."""
        self._duplicate_next += times

    def deliver_again(self, update: Update, *, quietly: bool = False) -> None:
        """Deliver this update once more, whatever was confirmed; `quietly` wakes nobody."""
        self._again.append(update)
        if not quietly:
            self.wake()

    def pending(self) -> list[Update]:
        """Unconfirmed, unexpired updates, oldest first."""
        now = self._state.clock.now()
        for update in [update for update in self._state.pending.values() if update.expires < now]:
            self.confirm(update)
        return sorted(self._state.pending.values(), key=lambda update: update.update_id)

    def take_repeats(self) -> list[Update]:
        """Updates to deliver once more though they were confirmed; each is returned once."""
        ready = [self._state.updates[each.update_id] for each in self._again if not self._is_pending(each)]
        self._again = [each for each in self._again if self._is_pending(each)]
        return ready

    def confirm(self, update: Update) -> None:
        """Forget an update: delivered, or too old. An expired one is never repeated."""
        self._state.put(replace(update, confirmed=True))

    def confirm_below(self, offset: int) -> None:
        """Forget everything before `offset`."""
        for update in self.pending():
            if update.update_id < offset:
                self.confirm(update)

    def on_arrival(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever there may be something to deliver."""
        self._listeners.append(listener)

    def wake(self) -> None:
        """Let everybody who waits look again."""
        self._arrived.set()
        self._arrived = asyncio.Event()
        for listener in self._listeners:
            listener()

    def next_arrival(self) -> asyncio.Event:
        """What is set when something arrives from now on."""
        return self._arrived

    def _is_pending(self, update: Update) -> bool:
        return update.update_id in self._state.pending


def on_wire(update: Update) -> dict[str, object]:
    """An `Update`."""
    return {"update_id": update.update_id, update.kind: update.payload}
