"""Errors as RFC 9457 problem documents, in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.locale import text

CONTENT_TYPE = "application/problem+json"

BELOW: Final = "/v1/"
"""Where only programs call."""


def problem(
    request: web.Request,
    status: int,
    code: str,
    *,
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
    **values: str,
) -> web.Response:
    """The document for ``code``; its words are ``problem.<code>.title`` and ``.detail`` in the catalogues."""
    lang = preferred_language(request)
    body = {
        "type": f"about:blank#{code}",
        "title": text(lang, f"problem.{code}.title"),
        "status": status,
        "detail": text(lang, f"problem.{code}.detail", **values),
        "instance": request.path,
        **(extra or {}),
    }
    return web.Response(
        status=status,
        body=json.dumps(body, ensure_ascii=False).encode(),
        content_type=CONTENT_TYPE,
        headers={"Content-Language": lang, **(headers or {})},
    )


@web.middleware
async def where_nothing_is(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What the router refuses where programs call is a problem document like every other error there."""
    if not request.path.startswith(BELOW):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        return problem(request, 405, "wrong_method", headers={"Allow": allowed}, allowed=allowed)
    except web.HTTPNotFound:
        return problem(request, 404, "unknown_address")


def preferred_language(request: web.Request) -> str:
    """``vi`` or ``en``: machines' makers mostly read English, so Vietnamese only where it is asked for."""
    wanted = request.headers.get("Accept-Language", "").lower()
    return "vi" if wanted.startswith("vi") else "en"
