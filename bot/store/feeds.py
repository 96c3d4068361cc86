"""What is remembered of feeds: tallies of what came and what was turned away, and how far polled ones were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.store.database import Tx
from bot.store.schema import feed_positions, feed_tallies


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something happened with a feed, and when last."""

    feed: str
    what: str
    count: int
    last_at: datetime


async def add_tally(tx: Tx, tally: Tally) -> None:
    """Add to a count; other replicas add to the same."""
    done = await tx.execute(
        update(feed_tallies)
        .where(feed_tallies.c.feed == tally.feed, feed_tallies.c.what == tally.what)
        .values(count=feed_tallies.c.count + tally.count, last_at=tally.last_at)
    )
    if not done.rowcount:
        await tx.execute(
            insert(feed_tallies).values(feed=tally.feed, what=tally.what, count=tally.count, last_at=tally.last_at)
        )


async def tallies(tx: Tx) -> list[Tally]:
    """Every count."""
    rows = await tx.execute(select(feed_tallies).order_by(feed_tallies.c.feed, feed_tallies.c.what))
    return [Tally(feed, what, count, last_at) for feed, what, count, last_at in rows]


async def position(tx: Tx, feed: str) -> Mapping[str, Any]:
    """How far a polled feed was read; nothing at first."""
    found = (await tx.execute(select(feed_positions.c.position).where(feed_positions.c.feed == feed))).scalar()
    return found or {}


async def put_position(tx: Tx, feed: str, position: Mapping[str, Any], at: datetime) -> None:
    """Remember how far a polled feed was read."""
    values = {"position": dict(position), "updated_at": at}
    done = await tx.execute(update(feed_positions).where(feed_positions.c.feed == feed).values(**values))
    if not done.rowcount:
        await tx.execute(insert(feed_positions).values(feed=feed, **values))
