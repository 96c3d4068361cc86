"""What the processes over one PostgreSQL say to each other, and what each of them does whether it leads or not.

Where a process is alone nothing here runs: what it commits is its own to go on with.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import structlog

from bot.intake import Intake
from bot.process.presence import Presence
from bot.store import wakeups
from bot.store.audit import HeadFile, remember_head
from bot.store.database import Database, StoreUnavailable

log = structlog.get_logger(__name__)

WITNESS_SECONDS = 30.0
LISTEN_AGAIN_SECONDS = 5.0


class Together:
    """One process's word to the one that leads, its ear for such words, and its own witness of the record."""

    def __init__(
        self,
        database: Database,
        presence: Presence,
        head_file: HeadFile,
        *,
        wake: Callable[[], None],
        alerts_arrived: Callable[[], None],
    ) -> None:
        """``wake`` lets this process look for all that others may have committed, ``alerts_arrived`` for alerts."""
        self._database = database
        self._presence = presence
        self._head_file = head_file
        self._wake = wake
        self._alerts_arrived = alerts_arrived
        self._telling: set[asyncio.Task[None]] = set()

    def alerts_committed(self) -> None:
        """Alerts were committed here; they are the leader's to place, whichever process that is."""
        if self._presence.leads:
            self._alerts_arrived()
        elif not self._presence.alone:
            telling = asyncio.create_task(self.tell_the_leader())
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

    async def tell_the_leader(self) -> None:
        """A word to the process that leads, if this is another one; should it get lost, the sweep finds the work."""
        if not self._presence.alone and not self._presence.leads:
            with contextlib.suppress(StoreUnavailable):
                await wakeups.tell(self._database)

    async def listen(self) -> None:
        """Hear the others for ever."""
        while True:
            try:
                async for _ in wakeups.heard(self._database):
                    if self._presence.leads:
                        self._wake()
            except StoreUnavailable as error:
                log.warning("hears_no_other_process", error=str(error))
            await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    async def witness(self, intake: Intake) -> None:
        """For ever: keep the head of the audit chain in this process's own data folder, write down what it counted."""
        while True:
            with contextlib.suppress(StoreUnavailable):
                await intake.write_tallies()
            with contextlib.suppress(StoreUnavailable, OSError):
                async with self._database.read() as tx:
                    await remember_head(tx, self._head_file)
            await asyncio.sleep(WITNESS_SECONDS)
