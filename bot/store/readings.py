"""Whom every text of a version has reached whole. A row names one person, one version and its hash, for ever."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from bot.model.outcome import Reading
from bot.store.database import Tx
from bot.store.schema import readings
from bot.store.upsert import insert_for


async def note(tx: Tx, reading: Reading, at: datetime) -> None:
    """The person has every text before their eyes; once is enough."""
    await tx.execute(insert_for(tx, readings).values(**asdict(reading), at=at).on_conflict_do_nothing())


async def has_read(tx: Tx, reading: Reading) -> bool:
    """True when these very texts have reached the person."""
    row = await tx.execute(
        select(readings.c.at).where(
            readings.c.incident_id == reading.incident_id,
            readings.c.version == reading.version,
            readings.c.person == reading.person,
            readings.c.sha256 == reading.sha256,
        )
    )
    return row.first() is not None
