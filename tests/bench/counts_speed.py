"""What counting costs: `python -m tests.bench.counts_speed`. Counts through the door, bins through the detector.

500 topics in bins of five minutes on SQLite (a file, synchronous=FULL): one request with all topics of twenty bins,
then bins judged one a transaction as time passes, and a day of them at once as after an outage.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.curves.closing import Closing
from bot.curves.raising import Named
from bot.intake import FeedConfig, Intake, add_routes
from bot.intake.counts import CountsDoor, add_counts_route
from bot.store import counts
from bot.store.counts import Stream, Topic
from bot.store.database import Database, Tx
from bot.store.migrate import upgrade_async
from tests.conftest import MovableClock

TOPICS, BIN, DAY = 500, 300, 288


async def named(_tx: Tx, _stream: Stream, topics: list[Topic]) -> dict[int, Named]:
    """Every topic by its own name."""
    return {topic.slot: Named(topic, topic.name) for topic in topics}


async def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'keng.db'}"
        await upgrade_async(url)
        database, clock = Database(url), MovableClock(datetime(2026, 11, 22, 19, 0, tzinfo=UTC))
        application = web.Application(client_max_size=2**30)
        intake = Intake(database, clock, {"default": FeedConfig()}, on_accepted=lambda: None)
        add_routes(application, intake)
        add_counts_route(application, CountsDoor(intake))
        async with TestClient(TestServer(application)) as door:
            await measure(door, database, clock)
        await database.close()


async def measure(door: Any, database: Database, clock: MovableClock) -> None:
    """Through the door, bin by bin, and a day at once."""
    random, closing = np.random.default_rng(1), Closing()
    now = int(clock.now().timestamp()) // BIN * BIN

    def body(starts: range) -> bytes:
        bins = [
            {"topic": f"chủ đề {n}", "start": start, "seconds": BIN, "count": int(random.poisson(4))}
            for start in starts
            for n in range(TOPICS)
        ]
        return json.dumps(bins).encode()

    async def send(starts: range) -> float:
        sent = body(starts)
        begun = time.perf_counter()
        answer = await door.post("/v1/counts", data=sent)
        took = time.perf_counter() - begun
        assert answer.status == 202, await answer.text()
        return took

    async def judge() -> tuple[int, float, float]:
        bins, begun, of_processor = 0, time.perf_counter(), time.process_time()
        more = True
        while more:
            async with database.write() as tx:
                (stream,) = await counts.streams(tx)
                closed = await closing.close(tx, stream.id, clock.now(), named)
            bins += 0 if closed is None else closed.bins
            more = closed is not None and closed.more
        return bins, time.perf_counter() - begun, time.process_time() - of_processor

    took = await send(range(now - 20 * BIN, now, BIN))
    print(f"a request of {20 * TOPICS:,} counts: {took:.2f} s, {20 * TOPICS / took:,.0f} counts/s durable")
    clock.advance(seconds=120)
    await judge()
    singles, each = [], []
    for _ in range(12):
        clock.advance(seconds=BIN)
        singles.append(await send(range(now, now + BIN, BIN)))
        now += BIN
        clock.advance(seconds=120)
        each.append((await judge())[2])
        clock.advance(seconds=-120)
    print(f"a request of {TOPICS} counts: median {np.median(singles) * 1000:.0f} ms")
    print(f"a bin of {TOPICS} topics judged and committed: median {np.median(each) * 1000:.0f} ms of the processor")
    clock.advance(seconds=DAY * BIN)
    for start in range(now, now + DAY * BIN, 20 * BIN):
        clock.advance(seconds=6)
        await send(range(start, min(start + 20 * BIN, now + DAY * BIN), BIN))
    clock.advance(seconds=200)
    bins, took, of_processor = await judge()
    print(f"{bins} bins caught up: {took:.1f} s by the clock, {of_processor:.1f} s of the processor")


if __name__ == "__main__":
    asyncio.run(main())
