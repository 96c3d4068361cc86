"""Fetching again and again: at its own pace, slower while it fails, and never in the way of anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from bot.intake.tallies import POLL_FAILED, Tallies
from bot.model.clock import Clock

log = structlog.get_logger(__name__)

SLOWEST = 3600.0
"""Seconds between tries at the longest, however often it failed."""


class FetchFailed(Exception):
    """The other side cannot be reached, or does not give what it should; the message is for the administrator."""


class Fetcher(Protocol):
    """One feed that is fetched."""

    name: str
    every: float

    async def fetch(self) -> int:
        """Bring in what is new; returns how many items came to the door.

        Raises:
            FetchFailed: nothing, or not everything, could be fetched; the rest comes the next time.
        """
        ...


async def fetch_forever(
    fetcher: Fetcher, tallies: Tallies, clock: Clock, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Fetch until cancelled."""
    failures = 0
    while True:
        try:
            came = await fetcher.fetch()
            failures = 0
            if came:
                log.info("feed_fetched", feed=fetcher.name, items=came)
        except Exception as error:  # whatever is wrong with one feed, the next round and the other feeds go on
            failures += 1
            tallies.add(fetcher.name, POLL_FAILED, clock.now())
            known = isinstance(error, FetchFailed)
            log.warning("feed_not_fetched", feed=fetcher.name, error=str(error) if known else type(error).__name__)
        await sleep(min(SLOWEST, fetcher.every * 2 ** min(failures, 12)))
