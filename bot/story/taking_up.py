"""Stored alerts are taken up in order of arrival: those that only make a known matter grow many at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import structlog

from bot.grouping import hear, placing
from bot.grouping.portion import Heard
from bot.model.alert import Alert
from bot.store import alerts
from bot.store.database import StoreUnavailable
from bot.story.durable import Durable
from index import Query, Reading

log = structlog.get_logger(__name__)

PORTION: Final = 500
"""Alerts to a portion; with all that is read of them some megabytes."""

HEARD_FOR: Final = 0.25
"""Seconds for which texts are read before those that were have their places: new texts take the encoder's time."""

IN_A_STORM: Final = 8
"""So many alerts that join in one portion are a storm: most of what comes next will only join as well."""

GATHERED_FOR: Final = 0.25
"""Seconds for which a storm is left to gather before its next portion. A portion costs much the same whatever is in it;
taken as soon as they come, small ones take the processor from the door. The first card of a matter may be so much late.
"""


async def _let_gather() -> None:
    await asyncio.sleep(GATHERED_FOR)


class TakingUp(Durable):
    """The part of the story that keeps up with what comes in."""

    _alerts_waiting: asyncio.Event
    _ends_that_wait: set[str]

    def alerts_arrived(self) -> None:
        """Intake has committed alerts."""
        self._alerts_waiting.set()

    async def place_alert(self, alert_id: str) -> bool:
        """Give one alert its place; True when it found it (:mod:`bot.workflows`)."""
        raise NotImplementedError

    async def place_waiting_alerts(self) -> None:
        """Place stored alerts, each judged after those before it (it may belong to one of them), until cancelled."""
        while True:
            self._alerts_waiting.clear()
            try:
                found_some = await self._once_over()
            except StoreUnavailable as error:
                log.warning("alerts_wait_for_the_store", error=str(error))
                found_some = False
            if not found_some:
                await self._alerts_waiting.wait()

    async def _once_over(self) -> bool:
        """Go once over everything that waits; True when anything found its place.

        What finds none is passed over, however much of it there is: it must not stand before the rest.
        """
        passed, found_some = 0, False
        while True:
            async with self.parts.database.read() as tx:
                waiting = await alerts.waiting(tx, passed, PORTION)
            if not waiting:
                return found_some
            passed, joined_of_these = waiting[-1][0], 0
            coming = [alert for _, alert in waiting if alert.id not in self._ends_that_wait]
            while coming:
                heard = await asyncio.to_thread(self._hear_some, coming) if len(coming) > 1 else []
                joined = await self._join(heard)
                coming = coming[joined:]
                joined_of_these += joined
                found_some |= joined > 0
                if coming and (joined < len(heard) or not heard):  # else the next was not read yet
                    found_some |= await self._placed(coming.pop(0))
            if joined_of_these >= IN_A_STORM and len(waiting) < PORTION:
                await _let_gather()

    async def _join(self, heard: Sequence[Heard]) -> int:
        """How many of them, from the first on, joined what is open; the next one begins something else."""
        if not heard:
            return 0
        try:
            async with self.parts.database.write() as tx:
                joined = await placing.join_many(tx, heard, self.parts.clock.now())
        except StoreUnavailable:
            raise
        except Exception:  # one of them is bad: alone, each shows which
            log.exception("portion_not_placed", alerts=len(heard))
            return 0
        if joined:
            await self._committed()
        return joined

    def _hear_some(self, coming: Sequence[Alert]) -> list[Heard]:
        """What the first of them say, up to one that ends a matter, or until the time for it is over."""
        until = time.monotonic() + HEARD_FOR
        heard: list[Heard] = []
        for alert in coming:
            if alert.phase.is_end or (heard and time.monotonic() > until):
                break
            try:
                heard.append(Heard(alert, hear(alert, self._reading(alert))))
            except Exception:  # alone, it shows that it is the one that cannot be read
                log.exception("alert_not_read", alert=alert.id)
                break
        return heard

    def _reading(self, alert: Alert) -> Reading:
        """What an alert means. Slow: off the event loop, for the encoder takes its time."""
        return self.parts.meaning.read(Query(alert.title, alert.summary, "", alert.lang))

    async def _placed(self, alert: Alert) -> bool:
        """True once the alert has its place. One bad alert must not stop the others: the sweep tries it again."""
        try:
            placed = await self.place_alert(alert.id)
        except Exception:
            log.exception("alert_not_placed", alert=alert.id)
            return False
        if not placed and alert.phase.is_end:
            self._ends_that_wait.add(alert.id)  # looked at again in the next sweep, not with each alert that comes
        return placed
