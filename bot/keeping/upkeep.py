"""What the door leaves to be done later: counts written down, old payloads forgotten, a growing quarantine told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels.base import Channel
from bot.intake import Intake
from bot.model.clock import Clock
from bot.model.measure import Measure
from bot.model.outcome import DUTY_ROOM, Notice
from bot.settings.retention import Retention
from bot.store import alerts, quarantine, watching
from bot.store.database import Database, StoreUnavailable, Tx
from bot.store.watching import ToldNumber

log = structlog.get_logger(__name__)

FORGET_EVERY = timedelta(minutes=10)
STORED_WITHIN = timedelta(minutes=10)
"""So long after it came an item may be committed, and others that came later have been told already."""

AT_ONCE = 1000
"""Rows that one transaction empties: nobody else waits long for their turn to write."""


class FeedUpkeep:
    """Does a round every few seconds; each part decides by itself whether it is due."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        intake: Intake,
        retention: Retention,
        channels: Mapping[str, Channel],
    ) -> None:
        """Take the parts; nothing runs yet."""
        self._database = database
        self._clock = clock
        self._intake = intake
        self._retention = retention
        self._channels = channels
        self._forget_at: datetime | None = None

    async def round(self) -> None:
        """Do what is due."""
        await self._intake.write_tallies()
        await self.tell_of_quarantine()
        now = self._clock.now()
        if self._forget_at is None or now >= self._forget_at:
            await self.forget()
            self._forget_at = now + FORGET_EVERY

    async def measures(self) -> Sequence[Measure]:
        """The figures of ``/metrics``; without a store those that are kept in memory."""
        waiting: dict[str, int] | None = None
        with suppress(StoreUnavailable):
            async with self._database.read() as tx:
                waiting = await quarantine.counts(tx)
        events = [
            Measure(
                "keng_feed_events",
                "Items by what became of them, and requests that were turned away, since the process began.",
                count,
                (("feed", feed), ("what", what)),
                counts_up=True,
            )
            for (feed, what), count in sorted(self._intake.tallies.totals().items())
        ]
        if waiting is None:
            return events
        counts = {**dict.fromkeys(self._intake.feeds, 0), **waiting}
        return events + [
            Measure("keng_quarantine_waiting", "Items that wait for a person.", count, (("feed", feed),))
            for feed, count in sorted(counts.items())
        ]

    async def forget(self) -> None:
        """Empty what was sent longer ago than the settings keep it; what was understood stays, and so do reasons."""
        now = self._clock.now()
        raw_before = now - timedelta(days=self._retention.raw_days)
        quarantined_before = now - timedelta(days=self._retention.quarantine_days)
        emptied = expired = 0
        while True:
            async with self._database.write() as tx:
                some = await alerts.empty_raw(tx, raw_before, AT_ONCE)
                old = await quarantine.expire_before(tx, quarantined_before, now, AT_ONCE)
            emptied, expired = emptied + some, expired + old
            if max(some, old) < AT_ONCE:
                break
        if emptied or expired:
            log.info("payloads_forgotten", alerts=emptied, quarantine=expired)

    async def tell_of_quarantine(self) -> None:
        """Tell the duty room what came since it was last told: at the first, tenth, hundredth of an hour.

        What was told is kept in the store: neither a full hour nor a time in which nobody looked lets anything pass.
        """
        now = self._clock.now()
        async with self._database.read() as tx:
            found = await _untold(tx, now)
        if found is None:
            return
        async with self._database.write() as tx:
            if await watching.told_number(tx, watching.QUARANTINE_TOLD) != found.before:
                return
            await watching.put_told_number(tx, watching.QUARANTINE_TOLD, found.after)
            before = found.before or ToldNumber(0, now)
            key = f"quarantine:{before.at:%Y%m%d%H%M%S%f}:{before.number}"
            await self._tell(tx, key, Notice(DUTY_ROOM, "quarantine_grows", found.values))
        for channel in self._channels.values():
            channel.wake()

    async def _tell(self, tx: Tx, key: str, notice: Notice) -> None:
        for channel in self._channels.values():
            await channel.tell_room(tx, key, notice)


@dataclass(frozen=True, slots=True)
class _Untold:
    """What the duty room is to be told of the quarantine, what it was told before, and what it is told then."""

    values: Mapping[str, str]
    before: ToldNumber | None
    after: ToldNumber


async def _untold(tx: Tx, now: datetime) -> _Untold | None:
    """What is to be told now. Items are counted from a while before the last telling on, less those counted then."""
    after = ToldNumber(await quarantine.came_since(tx, now - STORED_WITHIN), now)  # first: in doubt one is told twice
    before = await watching.told_number(tx, watching.QUARANTINE_TOLD)
    since = before.at - STORED_WITHIN if before is not None and before.at <= now else None  # else a clock set back
    waiting = await quarantine.counts(tx) if since is None else {}
    new = sum(waiting.values())
    if before is not None and since is not None:
        new = await quarantine.came_since(tx, since) - before.number
        hour = now.replace(minute=0, second=0, microsecond=0)
        if new > 0 and before.at >= hour:
            of_this_hour = max(new, await quarantine.came_since(tx, hour))
            new = new if _steps(of_this_hour) > _steps(of_this_hour - new) else 0
        waiting = await quarantine.counts(tx) if new > 0 else {}
    if not waiting:
        return None
    feeds = await quarantine.counts(tx, since) or waiting
    values = {
        "new": str(min(new, sum(waiting.values()))),
        "waiting": str(sum(waiting.values())),
        "feeds": ", ".join(sorted(feeds)),
        "reason": (await quarantine.waiting(tx, limit=1))[0].reason[:200],
    }
    return _Untold(values, before, after)


def _steps(number: int) -> int:
    """How many of the first, tenth, hundredth… are reached."""
    return len(str(number)) if number else 0
