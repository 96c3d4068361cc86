"""A body on its way in: never more of it than the limit, never longer than anybody may, never too many at once.

Whose body it is shows only when all of it has come, since a signature is over the whole. Until then it is taken from
whoever looks as if they might prove it, so all such bodies together have a bound.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiohttp import web

from bot.intake.body import MAX_BYTES

BODY_SECONDS = 30.0
"""So long may a body take to come; ten mebibytes in that time are less than three megabits a second."""

MOST_BYTES_UNPROVEN = 64 * 1024**2
"""So much may have come of all bodies together whose senders are not known yet: six of the largest."""

_CHUNK = 65_536


class NoRoomForBody(Exception):
    """Too much has come of too many bodies; this one is among the largest and gives way."""


class Coming:
    """One body that is coming in, or has come and is being looked at."""

    def __init__(self) -> None:
        """Nothing has come of it."""
        self.size = 0
        self.gave_way = False
        self._deadline: asyncio.Timeout | None = None

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """While it is being read: ends with the deadline, or at once when it gives way."""
        try:
            async with asyncio.timeout(BODY_SECONDS) as self._deadline:
                yield
        except TimeoutError:
            if self.gave_way:
                raise NoRoomForBody from None
            raise
        finally:
            self._deadline = None

    @property
    def is_being_read(self) -> bool:
        """True until all of it has come."""
        return self._deadline is not None

    def give_way(self) -> None:
        """End its reading at the next turn of the loop."""
        self.gave_way = True
        if self._deadline is not None:
            self._deadline.reschedule(0)


class Unproven:
    """All bodies whose senders are not known yet. Beyond the bound the largest of those that are coming gives way.

    So whoever sends ten mebibytes to fill the memory makes room for those who send an alert, who are never the largest:
    nobody is refused for what others do who has sent less than they. For use on one event loop.
    """

    def __init__(self, most: int = MOST_BYTES_UNPROVEN) -> None:
        """``most`` bytes may have come of all together."""
        self._most = most
        self._bodies: set[Coming] = set()
        self._bytes = 0

    @property
    def held(self) -> int:
        """So many bytes have come of them."""
        return self._bytes

    @contextmanager
    def one_more(self) -> Iterator[Coming]:
        """A body, until it is known whose it is or it was given up."""
        one = Coming()
        self._bodies.add(one)
        try:
            yield one
        finally:
            self._forget(one)

    def count(self, one: Coming, size: int) -> None:
        """Count ``size`` more bytes of a body that is being read.

        Raises:
            NoRoomForBody: this one gives way.
        """
        one.size += size
        self._bytes += size
        while self._bytes > self._most and not one.gave_way:
            largest = max((body for body in self._bodies if body.is_being_read), key=lambda body: body.size)
            self._forget(largest)
            largest.give_way()
        if one.gave_way:
            raise NoRoomForBody

    def _forget(self, one: Coming) -> None:
        if one in self._bodies:
            self._bodies.remove(one)
            self._bytes -= one.size


@asynccontextmanager
async def body_of(request: web.Request, unproven: Unproven) -> AsyncIterator[bytes]:
    """The body, counted among the unproven until the block ends; a stated length above the limit is refused unread.

    Raises:
        web.HTTPRequestEntityTooLarge: the body is over the limit.
        web.RequestPayloadError: it broke off, or is not coded as its headers say.
        NoRoomForBody: it gave way.
        TimeoutError: it took longer than anybody may.
    """
    if (request.content_length or 0) > MAX_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_BYTES, request.content_length or 0)
    if request.content.is_eof() and request.content.exception() is None:  # it came together with its head
        yield _within_limit(request.content.read_nowait())
        return
    with unproven.one_more() as coming:
        chunks = []
        async with coming.in_time():
            async for chunk in request.content.iter_chunked(_CHUNK):
                if coming.size + len(chunk) > MAX_BYTES:
                    raise web.HTTPRequestEntityTooLarge(MAX_BYTES, coming.size + len(chunk))
                unproven.count(coming, len(chunk))
                chunks.append(chunk)
        yield b"".join(chunks)


def _within_limit(body: bytes) -> bytes:
    """The body; one that was packed may be over the limit although its stated length was not."""
    if len(body) > MAX_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_BYTES, len(body))
    return body
