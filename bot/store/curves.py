"""What was said of rising topics: signals, outlooks, forecasts from before statements, pictures, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.store.database import Tx
from bot.store.incidents import IDS_OF_OPEN
from bot.store.schema import incidents, statements
from bot.store.schema_counts import (
    incident_pictures,
    statement_curves,
    topic_outlooks,
    topic_signals,
)
from bot.store.upsert import insert_for

THREAD = "topic:"
"""How the matter's name begins in alerts that the detector raised; the topic's number follows."""

ALERT, WORD, TOO_OLD, TOO_MANY = "alert", "word", "too_old", "too_many"
"""What a signal became."""


@dataclass(frozen=True, slots=True)
class KeptSignal:
    """One thing that the detector said of a topic in one bin; instants are seconds since 1970."""

    id: str
    topic_id: int
    kind: str
    why: str
    at: int
    observed: float
    expected: float
    factor: float
    score: float
    since: int
    low: float
    high: float
    became: str
    alert_id: str | None = None


@dataclass(frozen=True, slots=True)
class KeptOutlook:
    """The latest forecast of a topic; ``shown_at`` is when cards last changed because of it."""

    topic_id: int
    at: int
    recent: float
    forecast: Mapping[str, Any]
    shown_at: int


@dataclass(frozen=True, slots=True)
class KeptCurve:
    """The forecast from before a statement."""

    incident_id: str
    version: int
    topic_id: int
    at: int
    forecast: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """Which picture of an incident is on show."""

    incident_id: str
    topic_id: int
    seq: int
    mark: str
    at: datetime


async def add_signals(tx: Tx, signals: Sequence[KeptSignal]) -> None:
    """Keep what was said; the same id once."""
    if signals:
        rows = [{name: getattr(one, name) for name in KeptSignal.__slots__} for one in signals]
        await tx.execute(insert_for(tx, topic_signals).on_conflict_do_nothing(index_elements=["id"]), rows)


async def signals(tx: Tx, topic_id: int, since: int) -> list[KeptSignal]:
    """What was said of a topic since then, the oldest first."""
    c = topic_signals.c
    rows = await tx.execute(select(topic_signals).where(c.topic_id == topic_id, c.at >= since).order_by(c.at, c.id))
    return [KeptSignal(**{name: getattr(row, name) for name in KeptSignal.__slots__}) for row in rows]


async def outlook(tx: Tx, topic_id: int) -> KeptOutlook | None:
    """The latest forecast of a topic."""
    row = (await tx.execute(select(topic_outlooks).where(topic_outlooks.c.topic_id == topic_id))).first()
    return None if row is None else KeptOutlook(row.topic_id, row.at, row.recent, row.forecast, row.shown_at)


async def put_outlook(tx: Tx, kept: KeptOutlook) -> None:
    """Keep the latest forecast of a topic."""
    values = {
        "at": kept.at,
        "recent": kept.recent,
        "forecast": dict(kept.forecast),
        "shown_at": kept.shown_at,
    }
    statement = insert_for(tx, topic_outlooks).values(topic_id=kept.topic_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["topic_id"], set_=values))


async def statements_without_curve(tx: Tx) -> list[tuple[str, int, datetime]]:
    """Statements that were published and have no forecast from before: incident, version, when."""
    c = statements.c
    rows = await tx.execute(
        select(c.incident_id, c.version, c.published_at)
        .outerjoin(
            statement_curves,
            (statement_curves.c.incident_id == c.incident_id) & (statement_curves.c.version == c.version),
        )
        .where(c.incident_id.in_(IDS_OF_OPEN), c.published_at.is_not(None), statement_curves.c.incident_id.is_(None))
    )
    return [(row.incident_id, row.version, row.published_at) for row in rows]


async def add_statement_curve(tx: Tx, kept: KeptCurve) -> None:
    """Keep the forecast from before a statement; the first one counts."""
    values = {name: getattr(kept, name) for name in KeptCurve.__slots__} | {"forecast": dict(kept.forecast)}
    await tx.execute(insert_for(tx, statement_curves).values(**values).on_conflict_do_nothing())


async def statement_curves_of(tx: Tx, incident_id: str) -> list[KeptCurve]:
    """The forecasts from before the statements of an incident, in the order of publication."""
    c = statement_curves.c
    rows = await tx.execute(select(statement_curves).where(c.incident_id == incident_id).order_by(c.at, c.version))
    return [KeptCurve(row.incident_id, row.version, row.topic_id, row.at, row.forecast) for row in rows]


async def published_at(tx: Tx, incident_id: str) -> list[datetime]:
    """When the statements of an incident were published."""
    c = statements.c
    query = select(c.published_at).where(c.incident_id == incident_id, c.published_at.is_not(None))
    return list((await tx.execute(query.order_by(c.published_at))).scalars())


async def picture(tx: Tx, incident_id: str) -> Picture | None:
    """Which picture of an incident is on show."""
    row = (await tx.execute(select(incident_pictures).where(incident_pictures.c.incident_id == incident_id))).first()
    return None if row is None else Picture(row.incident_id, row.topic_id, row.seq, row.mark, row.at)


async def pictures_of_open(tx: Tx) -> dict[str, int]:
    """Which picture each open incident is to show, by its number."""
    rows = await tx.execute(
        select(incident_pictures.c.incident_id, incident_pictures.c.seq)
        .join(incidents, incidents.c.id == incident_pictures.c.incident_id)
        .where(incidents.c.open)
    )
    return {row.incident_id: row.seq for row in rows}


async def put_picture(tx: Tx, kept: Picture) -> None:
    """Note which picture is to be on show."""
    values = {"topic_id": kept.topic_id, "seq": kept.seq, "mark": kept.mark, "at": kept.at}
    statement = insert_for(tx, incident_pictures).values(incident_id=kept.incident_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["incident_id"], set_=values))
