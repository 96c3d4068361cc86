"""Statement versions, the facts behind them and their deliveries to outlets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update

from bot.model.delivery import Delivery, DeliveryState
from bot.model.fact import Fact, FactState
from bot.model.statement import PUBLIC, Author, StatementState, StatementVersion, predecessors
from bot.store.database import Tx
from bot.store.schema import deliveries, facts, statements


@dataclass(frozen=True, slots=True)
class Decided:
    """The instants of one version that was approved and not voided."""

    approved_at: datetime | None
    published_at: datetime | None
    promises_at: datetime | None


async def add_version(tx: Tx, version: StatementVersion) -> None:
    """Add a version; versions are never changed afterwards but for their state."""
    await tx.execute(
        insert(statements).values(
            incident_id=version.incident_id,
            version=version.version,
            state=version.state.value,
            texts=dict(version.texts),
            sha256=version.sha256,
            author=version.author.value,
            created_at=version.created_at,
            created_by=version.created_by,
            playbook=version.playbook,
            reason=version.reason,
            approved_at=version.approved_at,
            approved_by=version.approved_by,
            published_at=version.published_at,
            promises_at=version.promises_at,
        )
    )


async def get_version(tx: Tx, incident_id: str, version: int) -> StatementVersion | None:
    """One version."""
    row = (
        await tx.execute(
            select(statements).where(statements.c.incident_id == incident_id, statements.c.version == version)
        )
    ).first()
    return None if row is None else _version(row)


async def current(tx: Tx, incident_id: str) -> StatementVersion | None:
    """The latest version of an incident's statement."""
    row = (
        await tx.execute(
            select(statements)
            .where(statements.c.incident_id == incident_id)
            .order_by(statements.c.version.desc())
            .limit(1)
        )
    ).first()
    return None if row is None else _version(row)


async def versions(tx: Tx, incident_id: str) -> list[StatementVersion]:
    """All versions, oldest first."""
    rows = await tx.execute(
        select(statements).where(statements.c.incident_id == incident_id).order_by(statements.c.version)
    )
    return [_version(row) for row in rows]


async def decided(tx: Tx, incident_id: str) -> list[Decided]:
    """When the versions that stand were approved and published, oldest first; what was voided does not stand."""
    standing = [StatementState.APPROVED, *PUBLIC]
    rows = await tx.execute(
        select(statements.c.approved_at, statements.c.published_at, statements.c.promises_at)
        .where(statements.c.incident_id == incident_id, statements.c.state.in_([s.value for s in standing]))
        .order_by(statements.c.version)
    )
    return [Decided(row.approved_at, row.published_at, row.promises_at) for row in rows]


