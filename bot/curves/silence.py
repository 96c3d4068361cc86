"""A feed that counted and does not any more: nobody would hear of what rises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.detection.tuning import DAY, HOUR
from bot.store.counts import COUNTS, Stream

BINS: Final = 12
LONGEST: Final = 7 * DAY
"""What stopped longer ago was told, or was brought as history only."""


def stopped(streams: Iterable[Stream], now: datetime) -> list[Stream]:
    """The streams of counts whose latest judged bin is an hour and twelve bins behind, and not a week."""
    at = now.timestamp()
    return [
        one
        for one in streams
        if one.kind == COUNTS
        and one.closed is not None
        and HOUR + BINS * one.seconds < at - one.closed - one.seconds < LONGEST + BINS * one.seconds
    ]
