"""What happens every few seconds, whatever arrives: work left lying is picked up, what is old is let go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.channels.base import RunningChannel
from bot.keeping.retention import Keeping
from bot.keeping.upkeep import FeedUpkeep
from bot.workflows import Story

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 5.0


async def sweep_forever(story: Story, keeping: Keeping, upkeep: FeedUpkeep, channels: Sequence[RunningChannel]) -> None:
    """Pick up what was left lying; nothing here is in a hurry or done twice, and no fault ends it."""

    async def left_lying() -> None:
        await story.sweep([act for channel in channels for act in await channel.undone()])
        await keeping.sweep_if_due()

    while True:
        await _whatever_happens("sweep_failed", left_lying)
        await _whatever_happens("upkeep_failed", upkeep.round)  # apart: neither waits for the other to be well
        await asyncio.sleep(SWEEP_SECONDS)


async def _whatever_happens(failed: str, step: Callable[[], Awaitable[object]]) -> None:
    try:
        await step()
    except Exception as error:  # the next round tries again
        log.warning(failed, error=str(error), kind=type(error).__name__)
