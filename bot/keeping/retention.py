"""One sweep, once an hour: each kind of data goes when its time is over. The audit log stays, and says what went."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.intake.counts.taking import KEPT_DAYS
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.clock import Clock
from bot.settings.retention import Retention
from bot.store import audit, board_links, factor_links, mention_counts, personal_letters
from bot.store import retention as store
from bot.store.database import Database

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=1)

AT_ONCE = 500
"""Rows of one kind in one transaction: nobody waits long for their turn to write."""

ForgetWork = Callable[[datetime], Awaitable[int]]


class Keeping:
    """Removes what has been kept long enough; payloads and the quarantine go by :mod:`bot.keeping.upkeep`."""

    def __init__(self, database: Database, clock: Clock, days: Retention, forget_work: ForgetWork) -> None:
        """``forget_work`` removes the history of workflows that ended before an instant."""
        self._database = database
        self._clock = clock
        self._days = days
        self._forget_work = forget_work
        self._next: datetime | None = None

    async def sweep_if_due(self) -> None:
        """Sweep at the first call and then once an hour."""
        now = self._clock.now()
        if self._next is None or not self._next - EVERY <= now < self._next:  # a clock that was set back counts too
            await self.sweep()
            self._next = now + EVERY

    async def sweep(self) -> dict[str, int]:
        """Remove it; returns how many of each kind, and writes that on the record if it was anything.

        Raises:
            StoreUnavailable: some of it is still there.
        """
        now, days = self._clock.now(), self._days
        kinds: tuple[tuple[str, int | None, store.Forget], ...] = (
            ("receipts", days.receipt_days, store.receipts),
            ("sketches", days.sketch_days, store.sketches),
            ("inbox", days.inbox_days, store.updates),
            ("outbox", days.outbox_days, store.messages),
            ("letters", days.letter_days, store.letters),
            ("board_links", days.letter_days, board_links.forget),
            ("factor_links", days.letter_days, factor_links.forget),
            ("personal_letters", days.letter_days, personal_letters.forget),
            ("counts", KEPT_DAYS, mention_counts.forget),
        )
        gone = {name: await self._all(kept, forget) for name, kept, forget in kinds if kept is not None}
        gone = {name: count for name, count in gone.items() if count}
        if gone:
            async with self._database.write() as tx:
                await audit.append(tx, AuditEvent("retention", SYSTEM, now, "system", details=dict(gone)))
            log.info("kept_long_enough", **gone)
        if days.workflow_days is not None:
            await self._forget_work(now - timedelta(days=days.workflow_days))
        return gone

    async def _all(self, days: int, forget: store.Forget) -> int:
        before, gone = self._clock.now() - timedelta(days=days), 0
        while True:
            async with self._database.write() as tx:
                count = await forget(tx, before, AT_ONCE)
            gone += count
            if count < AT_ONCE:
                return gone
