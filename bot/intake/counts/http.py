"""The door for counts: ``POST /v1/counts``, with the credentials of any feed (DESIGN §5)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from aiohttp import web

from bot.describing import described
from bot.intake import tallies
from bot.intake.allowance import Allowance, TooFast
from bot.intake.answering import RETRY_AFTER_SECONDS
from bot.intake.body import NotJson
from bot.intake.counts.reading import Brought, Unreadable, read_body
from bot.intake.counts.taking import Answer, Feeding, Took, take
from bot.intake.counts.wire import MAX_COUNTS, POST_COUNTS
from bot.intake.http import DEFAULT_FEED, LARGE_BODY, Intake
from bot.intake.problems import problem
from bot.intake.receiving import record_refused
from bot.store.database import StoreUnavailable
from bot.store.races import until_it_wins

log = structlog.get_logger(__name__)

MOST_TOPICS: Final = 500
"""Topics of a feed, where its settings say nothing else."""

_AT_ONCE, _A_SECOND = 120_000.0, 2_000.0
COUNTED, COUNTS_REFUSED = "counts", "counts_refused"


class CountsDoor:
    """Takes counts of all feeds and stores them before it answers."""

    def __init__(self, intake: Intake, most_topics: Mapping[str, int] | None = None) -> None:
        """``most_topics`` is how many topics each feed may have, by its name."""
        self._intake = intake
        self._most_topics = most_topics or {}
        self._allowances: dict[str, Allowance] = {}

    @described(POST_COUNTS)
    async def post(self, request: web.Request) -> web.Response:
        """Authenticate, read, store, answer; in this order. Whose credentials fit, that feed's counts they are."""
        intake = self._intake
        proven = await intake.proven(request, self._may_count())
        if isinstance(proven, web.Response):
            return proven
        feed, body = proven
        try:
            brought = await asyncio.to_thread(read_body, body) if len(body) > LARGE_BODY else read_body(body)
        except NotJson as error:
            return problem(request, 400, error.code, why=str(error))
        if not 1 <= len(brought) <= MAX_COUNTS:
            return problem(request, 422, "wrong_number_of_counts", limit=str(MAX_COUNTS), count=str(len(brought)))
        now = intake.clock.now()
        allowance = self._allowances.setdefault(feed, Allowance(_AT_ONCE, _A_SECOND, now))
        try:
            allowance.take(len(brought), now)
        except TooFast as wait:
            intake.tallies.add(feed, tallies.TOO_FAST, now)
            return problem(request, 429, "too_many_counts", headers={"Retry-After": str(wait.seconds)})
        try:
            answers = await self._store(Feeding(feed, now, self._most_topics.get(feed, MOST_TOPICS)), brought)
        except StoreUnavailable as error:
            allowance.give_back(len(brought))
            log.error("store_unavailable", error=str(error))
            return problem(request, 503, "store_unavailable", headers={"Retry-After": RETRY_AFTER_SECONDS})
        return _answer(request, self._tallied(feed, answers, now))

    def _may_count(self) -> list[str]:
        """The feeds whose credentials are tried: those that have any, before the one that needs none."""
        feeds = self._intake.feeds
        proving = [name for name, feed in feeds.items() if feed.secrets or feed.bearer or feed.basic]
        return [*proving, *(name for name in (DEFAULT_FEED,) if name in feeds and name not in proving)]

    async def _store(self, feeding: Feeding, brought: Sequence[Brought | Unreadable]) -> list[Answer]:
        """One transaction, done again when another one was in its way."""

        async def attempt() -> list[Answer]:
            async with self._intake.database.write() as tx:
                answers = await take(tx, feeding, brought)
                marked = sum(answer is Unreadable.MARKED_SECRET for answer in answers)
                await record_refused(tx, feeding.feed, marked, feeding.at)
                return answers

        return await until_it_wins(attempt)

    def _tallied(self, feed: str, answers: Sequence[Answer], now: datetime) -> dict[str, Any]:
        accepted, late = (sum(one is took for one in answers) for took in (Took.ACCEPTED, Took.LATE))
        refused = [{"index": at, "reason": one.value} for at, one in enumerate(answers) if not isinstance(one, Took)]
        self._intake.tallies.add(feed, COUNTED, now, accepted + late)
        self._intake.tallies.add(feed, COUNTS_REFUSED, now, len(refused))
        return {"accepted": accepted, "late": late, "refused": refused}


def add_counts_route(application: web.Application, door: CountsDoor) -> None:
    """Open the door."""
    application.router.add_post("/v1/counts", door.post)


def _answer(request: web.Request, answer: dict[str, Any]) -> web.Response:
    if answer["accepted"] or answer["late"]:
        return web.json_response(answer, status=202)
    return problem(request, 422, "counts_refused", extra=answer, why=answer["refused"][0]["reason"])
