"""Requests that gather while one is being committed, without a door in front of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from bot.intake.feeds import FeedConfig
from bot.intake.formats.port import NO_HEADERS
from bot.intake.gathering import Gathering
from bot.intake.parcel import Parcel, open_parcel
from bot.intake.receiving import Received
from bot.store import alerts
from bot.store.database import Database, Tx

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


class Slow:
    """The database, whose first transaction waits until it is let go; transactions are counted."""

    def __init__(self, database: Database, *faults: Exception) -> None:
        self.database = database
        self.faults = list(faults)
        self.may_go = asyncio.Event()
        self.transactions = 0

    async def write_in_one_go(self, work: Callable[[Tx], Coroutine[Any, Any, Any]]) -> Any:
        self.transactions += 1
        await self.may_go.wait()
        if self.faults:
            raise self.faults.pop(0)
        return await self.database.write_in_one_go(work)


def request(*names: str, feed: str = "default", webhook_id: str | None = None, word: str = "Việc") -> Parcel:
    body = json.dumps([{"title": f"{word} {name}", "id": name} for name in names]).encode()
    return open_parcel(feed, FeedConfig(), body, NO_HEADERS, NOW, webhook_id)


async def stored(database: Database) -> list[str]:
    async with database.read() as tx:
        found = [await alerts.get(tx, alert_id) for alert_id in await alerts.unplaced(tx, 10_000)]
    return [one.alert.title for one in found if one is not None]


async def sent(slow: Slow, *requests: Parcel, **limits: int) -> list[Received | BaseException]:
    """The first request is being committed while all the others arrive."""
    gathering = Gathering(slow, **limits)
    waiting = [asyncio.create_task(gathering.store(requests[0]))]
    while not slow.transactions:
        await asyncio.sleep(0)
    waiting += [asyncio.create_task(gathering.store(one)) for one in requests[1:]]
    await asyncio.sleep(0)
    slow.may_go.set()
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert gathering.waiting == 0
    return ended
