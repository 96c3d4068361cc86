"""The board's pages, and its words for reasons."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.locale import has, text
from bot.model.board import LINK_LIFE, SESSION_LIFE
from bot.model.reasons import Reason
from bot.web.board.parts import BoardParts
from bot.web.inner_pages import InnerPages

_pages = InnerPages("board", ("/newsroom/static/signoff.css", "/newsroom/static/board.css"))


def page(template: str, parts: BoardParts, lang: str, *, status: int = 200, **values: Any) -> web.Response:
    """One page in one language."""
    return _pages.page(
        template,
        parts,
        lang,
        status=status,
        because=lambda reason, **values: because(lang, reason, **values),
        link_minutes=str(int(LINK_LIFE.total_seconds() // 60)),
        session_hours=str(int(SESSION_LIFE.total_seconds() // 3600)),
        **values,
    )


def because(lang: str, reason: Reason, **values: str) -> str:
    """The sentence for a reason, in the page's own words where the chat's would speak of accounts and acts."""
    key = f"board.reason.{reason.value}"
    return text(lang, key if has(key) else f"reason.{reason.value}", **values)


def language_of(request: web.Request) -> str:
    """What a browser reads of whose owner nothing is known."""
    return "en" if request.headers.get("Accept-Language", "").strip().lower().startswith("en") else "vi"
