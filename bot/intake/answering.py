"""What the door answers to a request with alerts: the receipt of what was taken, or why nothing was."""

from __future__ import annotations

import structlog
from aiohttp import web
from pydantic_core import to_json

from bot.intake.allowance import TooFast
from bot.intake.body import MAX_ITEMS
from bot.intake.feeds import FeedConfig
from bot.intake.formats.arrival import NotReadable
from bot.intake.gathering import FeedHasEnoughWaiting, TooManyWaiting
from bot.intake.parcel import WrongNumber
from bot.intake.problems import problem
from bot.intake.receiving import IdReused, Received
from bot.model.reasons import Reason
from bot.store.database import StoreUnavailable

log = structlog.get_logger(__name__)

RETRY_AFTER_SECONDS = "5"
"""Where nobody can know when there will be room, or a store."""

JSON = {"Content-Type": "application/json; charset=utf-8"}

Refused = NotReadable | WrongNumber | IdReused | TooFast | StoreUnavailable


def receipt(request: web.Request, received: Received) -> web.Response:
    """What became of each item. Only a request of which something was taken or known is a success."""
    answer = received.answer()
    if received.accepted or received.duplicates:
        return web.Response(body=to_json(answer), status=202, headers=JSON)
    if received.quarantined:
        why = next(r.reason for r in received.results if r.reason != Reason.MARKED_SECRET.value)
        return problem(request, 422, "not_understood", extra=answer, why=why)
    return problem(request, 422, Reason.MARKED_SECRET.value, extra=answer)


def refusal(request: web.Request, feed: FeedConfig, error: Refused) -> web.Response:
    """Why nothing of a request was stored, and when it may come again."""
    later = {"Retry-After": RETRY_AFTER_SECONDS}
    match error:
        case NotReadable():
            return problem(request, 400, error.code, why=str(error))
        case WrongNumber():
            return problem(request, 422, "wrong_number", limit=str(MAX_ITEMS), count=str(error.count))
        case IdReused():
            return problem(request, 409, "id_reused")
        case TooFast():
            later = {"Retry-After": str(error.seconds)}
            return problem(request, 429, "too_fast", headers=later, limit=str(feed.per_minute))
        case FeedHasEnoughWaiting():
            return problem(request, 429, "feed_has_enough_waiting", headers=later)
        case TooManyWaiting():
            return problem(request, 503, "too_many_waiting", headers=later)
        case StoreUnavailable():
            log.error("store_unavailable", error=str(error))
            return problem(request, 503, "store_unavailable", headers=later)
