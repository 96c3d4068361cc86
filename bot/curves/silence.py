"""A feed that counted and does not any more: nobody would hear of what rises."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from bot.detection.tuning import DAY, HOUR
from bot.store import counts, mention_counts
from bot.store.counts import COUNTS, Stream
from bot.store.database import Tx

BINS: Final = 12
LONGEST: Final = 7 * DAY
"""What stopped longer ago was told, or was brought as history only."""


async def stopped(tx: Tx, now: datetime) -> list[tuple[Stream, datetime]]:
    """The streams of counts of which nothing came for an hour and twelve bins, and since when; not after a week."""
    found = []
    for stream in await counts.streams(tx):
        last = await mention_counts.latest(tx, stream.id) if stream.kind == COUNTS else None
        if last is not None and stream.closed is not None:
            end = last + stream.seconds
            if HOUR + BINS * stream.seconds < now.timestamp() - end < LONGEST:
                found.append((stream, datetime.fromtimestamp(end, UTC)))
    return found
