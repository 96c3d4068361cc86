"""The only HTML of the board: templates with every value escaped, words from the catalogues."""

from __future__ import annotations

from functools import partial
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.locale import has, local_time, short_time, text
from bot.locale.phrases import clock_line
from bot.model.board import LINK_LIFE, SESSION_LIFE
from bot.model.reasons import Reason
from bot.web.board.parts import BoardParts
from bot.web.unseen import shown

_templates = Environment(
    loader=PackageLoader("bot.web", "templates/board"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, parts: BoardParts, lang: str, *, status: int = 200, **values: Any) -> web.Response:
    """One page in one language."""
    now, agency = parts.clock.now(), parts.agency()
    html = _templates.get_template(template).render(
        lang=lang,
        agency=agency.name_en if lang == "en" else agency.name_vi,
        t=partial(text, lang),
        at=lambda instant: short_time(instant, now, lang),
        full_time=lambda instant: local_time(instant, lang),
        clock=lambda entry, clock: clock_line(entry, clock, lang),
        because=lambda reason, **values: because(lang, reason, **values),
        shown=shown,
        link_minutes=str(int(LINK_LIFE.total_seconds() // 60)),
        session_hours=str(int(SESSION_LIFE.total_seconds() // 3600)),
        **values,
    )
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8")


def because(lang: str, reason: Reason, **values: str) -> str:
    """The sentence for a reason, in the page's own words where the chat's would speak of accounts and acts."""
    key = f"board.reason.{reason.value}"
    return text(lang, key if has(key) else f"reason.{reason.value}", **values)


def language_of(request: web.Request) -> str:
    """What a browser reads of whose owner nothing is known."""
    return "en" if request.headers.get("Accept-Language", "").strip().lower().startswith("en") else "vi"
