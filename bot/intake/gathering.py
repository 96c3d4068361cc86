"""Requests that wait together are committed together, and no more wait than memory allows.

A commit waits for the disk, so while one is under way others gather behind it, and the next takes them all. Feeds take
turns: a feed that sends ten thousand alerts delays another one's single alert by one commit, not by ten thousand. Nor
does it take the others' room: of what may wait, a feed has no more than it leaves to everybody else.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from bot.intake.parcel import Parcel
from bot.intake.receiving import IdReused, Received, receive
from bot.store.database import Database, StoreUnavailable
from bot.store.races import until_it_wins

MOST_TOGETHER = 2_000
"""Items that one transaction takes, unless a single request has more; some tens of milliseconds of writing."""

MOST_WAITING = 20_000
"""Items that may wait to be stored. Beyond it senders are told to come again: memory is bounded, and so is patience."""

MOST_BYTES_WAITING = 256 * 1024 * 1024
"""What may wait at most, as it was sent: items may have ten megabytes each."""


class TooManyWaiting(StoreUnavailable):
    """More is waiting to be stored than may; nothing was taken."""


class FeedHasEnoughWaiting(TooManyWaiting):
    """The feed has so much waiting that what is left is kept for the others; nothing was taken."""


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
        self._of_feed: dict[str, _Load] = {}
        self._queues: dict[str, deque[_Place]] = {}
        self._writer: asyncio.Task[None] | None = None

    async def store(self, parcel: Parcel) -> Received:
        """Wait until a request is committed.

        Raises:
            FeedHasEnoughWaiting: it was not taken, while other feeds still are.
            TooManyWaiting: it was not taken.
            IdReused: its webhook id is known with another body; nothing of it was stored.
            StoreUnavailable: the database is gone or full; nothing of it was stored.
        """
        self._find_room(parcel)
        place = _Place(parcel)
        self._queues.setdefault(parcel.feed, deque()).append(place)
        self._count(parcel, +1)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return await place.answer

    async def _write_all(self) -> None:
        """Commit what waits, over and over, until nothing does."""
        while together := list(self._next()):
            await self._write(together)
            for place in together:
                self._count(place.parcel, -1)
        self._writer = None

    def _find_room(self, parcel: Parcel) -> None:
        """Refuse what does not fit, and of a feed that has something waiting, what would leave others less than it has.

        So one feed fills half, a second one beside it a quarter more, and a single alert of a third is still taken
        (dynamic thresholds, Choudhury and Hahne 1998). A feed with nothing waiting has its first request taken whole.
        """
        items = self.most_waiting - self.waiting - len(parcel.items)
        size = self.most_bytes - self.bytes_waiting - parcel.size
        if self.waiting and (items < 0 or size < 0):
            raise TooManyWaiting
        own = self._of_feed.get(parcel.feed)
        if own and (own.items + len(parcel.items) > items or own.bytes + parcel.size > size):
            raise FeedHasEnoughWaiting

    def _count(self, parcel: Parcel, sign: int) -> None:
        """A request waits (+1), or waits no more (-1)."""
        items, size = sign * len(parcel.items), sign * parcel.size
        self.waiting += items
        self.bytes_waiting += size
        own = self._of_feed.setdefault(parcel.feed, _Load())
        own.items += items
        own.bytes += size
        if not own.items:
            del self._of_feed[parcel.feed]

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
        return await until_it_wins(lambda: self.database.write_in_one_go(partial(receive, parcels=parcels)))

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


@dataclass(slots=True)
class _Load:
    """What a feed has waiting."""

    items: int = 0
    bytes: int = 0


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
