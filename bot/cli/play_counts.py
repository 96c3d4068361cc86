"""The counting feed of a play: quiet days first, then bin after bin as the simulated hours pass."""

from __future__ import annotations

import math
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from bot.cli.scenarios import Counting

BIN = 300
GRACE = 120
"""Seconds after its end in which a bin has been judged."""

Push = Callable[[str, Any], Awaitable[dict[str, Any]]]
"""Sends a signed body to a path; returns the answer."""


class CountingFeed:
    """Counts one topic, as an office's collector would."""

    def __init__(
        self, counting: Counting, push: Push, now: Callable[[], datetime], advance: Callable[[float], Awaitable[None]]
    ) -> None:
        """``now`` and ``advance`` read and move the play's clock."""
        self._counting = counting
        self._push = push
        self._now = now
        self._advance = advance
        self._next = 0

    async def bring_history(self) -> int:
        """The quiet days until now; returns how many bins."""
        chance = random.Random(self._counting.topic)  # noqa: S311 - the same play each time
        now = int(self._now().timestamp())
        self._next = now - now % BIN
        first = self._next - self._counting.days * 86_400
        bins = []
        for start in range(first, self._next, BIN):
            hour = (start + 7 * 3600) % 86_400 / 3600
            mean = self._counting.usual * (1 + 0.7 * math.sin((hour - 8) / 24 * 2 * math.pi))
            bins.append(self._bin(start, float(_poisson(chance, mean)), self._counting.negative))
        for at in range(0, len(bins), 5000):
            await self._push("/v1/counts", bins[at : at + 5000])
        await self._advance(GRACE)
        return len(bins)

    async def pass_bins(self, counts: Sequence[float], negative: float) -> None:
        """So many bins pass, each brought when it is over."""
        for count in counts:
            end = self._next + BIN
            await self._advance(max(0.0, end - self._now().timestamp()))
            await self._push("/v1/counts", self._bin(self._next, count, negative))
            self._next = end
        await self._advance(GRACE)

    @property
    def brought_until(self) -> float:
        """The end of the latest bin that was brought."""
        return float(self._next)

    def _bin(self, start: int, count: float, negative: float) -> dict[str, Any]:
        bad = round(count * negative)
        feelings = {"negative": bad, "neutral": count - bad}
        return {
            "topic": self._counting.topic,
            "start": start,
            "seconds": BIN,
            "count": count,
            "by_sentiment": feelings,
        }


def _poisson(chance: random.Random, mean: float) -> int:
    """A number of mentions (Knuth 1969)."""
    limit, product, number = math.exp(-max(mean, 0.0)), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number
