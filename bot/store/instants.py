"""What a matter keeps of time when its alerts move to another incident: its instants, and who was merged in."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update

from bot.model.incident import Incident
from bot.store.database import Tx
from bot.store.schema import incidents


async def put(tx: Tx, incident: Incident) -> None:
    """Write the four instants with their persons, and the policy, as they stand in ``incident``.

    For regrouping alone: everywhere else an instant is set once, by the act that it belongs to.
    """
    await tx.execute(
        update(incidents)
        .where(incidents.c.id == incident.id)
        .values(
            event_at=incident.event_at,
            alert_received_at=incident.alert_received_at,
            accepted_at=incident.accepted_at,
            accepted_by=incident.accepted_by,
            impact_determined_at=incident.impact_determined_at,
            impact_determined_by=incident.impact_determined_by,
            policy=incident.policy,
            revision=incidents.c.revision + 1,
        )
    )


async def matter_of(tx: Tx, incident_id: str) -> tuple[str, ...]:
    """The incident and all that were merged into it, and into those in turn, by id."""
    known: list[str] = [incident_id]
    new: Collection[str] = known
    while new:
        rows = await tx.execute(select(incidents.c.id).where(incidents.c.merged_into.in_(list(new))))
        new = [found for found in rows.scalars() if found not in known]
        known += new
    return tuple(known)
