"""How public pages are answered: with a tag of their content, so that what has not changed is not sent again."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from aiohttp import ETag, web

from bot.model.clock import Clock

REMEMBERED = 1_024
"""Pages of which is kept since when they are as they are."""

LARGE = 100_000
"""Bytes from which on compressing is done beside the event loop."""

SMALL = 1_000
"""Bytes below which compressing costs more than it saves."""


class Answering:
    """Makes answers of page bodies. ``Last-Modified`` is when this process first saw the page as it is now.

    An instant taken from the statements would not do: a copy that went out late, a changed telephone number and a new
    release change pages, too, and a reader that asks by time alone would never hear of it.
    """

    def __init__(self, clock: Clock) -> None:
        """Read the time from ``clock``."""
        self._clock = clock
        self._since: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    def page(
        self, request: web.Request, body: str | bytes, media: str = "text/html", *, dated: bool = True
    ) -> web.Response:
        """The answer to a GET: the body, or 304 where the reader has it. ``dated`` pages say since when they are so."""
        content = body.encode("utf-8", "replace") if isinstance(body, str) else body
        tag = hashlib.sha256(content).hexdigest()[:32]
        since = self._unchanged_since(request.path_qs, tag) if dated else None
        answer = web.Response(body=content, content_type=media, charset="utf-8", zlib_executor_size=LARGE)
        if _has_it(request, tag, since):
            answer = web.Response(status=304)
        elif len(content) > SMALL and request.method == "GET":
            answer.enable_compression()
        answer.etag = ETag(tag, is_weak=True)  # weak: the compressed and the plain body share it
        answer.last_modified = since
        answer.headers["Vary"] = "Accept-Encoding"
        return answer

    def _unchanged_since(self, key: str, tag: str) -> datetime | None:
        """The second since when; None within the first one, for within it the page may change again."""
        now = self._clock.now()
        known, since = self._since.get(key, ("", now))
        if known != tag:
            since = now
        self._since[key] = (tag, since)
        self._since.move_to_end(key)
        if len(self._since) > REMEMBERED:
            self._since.popitem(last=False)
        return since if now - since >= timedelta(seconds=1) else None


def _has_it(request: web.Request, tag: str, since: datetime | None) -> bool:
    known = request.if_none_match
    if known is not None:
        return any(etag.value in (tag, "*") for etag in known)
    asked = request.if_modified_since
    return asked is not None and since is not None and since.replace(microsecond=0) <= asked


class Turns:
    """Lets a few costly questions through at a time; a few wait, the others are sent away: the desk's work goes on.

    Raises:
        HTTPServiceUnavailable: too many are waiting.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        """Let ``at_once`` work and ``waiting`` wait."""
        self._room = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._inside = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a turn."""
        if self._inside >= self._most:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"})
        self._inside += 1
        try:
            async with self._room:
                yield
        finally:
            self._inside -= 1


class Crowds:
    """How much of the store the public may take at once; the desk reads from the same one.

    ``costly`` are searches, questions to ``/verify`` and the map; ``pages`` everything else.
    """

    def __init__(self) -> None:
        """Together fewer than the connections that a process reads with."""
        self.costly = Turns(at_once=2, waiting=30)
        self.pages = Turns(at_once=3, waiting=200)
