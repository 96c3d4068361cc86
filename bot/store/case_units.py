"""The other units that hold a case together with the office (NĐ 244/2026 Art. 7.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.store.database import Tx
from bot.store.schema_gates import case_units
from bot.store.telegram_outbox import insert_for

_OF_INCIDENT = (
    select(case_units.c.unit)
    .where(case_units.c.incident_id == bindparam("of"))
    .order_by(case_units.c.at, case_units.c.unit)
)


async def add(tx: Tx, incident_id: str, unit: str, by: str, at: datetime) -> bool:
    """Note that ``unit`` holds the case too; False when that was known."""
    done = await tx.execute(
        insert_for(tx, case_units).values(incident_id=incident_id, unit=unit, by=by, at=at).on_conflict_do_nothing()
    )
    return done.rowcount == 1


async def of_incident(tx: Tx, incident_id: str) -> tuple[str, ...]:
    """The units, in the order in which they came."""
    rows = await tx.execute(_OF_INCIDENT, {"of": incident_id})
    return tuple(rows.scalars())
