"""Wrong typed codes: how many one person typed for one version, and when the last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, select

from bot.model.statement import StatementVersion
from bot.store.database import Tx
from bot.store.schema_gates import wrong_codes


async def counted(tx: Tx, version: StatementVersion, person: str, *, since: datetime, until: datetime) -> int:
    """How many stand, as long as the last was within this time: one from the future counts for nothing."""
    row = await tx.execute(
        select(wrong_codes.c.number).where(
            _of(version, person), wrong_codes.c.last_at > since, wrong_codes.c.last_at <= until
        )
    )
    return row.scalar_one_or_none() or 0


async def count(tx: Tx, version: StatementVersion, person: str, number: int, at: datetime) -> None:
    """Write down that so many were wrong by now."""
    await forget(tx, version, person)
    await tx.execute(
        insert(wrong_codes).values(
            incident_id=version.incident_id, version=version.version, person=person, number=number, last_at=at
        )
    )


async def forget(tx: Tx, version: StatementVersion, person: str) -> None:
    """Let the person begin anew."""
    await tx.execute(delete(wrong_codes).where(_of(version, person)))


def _of(version: StatementVersion, person: str) -> ColumnElement[bool]:
    return and_(
        wrong_codes.c.incident_id == version.incident_id,
        wrong_codes.c.version == version.version,
        wrong_codes.c.person == person,
    )
