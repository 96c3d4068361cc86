"""What could not be understood, kept with the reason until a person has it read again or its time is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal, select, update

from bot.store.bulk import portions
from bot.store.database import Tx
from bot.store.schema import quarantine


class QuarantineState(StrEnum):
    """``waiting`` for a person; ``retried`` and understood since; ``expired``: only the reason is kept."""

    WAITING = "waiting"
    RETRIED = "retried"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One item. ``raw`` is empty once it expired; ``alert_id`` is what it became when it was read again."""

    id: str
    feed: str
    received_at: datetime
    reason: str
    raw: bytes
    state: QuarantineState = QuarantineState.WAITING
    settled_at: datetime | None = None
    alert_id: str | None = None


async def add(tx: Tx, items: Sequence[Quarantined]) -> None:
    """Keep what could not be understood."""
    if items:
        await tx.execute(
            insert(quarantine),
            [
                {
                    "id": item.id,
                    "feed": item.feed,
                    "received_at": item.received_at,
                    "reason": item.reason,
                    "raw": item.raw,
                    "state": item.state.value,
                }
                for item in items
            ],
        )


async def waiting(tx: Tx, feed: str | None = None, limit: int = 100) -> list[Quarantined]:
    """What waits for a person, newest first, without what was sent: a hundred bodies may be a gigabyte."""
    said = [column for column in quarantine.c if column is not quarantine.c.raw]
    rows = await tx.execute(
        select(*said, literal(b"").label("raw"))
        .where(*_waits(feed))
        .order_by(quarantine.c.received_at.desc(), quarantine.c.id.desc())
        .limit(limit)
    )
    return [_item(row) for row in rows]


async def ids_of_waiting(tx: Tx, feed: str | None = None) -> list[str]:
    """All that waits, by id; oldest first, as it came."""
    order = (quarantine.c.received_at, quarantine.c.id)
    return list((await tx.execute(select(quarantine.c.id).where(*_waits(feed)).order_by(*order))).scalars())


def _waits(feed: str | None) -> list[ColumnElement[bool]]:
    of_feed = [] if feed is None else [quarantine.c.feed == feed]
    return [quarantine.c.state == QuarantineState.WAITING.value, *of_feed]


async def get(tx: Tx, item_id: str) -> Quarantined | None:
    """One item, whatever became of it."""
    row = (await tx.execute(select(quarantine).where(quarantine.c.id == item_id))).first()
    return None if row is None else _item(row)


async def read_again(tx: Tx, item_ids: Sequence[str]) -> dict[str, str]:
    """Of these items those that were understood since, each with the alert that it became."""
    found: dict[str, str] = {}
    for ids in portions(item_ids):
        became = select(quarantine.c.id, quarantine.c.alert_id).where(
            quarantine.c.id.in_(ids), quarantine.c.alert_id.is_not(None)
        )
        found |= {row.id: row.alert_id for row in await tx.execute(became)}
    return found


async def counts(tx: Tx, since: datetime | None = None) -> dict[str, int]:
    """How many items of each feed wait, or how many of those that came since an instant."""
    query = select(quarantine.c.feed, func.count()).where(quarantine.c.state == QuarantineState.WAITING.value)
    if since is not None:
        query = query.where(quarantine.c.received_at >= since)
    return {feed: number for feed, number in await tx.execute(query.group_by(quarantine.c.feed))}


async def came_since(tx: Tx, since: datetime) -> int:
    """How many items came since an instant, whatever became of them: a number that only grows."""
    of_any_state = quarantine.c.state.in_([state.value for state in QuarantineState])  # so that the index serves
    counted = select(func.count()).select_from(quarantine).where(of_any_state, quarantine.c.received_at >= since)
    return int((await tx.execute(counted)).scalar_one())


async def settle(tx: Tx, item_id: str, alert_id: str, at: datetime) -> bool:
    """The item was understood at last; False when it does not wait any more."""
    return await _leave(tx, item_id, QuarantineState.RETRIED, at, alert_id=alert_id)


async def expire(tx: Tx, item_id: str, at: datetime) -> bool:
    """Forget what was sent; that something was, and why it was not understood, stays. False when it does not wait."""
    return await _leave(tx, item_id, QuarantineState.EXPIRED, at)


async def expire_before(tx: Tx, before: datetime, at: datetime, limit: int = 1000) -> int:
    """Forget what has waited since before an instant. Returns how many items."""
    old = select(quarantine.c.id).where(
        quarantine.c.state == QuarantineState.WAITING.value, quarantine.c.received_at < before
    )
    done = await tx.execute(
        update(quarantine)
        .where(quarantine.c.id.in_(old.limit(limit)))
        .values(state=QuarantineState.EXPIRED.value, settled_at=at, raw=b"")
    )
    return done.rowcount


async def _leave(tx: Tx, item_id: str, state: QuarantineState, at: datetime, **values: Any) -> bool:
    done = await tx.execute(
        update(quarantine)
        .where(quarantine.c.id == item_id, quarantine.c.state == QuarantineState.WAITING.value)
        .values(state=state.value, settled_at=at, raw=b"", **values)
    )
    return done.rowcount == 1


def _item(r: Any) -> Quarantined:
    return Quarantined(r.id, r.feed, r.received_at, r.reason, r.raw, QuarantineState(r.state), r.settled_at, r.alert_id)
