"""Reading what a browser sends: small, of one kind, each field once."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from bot.web.bodies import read_body

MAX_BYTES = 128 * 1024
"""Room for the longest statement that a person may write, in its longest encoding."""


async def read_form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form.

    Raises:
        web.HTTPException: it is no form of a browser, too long, too slow, not coded as its headers say, not UTF-8, or
            names a field twice.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    body = await read_body(request, MAX_BYTES)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=10
        )
    except ValueError:
        raise web.HTTPBadRequest from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise web.HTTPBadRequest
    return fields
