"""Items of the quarantine, read again: with a mended mapping, or after what they refer to has come."""

from __future__ import annotations

from datetime import datetime

from bot.intake.body import MAX_ITEMS
from bot.intake.feeds import FeedConfig
from bot.intake.formats.arrival import NotReadable
from bot.intake.formats.port import NO_HEADERS
from bot.intake.parcel import Parcel, WrongNumber, open_parcel
from bot.intake.receiving import Result, Shelf, record_refused
from bot.model.alert import AlertOutcome
from bot.store import quarantine
from bot.store.database import Tx
from bot.store.quarantine import Quarantined

UNDERSTOOD = frozenset({AlertOutcome.ACCEPTED, AlertOutcome.DUPLICATE})


async def retry(tx: Tx, feed: FeedConfig, item: Quarantined, at: datetime) -> tuple[Result, ...]:
    """Read one waiting item again. Understood, it becomes an alert that was received when it first came.

    A body that was kept as a whole, because its list was not found, may hold several alerts by now. Each goes its own
    way; what is still not understood of it waits by itself from then on, so that nothing is read twice.

    Returns:
        What each came to. The id of one that is still ``quarantined`` is that under which it waits, with today's
        reason; while none came to anything else nothing was changed.
    """
    try:
        parcel = open_parcel(item.feed, feed, item.raw, NO_HEADERS, item.received_at)
    except NotReadable as error:
        return (_still(item, f"{type(error).__name__}: {error}"),)
    except WrongNumber as error:
        return (_still(item, f"{error.count} items, where one request has 1 to {MAX_ITEMS}"),)
    shelf = await Shelf.opened(tx, [parcel])
    results = [await shelf.judge(tx, item.feed, one) or shelf.accept(one) for one in parcel.items]
    if all(result.outcome is AlertOutcome.QUARANTINED for result in results):
        return tuple(_still(item, result.reason) for result in results)
    await shelf.write(tx)
    await quarantine.add(tx, _left(parcel, results))
    became = next((result.id for result in results if result.outcome in UNDERSTOOD), None)
    if became is not None:
        await quarantine.settle(tx, item.id, became, at)
    else:  # of what bears a mark of secrecy nothing is kept
        await quarantine.expire(tx, item.id, at)
    await record_refused(tx, item.feed, sum(result.outcome is AlertOutcome.REFUSED for result in results), at)
    return tuple(results)


def _still(item: Quarantined, reason: str) -> Result:
    return Result(item.id, None, AlertOutcome.QUARANTINED, reason)


def _left(parcel: Parcel, results: list[Result]) -> list[Quarantined]:
    """What waits on, each by itself."""
    return [
        Quarantined(one.id, parcel.feed, parcel.received_at, result.reason, one.raw)
        for one, result in zip(parcel.items, results, strict=True)
        if result.outcome is AlertOutcome.QUARANTINED
    ]
