"""Requests that wait together are committed together, and no more wait than memory allows.

A commit waits for the disk, so while one is under way others gather behind it, and the next takes them all. Feeds take
turns: a feed that sends ten thousand alerts delays another one's single alert by one commit, not by ten thousand.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from functools import partial

from bot.intake.parcel import Parcel
from bot.intake.receiving import IdReused, Received, receive
from bot.store.database import Database, LostRace, StoreUnavailable

MOST_TOGETHER = 2_000
"""Items that one transaction takes, unless a single request has more; some tens of milliseconds of writing."""

MOST_WAITING = 20_000
"""Items that may wait to be stored. Beyond it senders are told to come again: memory is bounded, and so is patience."""

MOST_BYTES_WAITING = 256 * 1024 * 1024
"""What may wait at most, as it was sent: items may have ten megabytes each."""

TRIES = 5
"""How often a transaction is begun when others are in its way (PostgreSQL)."""


class TooManyWaiting(StoreUnavailable):
    """More is waiting to be stored than may; nothing was taken."""


class Gathering:
    """Stores requests, those that wait at the same time in one transaction."""

    def __init__(
        self, database: Database, *, most_waiting: int = MOST_WAITING, most_bytes: int = MOST_BYTES_WAITING
    ) -> None:
        """Nothing waits yet."""
        self.database = database
        self.most_waiting = most_waiting
        self.most_bytes = most_bytes
        self.waiting = self.bytes_waiting = 0
        self._queues: dict[str, deque[_Place]] = {}
        self._writer: asyncio.Task[None] | None = None

    async def store(self, parcel: Parcel) -> Received:
        """Wait until a request is committed.

        Raises:
            TooManyWaiting: it was not taken.
            IdReused: its webhook id is known with another body; nothing of it was stored.
            StoreUnavailable: the database is gone or full; nothing of it was stored.
        """
        size = len(parcel.items)
        full = self.waiting + size > self.most_waiting or self.bytes_waiting + parcel.size > self.most_bytes
        if self.waiting and full:
            raise TooManyWaiting
        place = _Place(parcel)
        self._queues.setdefault(parcel.feed, deque()).append(place)
        self.waiting += size
        self.bytes_waiting += parcel.size
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return await place.answer

    async def _write_all(self) -> None:
        """Commit what waits, over and over, until nothing does."""
        while together := list(self._next()):
            await self._write(together)
            self.waiting -= sum(len(place.parcel.items) for place in together)
            self.bytes_waiting -= sum(place.parcel.size for place in together)
        self._writer = None

    async def _write(self, together: list[_Place]) -> None:
        """Commit some requests; when the database refuses one, each goes alone, so that it takes no other with it."""
        try:
            answers = await self._commit([place.parcel for place in together])
        except StoreUnavailable as error:
            for place in together:
                place.end(error)
        except Exception as error:
            if len(together) == 1:
                together[0].end(error)
            else:
                for place in together:
                    await self._write([place])
        else:
            for place, answer in zip(together, answers, strict=True):
                place.end(answer)

    async def _commit(self, parcels: list[Parcel]) -> list[Received | IdReused]:
        """One transaction, done again when another one was in its way."""
        for left in reversed(range(TRIES)):
            try:
                return await self.database.write_in_one_go(partial(receive, parcels=parcels))
            except LostRace:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def _next(self) -> Iterator[_Place]:
        """What the next transaction takes: one request of each feed in turn, until it is full or nothing waits."""
        room = MOST_TOGETHER
        while self._queues:
            for feed, queue in list(self._queues.items()):
                size = len(queue[0].parcel.items)
                if size > room and room < MOST_TOGETHER:
                    return
                room -= size
                yield queue.popleft()
                if not queue:
                    del self._queues[feed]
                else:  # the next transaction begins with whoever waited longest for a turn
                    self._queues[feed] = self._queues.pop(feed)
            if room <= 0:
                return


class _Place:
    """A request's place in the queue, and the answer it waits for."""

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self.answer: asyncio.Future[Received] = asyncio.get_running_loop().create_future()

    def end(self, how: Received | Exception) -> None:
        """Tell how it ended; a caller who has gone away hears nothing."""
        if self.answer.done():
            return
        if isinstance(how, Exception):
            self.answer.set_exception(how)
            self.answer.exception()  # whoever went away does not leave an unread error behind
        else:
            self.answer.set_result(how)
