"""The emergency stop: at most one is in force, and two different persons end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.store.database import Tx
from bot.store.schema_gates import publishing_stops
from bot.store.upsert import insert_for

_IN_FORCE = select(publishing_stops).where(publishing_stops.c.in_force)


@dataclass(frozen=True, slots=True)
class PublishingStop:
    """All publishing stands still. ``first_release_by`` is the first of the two who end it."""

    id: int
    reason: str
    stopped_by: str
    stopped_at: datetime
    first_release_by: str | None
    first_release_at: datetime | None


async def in_force(tx: Tx) -> PublishingStop | None:
    """The stop that is in force."""
    row = (await tx.execute(_IN_FORCE)).first()
    return None if row is None else _stop(row)


async def begin(tx: Tx, reason: str, by: str, at: datetime) -> bool:
    """Stop all publishing; False when it stands still already."""
    statement = (
        insert_for(tx, publishing_stops)
        .values(reason=reason, stopped_by=by, stopped_at=at, in_force=True)
        .on_conflict_do_nothing()
    )
    return (await tx.execute(statement)).rowcount == 1


async def agree(tx: Tx, stop: PublishingStop, by: str, at: datetime) -> bool:
    """The first of two says that it may end; False when somebody was first."""
    done = await tx.execute(
        update(publishing_stops)
        .where(
            publishing_stops.c.id == stop.id,
            publishing_stops.c.in_force,
            publishing_stops.c.first_release_by.is_(None),
        )
        .values(first_release_by=by, first_release_at=at)
    )
    return done.rowcount == 1


async def end(tx: Tx, stop: PublishingStop, by: str, at: datetime) -> bool:
    """The second of two ends it; False when they were the first, or nobody was."""
    done = await tx.execute(
        update(publishing_stops)
        .where(
            publishing_stops.c.id == stop.id,
            publishing_stops.c.in_force,
            publishing_stops.c.first_release_by.is_not(None),
            publishing_stops.c.first_release_by != by,
        )
        .values(released_by=by, released_at=at, in_force=False)
    )
    return done.rowcount == 1


def _stop(row: Any) -> PublishingStop:
    return PublishingStop(
        row.id, row.reason, row.stopped_by, row.stopped_at, row.first_release_by, row.first_release_at
    )
