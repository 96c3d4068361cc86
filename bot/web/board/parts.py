"""What the board is handed to do its work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.approval.desk import Desk
from bot.model.clock import Clock
from bot.model.outcome import Notice
from bot.model.person import Agency
from bot.store.database import Database, Tx


class Drawing(Protocol):
    """Draws the curve of an incident."""

    def __call__(self, incident_id: str, lang: str, *, tall: bool) -> Awaitable[bytes | None]:
        """The picture as SVG in a language, ``tall`` for a phone; None where there is nothing to draw."""
        ...


@dataclass(frozen=True, slots=True)
class BoardParts:
    """The board's connections.

    ``desk`` is the desk as it stands in a transaction, ``agency`` heads the pages, ``picture`` draws
    curves. ``secure`` is true where the board is reached by https, so that its cookie travels
    nowhere else.
    """

    database: Database
    clock: Clock
    desk: Callable[[Tx], Awaitable[Desk]]
    agency: Callable[[], Agency]
    picture: Drawing
    secure: bool
    tell: Callable[[Tx, str, Notice], Awaitable[None]]
    """Writes a notice, once for its key, to whom it names: the owner is told that their link was opened."""
