"""What the sign-off page is handed to do its work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.approval.desk import Desk
from bot.model.card import CardView
from bot.model.clock import Clock
from bot.model.outcome import Notice
from bot.model.paper import PaperSource, no_papers
from bot.model.person import Agency
from bot.model.reasons import Reason
from bot.store.database import Database, Tx


async def nothing_drawn(_incident_id: str, _lang: str) -> bytes | None:
    """No picture."""
    return None


async def nobody_told(_tx: Tx, _key: str, _notice: Notice) -> None:
    """No chat to write in."""


@dataclass(frozen=True, slots=True)
class SignoffParts:
    """The page's connections.

    ``desk`` is the desk as it stands in a transaction, ``card`` reads a card from committed state, ``agency`` heads the
    pages, ``key`` signs links and forms.
    ``enrolled`` tells whether a person (by id) has a second factor. ``carry_out`` carries out a stored act, by its key,
    and returns when it is decided. ``letter_written`` is told that a letter waits to be sent. ``secure`` is true where
    the page is reached by https, so that its cookie travels nowhere else. ``papers`` makes the documents to be fetched.
    """

    database: Database
    clock: Clock
    desk: Callable[[Tx], Awaitable[Desk]]
    card: Callable[[Tx, str], Awaitable[CardView | None]]
    agency: Callable[[], Agency]
    key: bytes
    enrolled: Callable[[Tx, str], Awaitable[bool]]
    carry_out: Callable[[str], Awaitable[None]]
    letter_written: Callable[[], None]
    secure: bool
    picture: Callable[[str, str], Awaitable[bytes | None]] = nothing_drawn
    """Draws the curve of an incident in a language, as SVG; None where there is nothing to draw."""
    papers: PaperSource = no_papers
    verify: Callable[[Tx, str, str, datetime], Awaitable[Reason | None]] | None = None
    """Uses a person's code up in a transaction, or says why it does not count; None where there is no board to open."""
    tell: Callable[[Tx, str, Notice], Awaitable[None]] = nobody_told
    """Writes a notice, once for its key, to whom it names: the owner is told that a board was opened in their name."""
