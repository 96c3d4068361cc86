"""What the board is handed to do its work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.approval.desk import Desk
from bot.model.clock import Clock
from bot.model.person import Agency
from bot.store.database import Database, Tx


@dataclass(frozen=True, slots=True)
class BoardParts:
    """The board's connections.

    ``desk`` is the desk as it stands in a transaction, ``agency`` heads the pages, ``picture`` draws the curve of an
    incident in a language, as SVG. ``secure`` is true where the board is reached by https, so that its cookie travels
    nowhere else.
    """

    database: Database
    clock: Clock
    desk: Callable[[Tx], Awaitable[Desk]]
    agency: Callable[[], Agency]
    picture: Callable[[str, str], Awaitable[bytes | None]]
    secure: bool
