"""Reading what comes with a request: as much as it may be, in the time that it may take."""

from __future__ import annotations

import asyncio

from aiohttp import web

SECONDS = 20.0
"""So long may a body take to come: a connection that is being answered is never let go for keeping still."""

_CHUNK = 16 * 1024


async def read_body(request: web.Request, most: int) -> bytes:
    """The body of a request, of which no more is read than ``most`` bytes and a chunk.

    Raises:
        web.HTTPRequestEntityTooLarge: it is longer.
        web.HTTPRequestTimeout: it takes longer than :data:`SECONDS`.
        web.HTTPBadRequest: it breaks off, or is not coded as its headers say.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > most:
                    raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=len(body))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except web.RequestPayloadError:
        raise web.HTTPBadRequest from None
    return bytes(body)
