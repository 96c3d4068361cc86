"""What was said of rising topics: signals, outlooks, forecasts from before statements, pictures, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from bot.model.alert import AlertKind
from bot.model.incident import IncidentState
from bot.store.database import Tx
from bot.store.schema import alerts, incidents, statements
from bot.store.schema_counts import (
    count_streams,
    count_topics,
    incident_pictures,
    statement_curves,
    topic_outlooks,
    topic_signals,
)
from bot.store.telegram_outbox import insert_for

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


async def topics_of_open(tx: Tx) -> dict[str, int]:
    """The topic of each open incident that has one: of its latest alert from the detector, else of its documents."""
    counted = await _by_documents(tx, incidents.c.open.is_(True))
    return counted | await _by_threads(tx, incidents.c.open.is_(True))


async def topic_of(tx: Tx, incident_id: str) -> int | None:
    """The topic of one incident; None when it has none."""
    condition = incidents.c.id == incident_id
    found = await _by_threads(tx, condition) or await _by_documents(tx, condition)
    return found.get(incident_id)


async def _by_threads(tx: Tx, condition: Any) -> dict[str, int]:
    rows = await tx.execute(
        select(alerts.c.incident_id, alerts.c.thread)
        .join(incidents, incidents.c.id == alerts.c.incident_id)
        .where(condition, alerts.c.thread.like(f"{THREAD}%"))
        .order_by(alerts.c.seq)
    )
    found = {row.incident_id: row.thread.removeprefix(THREAD) for row in rows}
    return {incident: int(number) for incident, number in found.items() if number.isdecimal()}


async def _by_documents(tx: Tx, condition: Any) -> dict[str, int]:
    rows = await tx.execute(
        select(alerts.c.incident_id, count_topics.c.id, func.count().label("documents"))
        .join(incidents, incidents.c.id == alerts.c.incident_id)
        .join(count_topics, count_topics.c.name == incidents.c.playbook)
        .join(count_streams, count_streams.c.id == count_topics.c.stream_id)
        .where(
            condition,
            incidents.c.drill.is_(False),
            count_streams.c.kind == "documents",
            count_streams.c.feed == alerts.c.feed,
        )
        .group_by(alerts.c.incident_id, count_topics.c.id)
        .order_by("documents", count_topics.c.id)
    )
    return {row.incident_id: row.id for row in rows}


async def incidents_of(tx: Tx, topic_id: int, since: datetime) -> list[tuple[str, str, bool, bool]]:
    """Incidents of alerts that the detector raised of a topic since then.

    Returns:
        Of each its id, its state, whether a person opened it before the detector spoke, and whether it was one of ours.
    """
    raised = (
        select(alerts.c.incident_id)
        .where(alerts.c.thread == f"{THREAD}{topic_id}", alerts.c.incident_id.is_not(None))
        .distinct()
    )
    first = (
        select(alerts.c.incident_id, func.min(alerts.c.seq).label("seq"))
        .where(alerts.c.incident_id.in_(raised))
        .group_by(alerts.c.incident_id)
        .subquery()
    )
    rows = await tx.execute(
        select(incidents.c.id, incidents.c.state, alerts.c.thread, alerts.c.content)
        .join(first, first.c.incident_id == incidents.c.id)
        .join(alerts, alerts.c.seq == first.c.seq)
        .where(incidents.c.opened_at >= since, incidents.c.drill.is_(False))
    )
    return [
        (
            row.id,
            row.state,
            row.content["kind"] == AlertKind.MANUAL.value,
            row.thread == f"{THREAD}{topic_id}",
        )
        for row in rows
    ]


def was_false_alarm(state: str) -> bool:
    """True for the state of an incident that a person called a false alarm."""
    return state == IncidentState.DISMISSED.value


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
        .join(incidents, incidents.c.id == c.incident_id)
        .outerjoin(
            statement_curves,
            (statement_curves.c.incident_id == c.incident_id) & (statement_curves.c.version == c.version),
        )
        .where(c.published_at.is_not(None), incidents.c.open, statement_curves.c.incident_id.is_(None))
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


async def put_picture(tx: Tx, kept: Picture) -> None:
    """Note which picture is to be on show."""
    values = {"topic_id": kept.topic_id, "seq": kept.seq, "mark": kept.mark, "at": kept.at}
    statement = insert_for(tx, incident_pictures).values(incident_id=kept.incident_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["incident_id"], set_=values))


async def documents(tx: Tx, feed: str, since: datetime, until: datetime) -> list[tuple[str, str | None]]:
    """Playbook and the feed's own id of what it brought in that time, one row a document that found its matter.

    What itself says how much is being said is no document, nor are drills, withdrawals and what the detector raised.
    """
    c = alerts.c
    rows = await tx.execute(
        select(incidents.c.playbook, c.source_id)
        .join(incidents, incidents.c.id == c.incident_id)
        .where(
            c.feed == feed,
            c.received_at >= since,
            c.received_at < until,
            incidents.c.drill.is_(False),
            c.content["volume"]["observed"].as_string().is_(None),
            c.content["phase"].as_string().in_(("new", "update")),
            or_(c.thread.is_(None), c.thread.not_like(f"{THREAD}%")),
        )
        .order_by(c.seq)
    )
    return [(row.playbook, row.source_id) for row in rows]
