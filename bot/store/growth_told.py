"""What people were last told of each incident's growth, and which incidents are to be looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update

from bot.model.telling import Told
from bot.store.database import Tx
from bot.store.schema import incidents
from bot.store.schema_watching import growth_told
from bot.store.upsert import insert_for

_ONE = select(growth_told).where(growth_told.c.incident_id == bindparam("of"))
_TO_LOOK_AT = (
    select(incidents.c.id)
    .outerjoin(growth_told, growth_told.c.incident_id == incidents.c.id)
    .where(
        incidents.c.open,
        or_(
            growth_told.c.incident_id.is_(None),
            growth_told.c.seen_revision != incidents.c.revision,
            and_(growth_told.c.look_at.is_not(None), growth_told.c.look_at <= bindparam("now")),
        ),
    )
    .order_by(incidents.c.level.desc(), incidents.c.opened_at)
)


async def get(tx: Tx, incident_id: str) -> Told | None:
    """What was last told of an incident; None when nothing is written down yet."""
    row = (await tx.execute(_ONE, {"of": incident_id})).first()
    return None if row is None else _row(row)


async def begin(tx: Tx, row: Told, revision: int) -> None:
    """Write down what the first card told; nothing where that is known."""
    values = _values(row) | {"incident_id": row.incident_id, "seen_revision": revision}
    await tx.execute(insert_for(tx, growth_told).values(**values).on_conflict_do_nothing())


async def note(tx: Tx, row: Told, seen: Told, revision: int, look_at: datetime | None) -> bool:
    """Write what has been told up to ``revision``, if nobody told anything since it was ``seen``; False else.

    ``look_at`` is when to look again although nothing changes: something waits for the morning.
    """
    done = await tx.execute(
        update(growth_told)
        .where(growth_told.c.incident_id == seen.incident_id, growth_told.c.seq == seen.seq)
        .values(**_values(row), seen_revision=revision, look_at=look_at)
    )
    return bool(done.rowcount == 1)


async def to_look_at(tx: Tx, now: datetime) -> Sequence[str]:
    """Ids of open incidents that changed since growth was last looked at, or where something waited until now."""
    rows = await tx.execute(_TO_LOOK_AT, {"now": now})
    return list(rows.scalars())


def _values(row: Told) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "level": row.level,
        "volume": row.volume,
        "unit": row.unit,
        "alerts": row.alerts,
        "press": row.press,
        "places": list(row.places),
        "mood": row.mood,
        "mood_at": row.mood_at,
    }


def _row(row: Any) -> Told:
    return Told(
        incident_id=row.incident_id,
        seq=row.seq,
        level=row.level,
        volume=row.volume,
        unit=row.unit,
        alerts=row.alerts,
        press=row.press,
        places=tuple(row.places),
        mood=row.mood,
        mood_at=row.mood_at,
    )