async def published(tx: Tx, limit: int = 100, offset: int = 0) -> list[StatementVersion]:
    """Versions the newsroom shows, newest publication first."""
    rows = await tx.execute(
        select(statements)
        .join(
            deliveries,
            (deliveries.c.incident_id == statements.c.incident_id) & (deliveries.c.version == statements.c.version),
        )
        .where(deliveries.c.outlet == "newsroom", deliveries.c.state == DeliveryState.SENT.value)
        .order_by(statements.c.published_at.desc(), statements.c.incident_id, statements.c.version.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_version(row) for row in rows]


async def newsroom_item(tx: Tx, reference: str) -> StatementVersion | None:
    """The version that the newsroom published under this permanent address."""
    row = (
        await tx.execute(
            select(statements)
            .join(
                deliveries,
                (deliveries.c.incident_id == statements.c.incident_id) & (deliveries.c.version == statements.c.version),
            )
            .where(
                deliveries.c.outlet == "newsroom",
                deliveries.c.state == DeliveryState.SENT.value,
                deliveries.c.reference == reference,
            )
        )
    ).first()
    return None if row is None else _version(row)


async def enter(
    tx: Tx,
    incident_id: str,
    version: int,
    state: StatementState,
    at: datetime,
    *,
    sha256: str | None = None,
    by: str | None = None,
    reason: str | None = None,
) -> bool:
    """Move a version to ``state`` if the transition table allows it and, when given, its hash is ``sha256``."""
    values: dict[str, Any] = {"state": state.value}
    if state is StatementState.APPROVED:
        values |= {"approved_at": at, "approved_by": by}
    if state is StatementState.PUBLISHED:
        values |= {"published_at": at}
    if reason is not None:
        values |= {"reason": reason}
    condition = [
        statements.c.incident_id == incident_id,
        statements.c.version == version,
        statements.c.state.in_([s.value for s in predecessors(state)]),
    ]
    if sha256 is not None:
        condition.append(statements.c.sha256 == sha256)
    done = await tx.execute(update(statements).where(*condition).values(**values))
    return done.rowcount == 1


async def put_fact(tx: Tx, incident_id: str, fact: Fact) -> None:
    """Fill or overwrite one slot."""
    values = {"state": fact.state.value, "value": fact.value, "by": fact.by, "at": fact.at}
    done = await tx.execute(
        update(facts).where(facts.c.incident_id == incident_id, facts.c.slot == fact.slot).values(**values)
    )
    if done.rowcount == 0:
        await tx.execute(insert(facts).values(incident_id=incident_id, slot=fact.slot, **values))


async def facts_of(tx: Tx, incident_id: str) -> dict[str, Fact]:
    """The filled slots by id."""
    rows = await tx.execute(select(facts).where(facts.c.incident_id == incident_id))
    return {r.slot: Fact(r.slot, FactState(r.state), r.value, r.by, r.at) for r in rows}


async def queue_delivery(tx: Tx, incident_id: str, version: int, outlet: str, at: datetime) -> None:
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


async def deliveries_of(tx: Tx, incident_id: str, version: int | None = None) -> list[Delivery]:
    """Where each copy is."""
    query = select(deliveries).where(deliveries.c.incident_id == incident_id)
    if version is not None:
        query = query.where(deliveries.c.version == version)
    rows = await tx.execute(query.order_by(deliveries.c.version, deliveries.c.outlet))
    return [_delivery(row) for row in rows]


async def get_delivery(tx: Tx, incident_id: str, version: int, outlet: str) -> Delivery | None:
    """One outlet's copy of one version."""
    found = [d for d in await deliveries_of(tx, incident_id, version) if d.outlet == outlet]
    return found[0] if found else None


async def claim_delivery(tx: Tx, incident_id: str, version: int, outlet: str, attempt: int, at: datetime) -> bool:
    """Turn a queued delivery to ``unknown`` just before its call; False when it is not queued for this attempt."""
    done = await tx.execute(
        update(deliveries)
        .where(
            deliveries.c.incident_id == incident_id,
            deliveries.c.version == version,
            deliveries.c.outlet == outlet,
            deliveries.c.state == DeliveryState.QUEUED.value,
            deliveries.c.attempts == attempt,
        )
        .values(state=DeliveryState.UNKNOWN.value, updated_at=at, asked=False, not_before=None)
    )
    return done.rowcount == 1


async def settle_delivery(
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
            deliveries.c.incident_id == incident_id,
            deliveries.c.version == version,
            deliveries.c.outlet == outlet,
            deliveries.c.state == DeliveryState.UNKNOWN.value,
            deliveries.c.attempts == attempt,
        )
        .values(**values)
    )
    return done.rowcount == 1


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


async def mark_asked(tx: Tx, incident_id: str, version: int, outlet: str, attempt: int) -> bool:
    """Note that a person is being asked about a doubtful delivery; False when one was already."""
    done = await tx.execute(
        update(deliveries)
        .where(
            deliveries.c.incident_id == incident_id,
            deliveries.c.version == version,
            deliveries.c.outlet == outlet,
            deliveries.c.state == DeliveryState.UNKNOWN.value,
            deliveries.c.attempts == attempt,
            deliveries.c.asked.is_(False),
        )
        .values(asked=True)
    )
    return done.rowcount == 1


async def due_deliveries(tx: Tx, now: datetime) -> list[Delivery]:
    """Queued deliveries whose time has come."""
    rows = await tx.execute(
        select(deliveries).where(
            deliveries.c.state == DeliveryState.QUEUED.value,
            or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now),
        )
    )
    return [_delivery(row) for row in rows]


async def doubtful_deliveries(tx: Tx) -> list[Delivery]:
    """Deliveries of which nobody knows the end, asked about or not."""
    rows = await tx.execute(select(deliveries).where(deliveries.c.state == DeliveryState.UNKNOWN.value))
    return [_delivery(row) for row in rows]


def _version(row: Any) -> StatementVersion:
    return StatementVersion(
        incident_id=row.incident_id,
        version=row.version,
        state=StatementState(row.state),
        texts=row.texts,
        sha256=row.sha256,
        author=Author(row.author),
        created_at=row.created_at,
        created_by=row.created_by,
        playbook=row.playbook,
        reason=row.reason,
        approved_at=row.approved_at,
        approved_by=row.approved_by,
        published_at=row.published_at,
        promises_at=row.promises_at,
    )


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
