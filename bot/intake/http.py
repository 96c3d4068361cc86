"""The door: ``POST /v1/alerts``, ``POST /v1/feeds/{feed}`` and ``GET /v1/alerts/{id}`` (DESIGN §5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import structlog
from aiohttp import web
from aiohttp.web import RequestPayloadError

from bot.describing import described
from bot.intake import tallies
from bot.intake.allowance import Allowance, TooFast
from bot.intake.answering import RETRY_AFTER_SECONDS, receipt, refusal
from bot.intake.asking import became
from bot.intake.callers import Address, client_address
from bot.intake.feeds import FeedConfig, Network
from bot.intake.formats.arrival import NotReadable
from bot.intake.formats.port import Headers
from bot.intake.gathering import FeedHasEnoughWaiting, Gathering, TooManyWaiting
from bot.intake.parcel import Parcel, WrongNumber, open_parcel
from bot.intake.problems import problem, where_nothing_is
from bot.intake.receiving import IdReused, Received
from bot.intake.signature import Claim
from bot.intake.tallies import Tallies
from bot.intake.transfer import BODY_SECONDS, NoRoomForBody, Unproven, body_of
from bot.intake.wire import GET_ALERT, POST_ALERTS, POST_FEED
from bot.model.clock import Clock
from bot.store.database import Database, StoreUnavailable
from bot.store.feeds import add_tally

log = structlog.get_logger(__name__)

DEFAULT_FEED = "default"
MAX_WEBHOOK_ID = 256
LARGE_BODY = 256 * 1024
SLOW_FORMATS = frozenset({"mail"})
"""Formats whose reading takes its time with a hostile body."""

GONE = FeedConfig(pulled=True)
"""A feed that the settings do not have any more: nothing proves that somebody is it."""

CHALLENGE = {"WWW-Authenticate": 'Bearer, Basic realm="keng", charset="UTF-8"'}
"""The same for every feed and every fault: it says nothing about which credentials a feed has."""


class Intake:
    """Takes what all feeds bring, by request or fetched, and stores it before it answers."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        feeds: Mapping[str, FeedConfig],
        on_accepted: Callable[[], None],
        *,
        trusted_proxies: Sequence[Network] = (),
    ) -> None:
        """``on_accepted`` is called after each commit that brought alerts."""
        self.database = database
        self.clock = clock
        self.feeds = feeds
        self.on_accepted = on_accepted
        self.trusted_proxies = trusted_proxies
        self.tallies = Tallies()
        self.gathering = Gathering(database)
        self._allowances: dict[str, Allowance] = {}
        self._unproven = Unproven()

    @described(POST_ALERTS)
    async def post_alerts(self, request: web.Request) -> web.Response:
        """The feed ``default``, which speaks our own format."""
        return await self._post(request, DEFAULT_FEED)

    @described(POST_FEED)
    async def post_feed(self, request: web.Request) -> web.Response:
        """Any other feed, in its own format."""
        return await self._post(request, request.match_info["feed"])

    async def _post(self, request: web.Request, name: str) -> web.Response:
        """Authenticate, read, store, answer; in this order."""
        feed = self.feeds.get(name)
        if feed is None:
            return problem(request, 404, "unknown_feed", feed=name[:64])
        proven = await self.proven(request, [name])
        if isinstance(proven, web.Response):
            return proven
        _, body = proven
        webhook_id = request.headers.get("webhook-id", "")
        if len(webhook_id) > MAX_WEBHOOK_ID or not webhook_id.isascii():
            return problem(request, 400, "webhook_id_too_long", limit=str(MAX_WEBHOOK_ID))
        try:
            parcel = await self._opened(name, feed, body, request.headers, webhook_id or None)
            received = await self._within_pace(feed, parcel)
        except (NotReadable, WrongNumber, IdReused, TooFast, StoreUnavailable) as error:
            return refusal(request, feed, error)
        return receipt(request, received)

    async def take_in(
        self, name: str, feed: FeedConfig, body: bytes, headers: Headers, webhook_id: str | None
    ) -> Received:
        """Read and store one body of a feed, whoever brought it: the one way in for requests and for what is fetched.

        Raises:
            NotReadable: it is not what the feed's format is written in.
            WrongNumber: nothing in it, or more than a request may have.
            IdReused: the webhook id came before with another body.
            TooManyWaiting: nothing was stored; it may come again later.
            StoreUnavailable: nothing was stored.
        """
        return await self._stored(await self._opened(name, feed, body, headers, webhook_id))

    async def _opened(
        self, name: str, feed: FeedConfig, body: bytes, headers: Headers, webhook_id: str | None
    ) -> Parcel:
        """A body, read and taken apart."""
        now = self.clock.now()
        try:
            if len(body) > LARGE_BODY or feed.format.name in SLOW_FORMATS:  # others must not wait for it
                return await asyncio.to_thread(open_parcel, name, feed, body, headers, now, webhook_id)
            return open_parcel(name, feed, body, headers, now, webhook_id)
        except (NotReadable, WrongNumber):
            self.tallies.add(name, tallies.NOT_READABLE, now)
            raise

    async def _within_pace(self, feed: FeedConfig, parcel: Parcel) -> Received:
        """Store what a sender brought, if its pace allows; what is fetched has a pace of its own."""
        now, count = self.clock.now(), len(parcel.items)
        if feed.per_minute is None:
            return await self._stored(parcel)
        new = Allowance(feed.per_minute, feed.per_minute / 60, now)
        allowance = self._allowances.setdefault(parcel.feed, new)
        try:
            allowance.take(count, now)
        except TooFast:
            log.warning("feed_too_fast", feed=parcel.feed)
            self.tallies.add(parcel.feed, tallies.TOO_FAST, now)
            raise
        try:
            return await self._stored(parcel)
        except StoreUnavailable:
            allowance.give_back(count)
            raise

    async def _stored(self, parcel: Parcel) -> Received:
        """Wait until it is stored, and count what became of it."""
        try:
            received = await self.gathering.store(parcel)
        except TooManyWaiting as error:
            log.warning("too_many_alerts_waiting", feed=parcel.feed, of_this_feed=type(error) is FeedHasEnoughWaiting)
            self.tallies.add(parcel.feed, tallies.NO_ROOM, parcel.received_at)
            raise
        for outcome, count in received.counts.items():
            self.tallies.add(parcel.feed, outcome.value, parcel.received_at, count)
        if received.accepted:
            self.on_accepted()
        return received

    async def write_tallies(self) -> None:
        """Write down what was counted since the last time."""
        counted = self.tallies.unwritten()
        if not counted:
            return
        async with self.database.write() as tx:
            for tally in counted:
                await add_tally(tx, tally)
        self.tallies.written(counted)

    async def proven(self, request: web.Request, names: Sequence[str]) -> tuple[str, bytes] | web.Response:
        """The first of these feeds that the request proves to be, with its body; else what to answer.

        Nobody's body is read who proves nothing: a stranger's ten megabytes are not taken into memory.
        """
        may_be = self._fitting(names, self._claim(request, None))
        if not may_be:
            return self._turned_away(request, names)
        try:
            async with body_of(request, self._unproven) as body:
                found = await self._by_body(may_be, self._claim(request, body), len(body))
        except web.HTTPRequestEntityTooLarge:
            return problem(request, 413, "too_large", limit="10 MiB", headers={"Connection": "close"})
        except TimeoutError:
            return problem(request, 408, "too_slow", limit=f"{BODY_SECONDS:.0f}", headers={"Connection": "close"})
        except RequestPayloadError as error:
            return problem(request, 400, "not_json", why=str(error), headers={"Connection": "close"})
        except NoRoomForBody:
            log.warning("no_room_for_body", address=str(self._address(request)))
            later = {"Retry-After": RETRY_AFTER_SECONDS, "Connection": "close"}
            return problem(request, 503, "no_room_for_body", headers=later)
        return (found[0], body) if found else self._turned_away(request, names)

    def _turned_away(self, request: web.Request, names: Sequence[str]) -> web.Response:
        """Nobody is told why; it is counted, by the feed's name where only one was meant."""
        self._count_as_not_authentic(names[0] if len(names) == 1 else DEFAULT_FEED, self._address(request))
        return problem(request, 401, "not_authentic", headers=CHALLENGE)

    def _claim(self, request: web.Request, body: bytes | None) -> Claim:
        return Claim(request.headers, body, self.clock.now(), self._address(request))

    def _fitting(self, names: Sequence[str], claim: Claim) -> list[str]:
        """The feeds, of those named, that the claim proves to be of."""
        return [name for name in names if claim.proves(self.feeds.get(name, GONE))]

    async def _by_body(self, names: Sequence[str], claim: Claim, size: int) -> list[str]:
        """The same for the body's signature; others need not wait while a large one is signed."""
        if size > LARGE_BODY:
            return await asyncio.to_thread(self._fitting, names, claim)
        return self._fitting(names, claim)

    def _address(self, request: web.Request) -> Address | None:
        return client_address(request.remote, request.headers.getall("X-Forwarded-For", []), self.trusted_proxies)

    def _count_as_not_authentic(self, name: str, address: Address | None) -> None:
        log.warning("feed_not_authentic", feed=name, address=str(address))
        self.tallies.add(name, tallies.NOT_AUTHENTIC, self.clock.now())

    @described(GET_ALERT)
    async def get(self, request: web.Request) -> web.Response:
        """What became of one item; with the credentials of the feed that sent it.

        That an id is unknown is told to whoever has the credentials of any feed: nobody knows whose it would be.
        """
        try:
            async with self.database.read() as tx:
                found = await became(tx, request.match_info["id"])
        except StoreUnavailable:
            return problem(request, 503, "store_unavailable", headers={"Retry-After": RETRY_AFTER_SECONDS})
        may_ask = list(self.feeds) if found is None else [found.feed]
        if not self._fitting(may_ask, self._claim(request, b"")):
            return self._turned_away(request, may_ask)
        if found is None:
            return problem(request, 404, "unknown_alert")
        return web.json_response(found.answer())


def add_routes(application: web.Application, intake: Intake) -> None:
    """Open the door."""
    application.middlewares.append(where_nothing_is)
    application.router.add_post("/v1/alerts", intake.post_alerts)
    application.router.add_post("/v1/feeds/{feed}", intake.post_feed)
    application.router.add_get("/v1/alerts/{id}", intake.get)
