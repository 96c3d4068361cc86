"""Connections that keep still are let go, so that however many are opened, whoever has something to say gets in."""

from __future__ import annotations

import asyncio
import resource
import time
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

log = structlog.get_logger(__name__)

QUIET_SECONDS: Final = 15.0
"""So long may a connection be open without a whole head of a request: before the first, and between two."""

MOST: Final = 4_000
"""Connections at once; of more, those that have kept still the longest go first."""

LOOKED_EVERY: Final = 1.0

_FILES: Final = 65_536


class Connections:
    """Minds the connections of one server. The web library limits neither their number nor how long a head takes."""

    def __init__(self, *, quiet_seconds: float = QUIET_SECONDS, most: int = MOST) -> None:
        """Limits as given; nothing runs yet."""
        self._quiet_seconds, self._most = quiet_seconds, most
        self._busy: set[web.RequestHandler] = set()
        self._quiet_since: dict[web.RequestHandler, float] = {}

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Notes that a request is being answered: however long that takes, its connection is not still."""
        protocol = request.protocol
        self._busy.add(protocol)
        try:
            return await handler(request)
        finally:
            self._busy.discard(protocol)
            self._quiet_since.pop(protocol, None)

    async def run(self, server: web.Server) -> None:
        """Look every second until cancelled."""
        while True:
            await asyncio.sleep(LOOKED_EVERY)
            self.look(server, time.monotonic())

    def look(self, server: web.Server, now: float) -> int:
        """Let go of what has kept still too long at ``now`` (steady seconds); returns how many that were."""
        open_now = server.connections
        self._quiet_since = {one: self._quiet_since.get(one, now) for one in open_now if one not in self._busy}
        gone = 0
        for connection, since in sorted(self._quiet_since.items(), key=lambda item: item[1]):
            if gone < len(open_now) - self._most or now - since >= self._quiet_seconds:
                connection.force_close()
                gone += 1
        if gone:
            log.info("still_connections_let_go", count=gone)
        return gone


def allow_many_files() -> None:
    """Let this process open as many files as the system lets it: each connection is one, and the usual limit is low."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
