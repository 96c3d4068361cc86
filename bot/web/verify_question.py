"""What ``/verify`` is asked: a text or a hash, read only as far as a statement may be long."""

from __future__ import annotations

from urllib.parse import parse_qs

from aiohttp import web
from pydantic import BaseModel

from bot.web.bodies import read_body

MOST_BYTES = 256 * 1024
"""Of a request: the longest text that is compared, each character written as ``%E1%BB%87``."""


class VerifyQuestion(BaseModel):
    """A text, or a hash."""

    text: str | None = None
    hash: str | None = None


async def asked(request: web.Request) -> str:
    """The text or hash of a request, read only as far as a statement may be long.

    Raises:
        HTTPRequestEntityTooLarge: it is longer.
        HTTPRequestTimeout: it takes longer than anybody may.
        HTTPBadRequest: it is in no form that is read here.
    """
    body, media = await read_body(request, MOST_BYTES), request.content_type
    text = body.decode("utf-8", "replace")
    if media == "text/plain":
        return text
    if media == "application/json":
        try:
            question = VerifyQuestion.model_validate_json(body)
        except ValueError:
            raise web.HTTPBadRequest from None
        return question.text or question.hash or ""
    if media == "application/x-www-form-urlencoded":
        try:
            fields = parse_qs(text, errors="replace", max_num_fields=10)
        except ValueError:
            raise web.HTTPBadRequest from None
        return (fields.get("text") or fields.get("hash") or [""])[0]
    raise web.HTTPBadRequest


def wants_json(request: web.Request) -> bool:
    """True for programs: a browser names HTML."""
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept
