"""The newsroom's internal board put together: where it is, and what it is made of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.approval.desk import Desk
from bot.model.clock import Clock
from bot.model.outcome import Notice
from bot.model.person import Agency
from bot.settings import Settings
from bot.settings.section import is_loopback
from bot.store.database import Database, Tx
from bot.web.board import BoardParts, add_routes
from bot.web.board.parts import Drawing


def board_url(settings: Settings) -> str | None:
    """Where the board is; None where its links would lead nowhere, or cross a network in clear."""
    address = settings.http.public_url
    if address is None:
        return f"{settings.http.base_url}/board" if settings.http.loopback else None
    is_safe = address.startswith("https://") or is_loopback(urlsplit(address).hostname or "")
    return f"{address}/board" if is_safe else None


def add_board(
    application: web.Application,
    settings: Settings,
    *,
    database: Database,
    clock: Clock,
    desk: Callable[[Tx], Awaitable[Desk]],
    agency: Callable[[], Agency],
    picture: Drawing,
    tell: Callable[[Tx, str, Notice], Awaitable[None]],
) -> None:
    """Add the board to ``application``, where it can be reached.

    Args:
        application: where it is added.
        settings: tell its address.
        database: the store.
        clock: tells the instants that are stored and shown.
        desk: who may see what, as it stands in a transaction.
        agency: who heads the pages.
        picture: draws the curve of an incident.
        tell: writes a notice to whom it names.
    """
    if board_url(settings) is None:
        return
    secure = settings.http.base_url.startswith("https://")
    add_routes(application, BoardParts(database, clock, desk, agency, picture, secure, tell))
