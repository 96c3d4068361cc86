"""What the door leaves to be done later: counts written down, old payloads forgotten, a growing quarantine told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.channels.base import Channel
from bot.intake import Intake
from bot.model.clock import Clock
from bot.model.outcome import DUTY_ROOM, Notice
from bot.settings.retention import Retention
from bot.store import alerts, quarantine
from bot.store.database import Database, StoreUnavailable, Tx
from bot.web.parts import Measure

log = structlog.get_logger(__name__)

FORGET_EVERY = timedelta(minutes=10)
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
        self._told = ""

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
        """Tell the duty room that items wait: at the first, tenth, hundredth of each hour, however often we look."""
        now = self._clock.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        async with self._database.read() as tx:
            fresh = await quarantine.counts(tx, since=hour)
            if not fresh:
                return
            waiting = sum((await quarantine.counts(tx)).values())
            reason = (await quarantine.waiting(tx, limit=1))[0].reason
        new = sum(fresh.values())
        key = f"quarantine:{hour:%Y%m%d%H}:{len(str(new))}"
        if key == self._told:
            return
        values = {"new": str(new), "waiting": str(waiting), "feeds": ", ".join(sorted(fresh)), "reason": reason[:200]}
        async with self._database.write() as tx:
            await self._tell(tx, key, Notice(DUTY_ROOM, "quarantine_grows", values))
        self._told = key
        for channel in self._channels.values():
            channel.wake()

    async def _tell(self, tx: Tx, key: str, notice: Notice) -> None:
        for channel in self._channels.values():
            await channel.tell_room(tx, key, notice)
