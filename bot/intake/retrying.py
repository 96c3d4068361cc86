"""Items of the quarantine, read again: with a mended mapping, or after what they refer to has come."""

from __future__ import annotations

from bot.intake.feeds import FeedConfig
from bot.intake.formats.arrival import NotReadable
from bot.intake.formats.port import NO_HEADERS
from bot.intake.parcel import WrongNumber, open_parcel
from bot.intake.receiving import Result, accept, judge
from bot.model.alert import AlertOutcome
from bot.store import quarantine
from bot.store.database import Tx
from bot.store.quarantine import Quarantined


async def retry(tx: Tx, feed: FeedConfig, item: Quarantined) -> Result:
    """Read one waiting item again. Understood, it becomes an alert that was received when it first came.

    Returns:
        What it came to; still ``quarantined`` with today's reason when it is not understood, and then nothing changed.
    """
    try:
        parcel = open_parcel(item.feed, feed, item.raw, NO_HEADERS, item.received_at)
        (one,) = parcel.items
    except (NotReadable, WrongNumber, ValueError) as error:
        return Result(item.id, None, AlertOutcome.QUARANTINED, f"{type(error).__name__}: {error}")
    result = await judge(tx, item.feed, one) or await accept(tx, one)
    if result.outcome in (AlertOutcome.ACCEPTED, AlertOutcome.DUPLICATE):
        await quarantine.settle(tx, item.id, result.id, parcel.received_at)
    return result
