"""Reading what a browser sends: small, of one kind, each field once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

MAX_BYTES = 128 * 1024
"""Room for the longest statement that a person may write, in its longest encoding."""

FORM_SECONDS = 20.0
"""So long may a form take to come: a connection that is being answered is never let go for keeping still."""


async def read_form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form.

    Raises:
        web.HTTPException: it is no form of a browser, too long, too slow, not coded as its headers say, not UTF-8, or
            names a field twice.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for chunk in request.content.iter_chunked(MAX_BYTES):
                body += chunk
                if len(body) > MAX_BYTES:
                    raise web.HTTPRequestEntityTooLarge(max_size=MAX_BYTES, actual_size=len(body))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except web.RequestPayloadError:  # it broke off, or is not coded as its headers say
        raise web.HTTPBadRequest from None
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
