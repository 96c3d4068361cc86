"""Errors as RFC 9457 problem documents, in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.locale import text

CONTENT_TYPE = "application/problem+json"


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


def preferred_language(request: web.Request) -> str:
    """``vi`` or ``en``: machines' makers mostly read English, so Vietnamese only where it is asked for."""
    wanted = request.headers.get("Accept-Language", "").lower()
    return "vi" if wanted.startswith("vi") else "en"
