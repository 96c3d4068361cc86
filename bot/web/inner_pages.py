"""Pages for those who work in the house, the sign-off page and the board: one frame, every value escaped.

The public newsroom has a frame of its own (:mod:`bot.web.render`): it is read by strangers and kept by archives, these
are personal, and no cache, search engine or other page may have them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.locale import local_time, short_time, text
from bot.locale.phrases import clock_line, waiting_words
from bot.model.clock import Clock
from bot.model.person import Agency
from bot.model.statement import headline
from bot.web.unseen import shown

TITLE_LENGTH = 200
"""Characters of a matter's title, as on its card."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class PageContext(Protocol):
    """What every page shows: which agency it is of, and what time it is there."""

    @property
    def clock(self) -> Clock:
        """Tells the time."""
        ...

    @property
    def agency(self) -> Callable[[], Agency]:
        """Heads the pages."""
        ...


class InnerPages:
    """The pages of one room: the templates of its folder, within the frame that all inner pages share."""

    def __init__(self, room: str, styles: Sequence[str]) -> None:
        """``room`` names its folder of templates and its texts in the catalogues, ``styles`` its style sheets."""
        self._room = room
        self._styles = styles
        self._templates = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, template: str, context: PageContext, lang: str, *, status: int = 200, **values: Any) -> web.Response:
        """One page in one language."""
        now, agency = context.clock.now(), context.agency()
        html = self._templates.get_template(f"{self._room}/{template}").render(
            room_name=self._room,
            styles=self._styles,
            lang=lang,
            agency=_named(agency, lang),
            t=partial(text, lang),
            at=lambda instant: short_time(instant, now, lang),
            full_time=lambda instant: local_time(instant, lang),
            clock=lambda entry, clock: clock_line(entry, clock, lang),
            waiting=lambda clock: waiting_words(clock, now, lang),
            shown=shown,
            titled=_titled,
            **values,
        )
        return web.Response(text=html, status=status, content_type="text/html", charset="utf-8")


def add_private_headers(application: web.Application, root: str) -> None:
    """Put :data:`HEADERS` on every answer at and below ``root``, refusals included."""

    async def secure(request: web.Request, response: web.StreamResponse) -> None:
        if request.path == root or request.path.startswith(f"{root}/"):
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)

    application.on_response_prepare.append(secure)


def _titled(title: str) -> Markup:
    """The title of a matter, which feeds may send as long as they like."""
    return shown(headline(" ".join(title.split()), TITLE_LENGTH))


def _named(agency: Agency, lang: str) -> dict[str, str]:
    vietnamese = lang != "en"
    return {
        "name": agency.name_vi if vietnamese else agency.name_en,
        "contact": agency.press_contact_vi if vietnamese else agency.press_contact_en,
    }
