"""What public addresses answer when there is nothing to show: short pages in words, never a trace of the inside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.locale import text
from bot.store.database import StoreUnavailable
from bot.web import render
from bot.web.addresses import Served
from bot.web.parts import WebParts
from bot.web.render import Frame
from bot.web.verify_question import wants_json

log = structlog.get_logger(__name__)

PAGES = {
    400: "public.bad_request",
    404: "newsroom.missing",
    405: "public.only_reading",
    408: "public.too_slow",
    413: "public.too_long",
}
PROBLEM = "application/problem+json"
"""RFC 9457."""

AWAY = "public.away"
BROKEN = "public.broken"

_OTHERS = (
    "/v1/",
    "/_sim",
    "/signoff",
    "/telegram",
    "/bot",
    "/file/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
)
"""What is not for citizens and answers in its own way."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def refusing(parts: WebParts) -> Middleware:
    """The middleware that turns refusals on public addresses into pages."""
    where = Served(parts.base_url)

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(_OTHERS):
            return await handler(request)
        try:
            return await handler(request)
        except StoreUnavailable:
            return refusal(request, 503, {"Retry-After": "10"})
        except web.HTTPException as error:
            if error.status < 400:
                raise
            kept = {name: error.headers[name] for name in ("Allow", "Retry-After") if name in error.headers}
            return refusal(request, error.status, kept)
        except Exception:
            log.exception("page_failed", route=_route(request))
            return refusal(request, 500, {})

    def refusal(request: web.Request, status: int, headers: dict[str, str]) -> web.Response:
        name = PAGES.get(status, AWAY if status == 503 else BROKEN if status >= 500 else PAGES[400])
        lang = "en" if request.path == "/en" or request.path.startswith("/en/") else "vi"
        if wants_json(request):
            problem = {"type": "about:blank", "title": text(lang, name), "status": status}
            answer = web.json_response(problem, status=status, content_type=PROBLEM, headers=headers)
        else:
            html = render.message(name, Frame(parts.agency(), lang, where))
            answer = web.Response(status=status, text=html, content_type="text/html", headers=headers)
        if status in (408, 413):
            answer.force_close()  # the rest of what is being sent is not waited for
        return answer

    return answer


def _route(request: web.Request) -> str:
    """The pattern of the address, which names nothing that anybody sent."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"
