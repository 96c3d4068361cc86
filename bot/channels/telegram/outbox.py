"""The sending half: one worker looks at what is due, and speaks with many chats at once, one call at a time in each.

Messages (answers, questions) go in order before new cards, new cards before edits. What fails is classified once by
:mod:`bot.channels.telegram.errors`; a message or card that may not have arrived is sent again, because a second card is
better than none. Publications do not go this way.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.channels.telegram.cards import Cards
from bot.channels.telegram.chats import Chats
from bot.channels.telegram.digests import Digests
from bot.channels.telegram.errors import SlowDown, TelegramError
from bot.channels.telegram.failures import note_failure, note_fault
from bot.channels.telegram.messages import Messages
from bot.channels.telegram.outage import OutageWatch
from bot.channels.telegram.pacing import CARD_SECONDS, Pacing
from bot.channels.telegram.polling import Sleep
from bot.channels.telegram.reading import note_reading
from bot.model.clock import Clock
from bot.store import telegram_cards as shown
from bot.store import telegram_outbox as store
from bot.store.database import Database, StoreUnavailable, Tx
from bot.store.telegram_cards import ShownCard
from bot.store.telegram_outbox import QueuedMessage

log = structlog.get_logger(__name__)

LANES = 16
"""Chats that are spoken with at once."""

IDLE_SECONDS = 2.0
"""How often to look when nobody wakes the worker: another process may have committed something."""

CLAIM = timedelta(seconds=45)
"""Longer than any call takes; after it another process may take over what a dead one had begun."""

_FAULT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Job:
    """One call to be made for one chat."""

    item: QueuedMessage | ShownCard

    @property
    def urgent(self) -> bool:
        """True for everything but edits of cards."""
        return isinstance(self.item, QueuedMessage) or self.item.is_new


class Outbox:
    """Sends what the store says is due. One per process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        chats: Chats,
        cards: Cards,
        messages: Messages,
        *,
        intake_fails: Callable[[], bool] = lambda: False,
        sleep: Sleep = asyncio.sleep,
        seconds: Callable[[], float] | None = None,
        card_seconds: float = CARD_SECONDS,
        digests: Digests | None = None,
    ) -> None:
        """Prepare.

        Args:
            database: the store.
            clock: tells the instants that are stored.
            chats: is told which chats can be reached.
            cards: shows cards.
            messages: sends everything else.
            intake_fails: true while nothing can be heard from Telegram.
            sleep: waits.
            seconds: a steady count of seconds for the pacing.
            card_seconds: the shortest time between two edits of one card.
            digests: gathers notices that wait in numbers; nobody does when left out.
        """
        self._database = database
        self._clock = clock
        self._chats = chats
        self._cards = cards
        self._messages = messages
        self._sleep = sleep
        self._pacing = Pacing(seconds or time.monotonic, card_seconds)
        self._digests = digests
        self._faults: Counter[int] = Counter()
        self._outage = OutageWatch(database, clock, intake_fails)
        self._woken = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._claims_released = False

    @property
    def trouble(self) -> str | None:
        """Why nothing can be sent at the moment; None while the last call was answered."""
        return self._outage.trouble

    @property
    def away_since(self) -> datetime | None:
        """Since when Telegram has been away; None while it is there."""
        return self._outage.away_since

    def wake(self) -> None:
        """Look again now."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled. Neither Telegram nor the store ends it."""
        self._claims_released = False  # whoever sent before this process no longer does
        try:
            while True:
                self._woken.clear()
                try:
                    wait = await self.pump()
                except StoreUnavailable as error:
                    log.warning("telegram_outbox_waits_for_the_store", error=str(error))
                    wait = 1.0
                except Exception:  # a fault of our own must not make the desk mute
                    log.exception("telegram_outbox_fault")
                    wait = _FAULT_SECONDS
                await self._pause(wait)
        finally:
            lanes = list(self._lanes.values())
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)

    async def pump(self) -> float:
        """Begin every call that may be made now; returns the seconds after which to look again.

        Raises:
            StoreUnavailable: nothing was begun.
        """
        await self._release_claims()
        await self._outage.look()
        now = self._clock.now()
        if self._digests is not None:
            await self._digests.gather(self._database)
        waiting, next_due = await self._database.read_in_one_go(partial(_due, now=now))
        jobs, wait = self._choose(waiting)
        later = [(instant - now).total_seconds() for instant in next_due if instant > now]
        for job in await self._claim(jobs, now):
            self._lanes[job.item.chat] = asyncio.create_task(self._carry_out(job))
        return min([wait, *later])

    async def finish(self) -> None:
        """Wait until the calls that were begun have ended."""
        while self._lanes:
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    def _choose(self, waiting: Sequence[_Job]) -> tuple[list[_Job], float]:
        """At most one job for each chat, the urgent first, as fast as Telegram bears; and when to look again."""
        chosen: list[_Job] = []
        wait, taken = IDLE_SECONDS, set(self._lanes)
        for job in waiting:
            item = job.item
            if item.chat in taken or len(self._lanes) + len(chosen) >= LANES:
                continue
            delay = self._pacing.delay(item.chat_id, urgent=job.urgent, card=isinstance(item, ShownCard))
            if isinstance(item, ShownCard) and not item.is_new:
                delay = max(delay, self._pacing.card_delay(item.incident_id, item.chat))
            if delay > 0:
                wait = min(wait, delay)
                if job.urgent:  # nothing less urgent overtakes it
                    taken.add(item.chat)
                continue
            self._pacing.called(item.chat_id, card=isinstance(item, ShownCard))
            taken.add(item.chat)
            chosen.append(job)
        return chosen, wait

    async def _claim(self, jobs: Sequence[_Job], now: datetime) -> list[_Job]:
        return await self._database.write_in_one_go(partial(self._claimed, jobs=jobs, now=now)) if jobs else []

    async def _claimed(self, tx: Tx, jobs: Sequence[_Job], now: datetime) -> list[_Job]:
        people, claimed = await self._chats.accounts(tx), []
        for job in jobs:
            item = job.item
            if isinstance(item, QueuedMessage):
                theirs = await self._chats.is_still_theirs(tx, item.chat, item.chat_id, people, now)
                mine = theirs and await store.claim_message(tx, item.id, now, now + CLAIM)
            else:
                mine = await shown.claim_card(tx, item, now, now + CLAIM)
            if mine:
                claimed.append(job)
        return claimed

    async def _carry_out(self, job: _Job) -> None:
        item = job.item
        try:
            try:
                if isinstance(item, QueuedMessage):
                    await self._send(item)
                else:
                    await self._cards.show(item)
                    self._pacing.card_shown(item.incident_id, item.chat)
                self._outage.answered()
            except TelegramError as error:
                await self._failed(item, error)
        except StoreUnavailable as error:
            log.warning("telegram_sent_but_not_noted", chat=item.chat, error=str(error))
        except Exception as error:
            log.exception("telegram_send_fault", chat=item.chat)
            with suppress(StoreUnavailable):  # then the claim runs out, and it is tried again
                await self._faulty(item, error)
        finally:
            self._pacing.ended(item.chat_id)
            self._lanes.pop(item.chat, None)
            self.wake()

    async def _send(self, message: QueuedMessage) -> None:
        sent_as = await self._messages.send(message)
        async with self._database.write() as tx:
            await store.message_sent(tx, message, sent_as)
            if sent_as is not None:
                await note_reading(tx, message, self._clock.now())
        self._faults.pop(message.id, None)

    async def _failed(self, item: QueuedMessage | ShownCard, error: TelegramError) -> None:
        self._outage.failed(error)
        if isinstance(error, SlowDown):
            self._pacing.pause(item.chat_id, error.retry_after)
        async with self._database.write() as tx:
            await note_failure(tx, self._chats, item, error, self._clock.now())
        log.warning("telegram_not_sent", chat=item.chat, error=type(error).__name__, kind=error.kind.value)

    async def _faulty(self, item: QueuedMessage | ShownCard, error: Exception) -> None:
        """A fault of our own: no message is held up by it for long, a card is drawn anew when its claim ends."""
        if not isinstance(item, QueuedMessage):
            return
        self._faults[item.id] += 1
        async with self._database.write() as tx:
            given_up = await note_fault(tx, item, error, self._faults[item.id], self._clock.now())
        if given_up:
            del self._faults[item.id]
            log.error("telegram_message_given_up", key=item.key, chat=item.chat, error=type(error).__name__)

    async def _release_claims(self) -> None:
        """At the start, since only the leader sends: what a killed one had begun goes on at once."""
        if not self._claims_released:
            async with self._database.write() as tx:
                await store.release_messages(tx)
                await shown.release_cards(tx)
            self._claims_released = True

    async def _pause(self, seconds: float) -> None:
        waiting = {asyncio.ensure_future(self._woken.wait()), asyncio.ensure_future(self._sleep(seconds))}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()


async def _due(tx: Tx, now: datetime) -> tuple[list[_Job], list[datetime]]:
    """What may be sent now, and when more will be due."""
    waiting = [_Job(item) for item in await store.due_messages(tx, now)]
    waiting += [_Job(item) for item in await shown.due_cards(tx, now)]
    return waiting, [instant for instant in (await store.next_message(tx), await shown.next_card(tx)) if instant]
