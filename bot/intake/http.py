"""The door: ``POST /v1/alerts``, ``POST /v1/feeds/{feed}`` and ``GET /v1/alerts/{id}`` (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from aiohttp import web
from aiohttp.web import RequestPayloadError

from bot.intake import body as json_body
from bot.intake.feeds import FeedConfig
from bot.intake.formats import FORMATS
from bot.intake.problems import problem
from bot.intake.receiving import Format, IdReused, Received, receive
from bot.intake.signature import NotAuthentic, check
from bot.model.clock import Clock
from bot.store import alerts
from bot.store.database import Database, LostRace, StoreUnavailable

log = structlog.get_logger(__name__)

DEFAULT_FEED = "default"
RETRY_AFTER_SECONDS = "5"
MAX_WEBHOOK_ID = 256
TRIES = 5


class Intake:
    """Takes requests of all feeds and stores what they bring before it answers."""

    def __init__(
        self, database: Database, clock: Clock, feeds: Mapping[str, FeedConfig], on_accepted: Callable[[], None]
    ) -> None:
        """``on_accepted`` is called after each commit that brought alerts."""
        self.database = database
        self.clock = clock
        self.feeds = feeds
        self.on_accepted = on_accepted

    async def post(self, request: web.Request) -> web.Response:
        """Authenticate, read, store, answer; in this order."""
        name = request.match_info.get("feed", DEFAULT_FEED)
        feed = self.feeds.get(name)
        if feed is None:
            return problem(request, 404, "unknown_feed", feed=name[:64])
        try:
            body = await _read_body(request)
        except web.HTTPRequestEntityTooLarge:
            return problem(request, 413, "too_large", limit="10 MiB", headers={"Connection": "close"})
        except RequestPayloadError as error:
            return problem(request, 400, "not_json", why=str(error), headers={"Connection": "close"})
        try:
            check(feed, request.headers, body, self.clock.now())
        except NotAuthentic:
            log.warning("feed_not_authentic", feed=name)
            return problem(request, 401, "not_authentic", headers={"WWW-Authenticate": "Bearer"})
        try:
            value = json_body.parse(body)
        except json_body.NotJson as error:
            return problem(request, 400, "not_json", why=str(error))
        items = value if isinstance(value, list) else [value]
        if not 1 <= len(items) <= json_body.MAX_ITEMS:
            return problem(request, 422, "wrong_number", limit=str(json_body.MAX_ITEMS), count=str(len(items)))
        webhook_id = request.headers.get("webhook-id", "")
        if len(webhook_id) > MAX_WEBHOOK_ID or not webhook_id.isascii():
            return problem(request, 400, "webhook_id_too_long", limit=str(MAX_WEBHOOK_ID))
        try:
            received = await self._stored(name, FORMATS[feed.format], items, body, webhook_id or None)
        except RecursionError:  # read from a shallower place than here, but too deep to be written again
            return problem(request, 400, "not_json", why="nested too deep")
        except IdReused:
            return problem(request, 409, "id_reused")
        except StoreUnavailable as error:
            log.error("store_unavailable", error=str(error))
            return problem(request, 503, "store_unavailable", headers={"Retry-After": RETRY_AFTER_SECONDS})
        return self._answer(request, received)

    async def _stored(self, feed: str, read: Format, items: list[Any], body: bytes, webhook_id: str | None) -> Received:
        """Everything in one transaction, done again when another one was in its way."""
        for left in reversed(range(TRIES)):
            try:
                async with self.database.write() as tx:
                    return await receive(tx, feed, read, items, body, webhook_id, self.clock.now())
            except LostRace:
                if not left:
                    raise
        raise AssertionError("unreachable")

    async def get(self, request: web.Request) -> web.Response:
        """What became of one alert; with the credentials of the feed that sent it."""
        try:
            async with self.database.read() as tx:
                stored = await alerts.get(tx, request.match_info["id"])
        except StoreUnavailable:
            return problem(request, 503, "store_unavailable", headers={"Retry-After": RETRY_AFTER_SECONDS})
        feed = self.feeds.get(stored.alert.feed if stored else DEFAULT_FEED, FeedConfig())
        try:
            check(feed, request.headers, b"", self.clock.now())
        except NotAuthentic:
            return problem(request, 401, "not_authentic", headers={"WWW-Authenticate": "Bearer"})
        if stored is None:
            return problem(request, 404, "unknown_alert")
        return web.json_response(
            {
                "id": stored.alert.id,
                "incident": stored.incident_id,
                "outcome": stored.outcome.value,
                "reason": stored.reason,
            }
        )

    def _answer(self, request: web.Request, received: Received) -> web.Response:
        if received.accepted:
            self.on_accepted()
        answer = received.answer()
        if received.quarantined and not received.accepted and not received.duplicates:
            return problem(request, 422, "not_understood", extra=answer, why=received.results[0].reason)
        return web.json_response(answer, status=202)


def add_routes(application: web.Application, intake: Intake) -> None:
    """Open the door."""
    application.router.add_post("/v1/alerts", intake.post)
    application.router.add_post("/v1/feeds/{feed}", intake.post)
    application.router.add_get("/v1/alerts/{id}", intake.get)


async def _read_body(request: web.Request) -> bytes:
    """The body, read only as far as the limit allows; a stated length above it is refused unread.

    Raises:
        web.HTTPRequestEntityTooLarge: the body is over the limit.
        RequestPayloadError: it broke off, or is not coded as its headers say.
    """
    limit = json_body.MAX_BYTES
    if (request.content_length or 0) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, request.content_length or 0)
    chunks, size = [], 0
    async for chunk in request.content.iter_chunked(65_536):
        size += len(chunk)
        if size > limit:
            raise web.HTTPRequestEntityTooLarge(limit, size)
        chunks.append(chunk)
    return b"".join(chunks)
