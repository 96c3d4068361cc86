"""What the store kept of what was sent."""

from __future__ import annotations

from bot.store import alerts, quarantine
from bot.store.database import Database


async def stored(database: Database) -> list[str]:
    """The alerts that were accepted, by their ids."""
    async with database.read() as tx:
        return list(await alerts.unplaced(tx))


async def quarantined(database: Database) -> list[str]:
    """Why the others wait for a person."""
    async with database.read() as tx:
        return [item.reason for item in await quarantine.waiting(tx)]
