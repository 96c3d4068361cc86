"""Transactions that lost a race (PostgreSQL) are begun again; nothing of the attempt before is left in the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

from bot.store.database import LostRace

T = TypeVar("T")

TRIES: Final = 5
"""How often a transaction is begun when others are in its way."""


async def until_it_wins(attempt: Callable[[], Awaitable[T]]) -> T:
    """The result of ``attempt``, which makes one transaction and may be called several times.

    Raises:
        LostRace: others were in the way each time.
    """
    for _ in range(TRIES - 1):
        with suppress(LostRace):
            return await attempt()
    return await attempt()
