"""Who was shown every text of a version whole. A row names one person, one version and its hash, for ever."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Tx
from bot.store.schema import readings


async def note(tx: Tx, incident_id: str, version: int, person: str, sha256: str, at: datetime) -> None:
    """The person has every text before their eyes; once is enough."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    values = {"incident_id": incident_id, "version": version, "person": person, "sha256": sha256, "at": at}
    await tx.execute(insert(readings).values(**values).on_conflict_do_nothing())


async def has_read(tx: Tx, incident_id: str, version: int, person: str, sha256: str) -> bool:
    """True when these very texts were shown to the person."""
    row = await tx.execute(
        select(readings.c.at).where(
            readings.c.incident_id == incident_id,
            readings.c.version == version,
            readings.c.person == person,
            readings.c.sha256 == sha256,
        )
    )
    return row.first() is not None
