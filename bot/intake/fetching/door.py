"""What a mailbox is emptied through: the intake, or whoever else takes letters."""

from __future__ import annotations

from typing import Any, Protocol

from bot.intake.feeds import FeedConfig
from bot.intake.formats.port import Headers
from bot.intake.tallies import Tallies
from bot.model.clock import Clock
from bot.store.database import Database


class Door(Protocol):
    """Takes one letter at a time; a letter that was taken is marked as seen in its mailbox."""

    database: Database
    clock: Clock
    tallies: Tallies

    async def take_in(self, name: str, feed: FeedConfig, body: bytes, headers: Headers, webhook_id: str | None) -> Any:
        """Take a letter.

        Raises:
            bot.intake.formats.arrival.NotReadable: it is none.
        """
        ...
