"""The other units that hold a case together with the office (NĐ 244/2026 Art. 7.2)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.store.database import Tx
from bot.store.schema import incidents
from bot.store.schema_gates import case_units
from bot.store.upsert import insert_for

_OF_INCIDENT = (
    select(case_units.c.unit)
    .where(case_units.c.incident_id == bindparam("of"))
    .order_by(case_units.c.at, case_units.c.unit)
)
_OF_OPEN_INCIDENTS = (
    select(case_units.c.incident_id, case_units.c.unit)
    .join(incidents, incidents.c.id == case_units.c.incident_id)
    .where(incidents.c.open)
)


async def add(tx: Tx, incident_id: str, unit: str, by: str, at: datetime) -> bool:
    """Note that ``unit`` holds the case too; False when that was known."""
    done = await tx.execute(
        insert_for(tx, case_units).values(incident_id=incident_id, unit=unit, by=by, at=at).on_conflict_do_nothing()
    )
    return done.rowcount == 1


async def remove(tx: Tx, incident_id: str, unit: str) -> bool:
    """``unit`` does not hold the case after all; False when it did not."""
    done = await tx.execute(
        delete(case_units).where(case_units.c.incident_id == incident_id, case_units.c.unit == unit)
    )
    return done.rowcount == 1


async def of_open_incidents(tx: Tx) -> dict[str, frozenset[str]]:
    """The units by incident, for every open incident that has any."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in await tx.execute(_OF_OPEN_INCIDENTS):
        found[row.incident_id].add(row.unit)
    return {incident: frozenset(units) for incident, units in found.items()}


async def of_incident(tx: Tx, incident_id: str) -> tuple[str, ...]:
    """The units, in the order in which they came."""
    rows = await tx.execute(_OF_INCIDENT, {"of": incident_id})
    return tuple(rows.scalars())
