"""Statement versions with the facts behind them, and which of them are in public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from bot.model.statement import (
    PUBLIC,
    Author,
    StatementKind,
    StatementState,
    StatementVersion,
    predecessors,
)
from bot.store import facts as facts_store
from bot.store import published_texts
from bot.store.database import Tx
from bot.store.facts import facts_of, put_fact
from bot.store.schema import statements

__all__ = [
    "Decided",
    "add_version",
    "current",
    "decided",
    "enter",
    "facts_of",
    "first_published_at",
    "get_version",
    "is_current",
    "latest_public",
    "put_fact",
    "version_of",
    "versions",
]


_OF = select(statements).where(statements.c.incident_id == bindparam("of"))
_OLDEST_FIRST = _OF.order_by(statements.c.version)
_CURRENT = _OF.order_by(statements.c.version.desc()).limit(1)
_ONE = _OF.where(statements.c.version == bindparam("number"))
_IN_PUBLIC = _OF.where(statements.c.state.in_([s.value for s in PUBLIC]))
_LATEST_PUBLIC = _IN_PUBLIC.order_by(statements.c.version.desc()).limit(1)


def is_current() -> ColumnElement[bool]:
    """True for the latest version of its incident, looked up for each row: for the versions of a few incidents."""
    others = statements.alias()
    latest = select(func.max(others.c.version)).where(others.c.incident_id == statements.c.incident_id)
    return statements.c.version == latest.correlate(statements).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Decided:
    """The instants of one version that was approved and not voided."""

    approved_at: datetime | None
    published_at: datetime | None
    promises_at: datetime | None
    kind: StatementKind = StatementKind.INITIAL


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
            kind=version.kind.value,
            refers_to=version.refers_to,
            facts=facts_store.to_json(version.facts),
            rephrases=version.rephrases,
        )
    )
    if version.state in PUBLIC:
        await published_texts.note(tx, version)


async def get_version(tx: Tx, incident_id: str, version: int) -> StatementVersion | None:
    """One version."""
    row = (await tx.execute(_ONE, {"of": incident_id, "number": version})).first()
    return None if row is None else version_of(row)


async def current(tx: Tx, incident_id: str) -> StatementVersion | None:
    """The latest version of an incident's statement."""
    row = (await tx.execute(_CURRENT, {"of": incident_id})).first()
    return None if row is None else version_of(row)


async def latest_public(tx: Tx, incident_id: str) -> StatementVersion | None:
    """The latest version that the public has seen."""
    row = (await tx.execute(_LATEST_PUBLIC, {"of": incident_id})).first()
    return None if row is None else version_of(row)


async def first_published_at(tx: Tx, incident_id: str) -> datetime | None:
    """When the first words of an incident became public: what its clocks are measured by."""
    found: datetime | None = (
        await tx.execute(select(func.min(statements.c.published_at)).where(statements.c.incident_id == incident_id))
    ).scalar_one_or_none()
    return found


async def versions(tx: Tx, incident_id: str) -> list[StatementVersion]:
    """All versions, oldest first."""
    rows = await tx.execute(_OLDEST_FIRST, {"of": incident_id})
    return [version_of(row) for row in rows]


async def decided(tx: Tx, incident_ids: Sequence[str]) -> list[Decided]:
    """When the versions of these incidents that stand were approved and published; what was voided does not stand."""
    standing = [StatementState.APPROVED, *PUBLIC]
    rows = await tx.execute(
        select(statements.c.approved_at, statements.c.published_at, statements.c.promises_at, statements.c.kind)
        .where(statements.c.incident_id.in_(incident_ids), statements.c.state.in_([s.value for s in standing]))
        .order_by(statements.c.incident_id, statements.c.version)
    )
    return [Decided(row.approved_at, row.published_at, row.promises_at, StatementKind(row.kind)) for row in rows]


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
    if done.rowcount != 1:
        return False
    if state is StatementState.PUBLISHED and (published := await get_version(tx, incident_id, version)) is not None:
        await published_texts.note(tx, published)
    return True


def version_of(row: Any) -> StatementVersion:
    """The version in a row of ``statements``."""
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
        kind=StatementKind(row.kind),
        refers_to=row.refers_to,
        facts=facts_store.from_json(row.facts),
        rephrases=row.rephrases,
    )
