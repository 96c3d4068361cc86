"""Which matters belong to which topic: by alerts that the detector raised, else by documents that were counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select

from bot.model.alert import AlertKind
from bot.model.incident import IncidentState
from bot.store.curves import THREAD
from bot.store.database import Tx
from bot.store.incidents import IDS_OF_OPEN
from bot.store.schema import alerts, incidents
from bot.store.schema_counts import count_streams, count_topics

Incidents = Select[tuple[str]] | Sequence[str]
"""Ids, or the question for them."""

COUNTED_FOR = timedelta(days=3)
"""Documents of a playbook have a curve worth showing after so long."""


async def topics_of_open(tx: Tx) -> dict[str, int]:
    """The topic of each open incident that has one: of its latest alert from the detector, else of its documents."""
    return await _by_documents(tx, IDS_OF_OPEN) | await _by_threads(tx, IDS_OF_OPEN)


async def topic_of(tx: Tx, incident_id: str) -> int | None:
    """The topic of one incident; None when it has none."""
    found = await _by_threads(tx, [incident_id]) or await _by_documents(tx, [incident_id])
    return found.get(incident_id)


async def _by_threads(tx: Tx, of: Incidents) -> dict[str, int]:
    rows = await tx.execute(
        select(alerts.c.incident_id, alerts.c.thread)
        .where(alerts.c.incident_id.in_(of), alerts.c.thread.like(f"{THREAD}%"))
        .order_by(alerts.c.seq)
    )
    found = {row.incident_id: row.thread.removeprefix(THREAD) for row in rows}
    return {incident: int(number) for incident, number in found.items() if number.isdecimal()}


async def _by_documents(tx: Tx, of: Incidents) -> dict[str, int]:
    """By documents only where these had been counted for some days: a chart of a first day says nothing."""
    known = (count_topics.c.id, count_topics.c.created_at, incidents.c.opened_at)
    rows = await tx.execute(
        select(alerts.c.incident_id, *known, func.count().label("documents"))
        .join(incidents, incidents.c.id == alerts.c.incident_id)
        .join(count_topics, count_topics.c.name == incidents.c.playbook)
        .join(count_streams, count_streams.c.id == count_topics.c.stream_id)
        .where(
            alerts.c.incident_id.in_(of),
            incidents.c.drill.is_(False),
            count_streams.c.kind == "documents",
            count_streams.c.feed == alerts.c.feed,
        )
        .group_by(alerts.c.incident_id, *known)
        .order_by("documents", count_topics.c.id)
    )
    return {row.incident_id: row.id for row in rows if row.opened_at - row.created_at >= COUNTED_FOR}


async def incidents_of(tx: Tx, topic_id: int, since: datetime) -> list[tuple[str, str, bool, bool]]:
    """Incidents of alerts that the detector raised of a topic since then.

    Returns:
        Of each its id, its state, whether a person opened it before the detector spoke, and whether it was one of ours.
    """
    raised = (
        select(alerts.c.incident_id)
        .where(
            alerts.c.feed.in_(_feed_of(topic_id)),
            alerts.c.thread == f"{THREAD}{topic_id}",
            alerts.c.incident_id.is_not(None),
        )
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


def _feed_of(topic_id: int) -> Select[tuple[str]]:
    """The feed under whose name the detector raises alerts of a topic."""
    return (
        select(count_streams.c.feed)
        .join(count_topics, count_topics.c.stream_id == count_streams.c.id)
        .where(count_topics.c.id == topic_id)
    )


def was_false_alarm(state: str) -> bool:
    """True for the state of an incident that a person called a false alarm."""
    return state == IncidentState.DISMISSED.value


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
