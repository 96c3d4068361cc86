"""A body on its way in: never more of it than the limit, never longer than anybody may take."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.intake.body import MAX_BYTES

BODY_SECONDS = 30.0
"""So long may a body take to come; ten mebibytes in that time are less than three megabits a second."""

_CHUNK = 65_536


async def read_body(request: web.Request) -> bytes:
    """The body, read only as far as the limit allows; a stated length above it is refused unread.

    Raises:
        web.HTTPRequestEntityTooLarge: the body is over the limit.
        web.RequestPayloadError: it broke off, or is not coded as its headers say.
        TimeoutError: it took longer than anybody may.
    """
    if (request.content_length or 0) > MAX_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_BYTES, request.content_length or 0)
    if request.content.is_eof() and request.content.exception() is None:  # it came together with its head
        return _within_limit(request.content.read_nowait())
    chunks, size = [], 0
    async with asyncio.timeout(BODY_SECONDS):
        async for chunk in request.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                raise web.HTTPRequestEntityTooLarge(MAX_BYTES, size)
            chunks.append(chunk)
    return b"".join(chunks)


def _within_limit(body: bytes) -> bytes:
    """The body; one that was packed may be over the limit although its stated length was not."""
    if len(body) > MAX_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_BYTES, len(body))
    return body
