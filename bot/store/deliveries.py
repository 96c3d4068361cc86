"""The deliveries of approved words: one row for each outlet's copy of one version, and how far it got."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, or_, select, update

from bot.model.delivery import Delivery, DeliveryState
from bot.store.database import Tx
from bot.store.schema import deliveries

CLOCKS_DIFFER = timedelta(seconds=30)
"""Replicas' clocks agree better than this; what lies further ahead was written before a clock was set back."""

_IN_ORDER = (deliveries.c.version, deliveries.c.outlet)
_OF_INCIDENT = select(deliveries).where(deliveries.c.incident_id == bindparam("of"))
_OF_VERSION = _OF_INCIDENT.where(deliveries.c.version == bindparam("number")).order_by(*_IN_ORDER)
_OF_ALL_VERSIONS = _OF_INCIDENT.order_by(*_IN_ORDER)
_QUEUED = select(deliveries).where(deliveries.c.state == DeliveryState.QUEUED.value)
_DUE = _QUEUED.where(
    or_(
        deliveries.c.not_before.is_(None),
        deliveries.c.not_before <= bindparam("now"),
        deliveries.c.updated_at > bindparam("ahead"),
    )
)
_DOUBTFUL = select(deliveries).where(deliveries.c.state == DeliveryState.UNKNOWN.value)


async def queue(tx: Tx, incident_id: str, version: int, outlet: str, at: datetime) -> None:
    """Ask for one outlet's copy of an approved version."""
    await tx.execute(
        insert(deliveries).values(
            incident_id=incident_id,
            version=version,
            outlet=outlet,
            state=DeliveryState.QUEUED.value,
            attempts=1,
            updated_at=at,
        )
    )


async def of_incident(tx: Tx, incident_id: str, version: int | None = None) -> list[Delivery]:
    """Where each copy is."""
    if version is None:
        rows = await tx.execute(_OF_ALL_VERSIONS, {"of": incident_id})
    else:
        rows = await tx.execute(_OF_VERSION, {"of": incident_id, "number": version})
    return [_delivery(row) for row in rows]


async def get(tx: Tx, incident_id: str, version: int, outlet: str) -> Delivery | None:
    """One outlet's copy of one version."""
    found = [d for d in await of_incident(tx, incident_id, version) if d.outlet == outlet]
    return found[0] if found else None


async def claim(tx: Tx, incident_id: str, version: int, outlet: str, attempt: int, at: datetime) -> bool:
    """Turn a queued delivery to ``unknown`` just before its call; False when it is not queued for this attempt."""
    done = await tx.execute(
        update(deliveries)
        .where(
            *_copy(incident_id, version, outlet),
            deliveries.c.state == DeliveryState.QUEUED.value,
            deliveries.c.attempts == attempt,
        )
        .values(state=DeliveryState.UNKNOWN.value, updated_at=at, asked=False, not_before=None)
    )
    return done.rowcount == 1


async def settle(
    tx: Tx,
    incident_id: str,
    version: int,
    outlet: str,
    attempt: int,
    state: DeliveryState,
    at: datetime,
    *,
    reference: str | None = None,
    error: str | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Say how an ``unknown`` delivery of this attempt ended; False when it was settled before.

    Back to ``queued`` starts the next attempt, not before ``not_before``.
    """
    values: dict[str, Any] = {"state": state.value, "updated_at": at, "error": error, "not_before": not_before}
    if reference is not None:
        values["reference"] = reference
    if state is DeliveryState.QUEUED:
        values["attempts"] = attempt + 1
    done = await tx.execute(
        update(deliveries)
        .where(
            *_copy(incident_id, version, outlet),
            deliveries.c.state == DeliveryState.UNKNOWN.value,
            deliveries.c.attempts == attempt,
        )
        .values(**values)
    )
    return done.rowcount == 1


async def note_doubt(tx: Tx, incident_id: str, version: int, outlet: str, attempt: int, error: str) -> None:
    """Keep what is known about a doubtful delivery, for whoever looks after it."""
    await tx.execute(
        update(deliveries)
        .where(
            *_copy(incident_id, version, outlet),
            deliveries.c.state == DeliveryState.UNKNOWN.value,
            deliveries.c.attempts == attempt,
        )
        .values(error=error)
    )


async def still_under_way(tx: Tx, incident_id: str, version: int, outlet: str, at: datetime) -> None:
    """An outlet with many readers is at work: whoever sweeps need not ask yet whether its process died."""
    await tx.execute(
        update(deliveries)
        .where(
            *_copy(incident_id, version, outlet),
            deliveries.c.state == DeliveryState.UNKNOWN.value,
        )
        .values(updated_at=at)
    )


async def fail_queued(tx: Tx, incident_id: str, version: int, error: str, at: datetime) -> None:
    """Deliveries of a version that have not begun never will: the words were voided or must not leave."""
    await tx.execute(
        update(deliveries)
        .where(
            deliveries.c.incident_id == incident_id,
            deliveries.c.version == version,
            deliveries.c.state == DeliveryState.QUEUED.value,
        )
        .values(state=DeliveryState.FAILED.value, error=error, updated_at=at)
    )


async def doubt_queued(tx: Tx, at: datetime) -> int:
    """After a restored copy: what it holds as queued may have gone out since, so people are asked. Returns how many."""
    done = await tx.execute(
        update(deliveries)
        .where(deliveries.c.state == DeliveryState.QUEUED.value)
        .values(state=DeliveryState.UNKNOWN.value, asked=False, not_before=None, updated_at=at)
    )
    return int(done.rowcount)


async def mark_asked(tx: Tx, incident_id: str, version: int, outlet: str, attempt: int) -> bool:
    """Note that a person is being asked about a doubtful delivery; False when one was already."""
    done = await tx.execute(
        update(deliveries)
        .where(
            *_copy(incident_id, version, outlet),
            deliveries.c.state == DeliveryState.UNKNOWN.value,
            deliveries.c.attempts == attempt,
            deliveries.c.asked.is_(False),
        )
        .values(asked=True)
    )
    return done.rowcount == 1


async def due(tx: Tx, now: datetime) -> list[Delivery]:
    """Queued deliveries whose time has come. A wait that began later than now shows that the clock was set back."""
    rows = await tx.execute(_DUE, {"now": now, "ahead": now + CLOCKS_DIFFER})
    return [_delivery(row) for row in rows]


async def queued(tx: Tx) -> list[Delivery]:
    """Every delivery that waits to begin."""
    rows = await tx.execute(_QUEUED)
    return [_delivery(row) for row in rows]


async def doubtful(tx: Tx) -> list[Delivery]:
    """Deliveries of which nobody knows the end, asked about or not."""
    rows = await tx.execute(_DOUBTFUL)
    return [_delivery(row) for row in rows]


def _delivery(row: Any) -> Delivery:
    return Delivery(
        incident_id=row.incident_id,
        version=row.version,
        outlet=row.outlet,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        updated_at=row.updated_at,
        reference=row.reference,
        error=row.error,
        asked=row.asked,
    )


async def tallies(tx: Tx) -> dict[tuple[str, str], int]:
    """How many copies each outlet has in each state."""
    rows = await tx.execute(
        select(deliveries.c.outlet, deliveries.c.state, func.count()).group_by(deliveries.c.outlet, deliveries.c.state)
    )
    return {(outlet, state): int(number) for outlet, state, number in rows}


def _copy(incident_id: str, version: int, outlet: str) -> tuple[ColumnElement[bool], ...]:
    """One version at one outlet."""
    return (
        deliveries.c.incident_id == incident_id,
        deliveries.c.version == version,
        deliveries.c.outlet == outlet,
    )
