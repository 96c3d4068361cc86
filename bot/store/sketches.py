"""What grouping remembers of incidents and compares new alerts with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.store.database import Tx
from bot.store.schema import incident_sketches, incidents


async def of_incident(tx: Tx, incident_id: str) -> tuple[dict[str, Any], bytes] | None:
    """What grouping keeps of one incident."""
    row = (await tx.execute(select(incident_sketches).where(incident_sketches.c.incident_id == incident_id))).first()
    return None if row is None else (row.sketch, row.vectors)


async def of_open(tx: Tx, drill: bool) -> Sequence[tuple[str, dict[str, Any], bytes]]:
    """Id, sketch and vectors of every open incident of one kind: drills are never mixed with real ones."""
    rows = await tx.execute(
        select(incidents.c.id, incident_sketches.c.sketch, incident_sketches.c.vectors)
        .join(incident_sketches, incident_sketches.c.incident_id == incidents.c.id)
        .where(incidents.c.open, incidents.c.drill == drill)
        .order_by(incidents.c.opened_at.desc())
        .limit(500)
    )
    return [(row.id, row.sketch, row.vectors) for row in rows]


async def put(tx: Tx, incident_id: str, sketch: dict[str, Any], vectors: bytes) -> None:
    """Keep what grouping compares new alerts with."""
    done = await tx.execute(
        update(incident_sketches)
        .where(incident_sketches.c.incident_id == incident_id)
        .values(sketch=sketch, vectors=vectors)
    )
    if done.rowcount == 0:
        await tx.execute(insert(incident_sketches).values(incident_id=incident_id, sketch=sketch, vectors=vectors))


async def forget(tx: Tx, incident_id: str) -> None:
    """Let grouping look for nothing more that belongs to an incident."""
    await tx.execute(delete(incident_sketches).where(incident_sketches.c.incident_id == incident_id))
