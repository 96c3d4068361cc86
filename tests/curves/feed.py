"""A feed that counts a few topics in bins of five minutes, straight into the store, and the round that judges them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.curves.closing import Closed, Closing
from bot.curves.raising import Named
from bot.detection.counting import Count
from bot.intake.counts.reading import Brought
from bot.intake.counts.taking import Answer, Feeding, take
from bot.model.alert import Alert, AlertStatus
from bot.model.outcome import Notice
from bot.store import alerts, counts
from bot.store.counts import Stream, Topic
from bot.store.database import Database, Tx
from bot.store.schema import alerts as alert_table
from tests.conftest import MovableClock

BIN = 300
WATER = "Nước máy có mùi dầu ở phường Sông Thượng"


def usual(days: float, a_bin: float = 4.0, seed: int = 1) -> list[float]:
    """Counts of quiet days, busier by day than by night."""
    random = np.random.default_rng(seed)
    bins = int(days * 288)
    shape = 1 + 0.6 * np.sin(2 * math.pi * (np.arange(bins) / 288 - 0.3))
    return [float(n) for n in random.poisson(a_bin * shape)]


@dataclass
class CountingFeed:
    """What a feed sends and what comes of it."""

    database: Database
    clock: MovableClock
    closing: Closing = field(default_factory=Closing)
    name: str = "dem"
    status: AlertStatus = AlertStatus.ACTUAL
    words: dict[str, Notice] = field(default_factory=dict)

    def now(self) -> int:
        """The start of the bin in which we are."""
        at = int(self.clock.now().timestamp())
        return at - at % BIN

    async def send(
        self, series: Mapping[str, Sequence[float | None]], end: int | None = None, negative: float | None = None
    ) -> list[Answer]:
        """Bring bins that end at ``end`` (now); None is a bin that was not counted."""
        end = self.now() if end is None else end
        brought = []
        for topic, values in series.items():
            first = end - len(values) * BIN
            for at, value in enumerate(values):
                if value is not None:
                    bad = None if negative is None else negative * value
                    good = None if negative is None else 0.0
                    brought.append(Brought(Count(topic, first + at * BIN, BIN, value, bad, good)))
        async with self.database.write() as tx:
            return await take(tx, Feeding(self.name, self.clock.now(), 500), brought)

    async def judge(self) -> list[Closed]:
        """Judge all that is over, as the round does."""
        async with self.database.read() as tx:
            streams = await counts.streams(tx)
        found = []
        for stream in (one for one in streams if one.feed == self.name):
            while True:
                async with self.database.write() as tx:
                    closed = await self.closing.close(tx, stream.id, self.clock.now(), self.named)
                if closed is None:
                    break
                found.append(closed)
                self.words |= dict(closed.raised.words)
        return found

    async def live(self, series: Mapping[str, Sequence[float | None]], negative: float | None = None) -> None:
        """Bin after bin as time passes: each is sent when it is over and judged two minutes later."""
        for at in range(len(next(iter(series.values())))):
            self.clock.advance(seconds=BIN)
            await self.send({topic: [values[at]] for topic, values in series.items()}, negative=negative)
            self.clock.advance(seconds=120)
            await self.judge()
            self.clock.advance(seconds=-120)

    async def teach(self, series: Mapping[str, Sequence[float | None]], negative: float | None = None) -> None:
        """History: brought at once, judged when no more of it comes."""
        await self.send(series, negative=negative)
        self.clock.advance(seconds=120)
        await self.judge()
        self.clock.advance(seconds=-120)

    async def named(self, tx: Tx, stream: Stream, topics: list[Topic]) -> dict[int, Named]:
        return {topic.slot: Named(topic, topic.name, self.status) for topic in topics}

    async def alerts(self) -> list[Alert]:
        async with self.database.read() as tx:
            found = [await alerts.get(tx, one) for one in await alerts.unplaced(tx, 1000)]
        return [one.alert for one in found if one is not None]

    async def topic(self, name: str = WATER) -> Topic:
        async with self.database.read() as tx:
            return next(topic for topic, _ in await counts.all_topics(tx) if topic.name == name)


async def rises(database: Database, clock: MovableClock, incident_id: str) -> CountingFeed:
    """The topic of a matter was counted for days, and rises: what it alerts belongs to the matter."""
    feed = CountingFeed(database, clock)
    await feed.teach({WATER: usual(4)})
    await feed.live({WATER: [4.0, 40.0, 44.0, 46.0]})
    async with database.write() as tx:
        for alert_id in await alerts.unplaced(tx):
            await tx.execute(
                alert_table.update()
                .where(alert_table.c.id == alert_id, alert_table.c.thread.is_not(None))
                .values(incident_id=incident_id, placed_at=clock.now())
            )
    return feed
