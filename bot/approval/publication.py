"""The last look before words leave, and what follows when they have: the same rules wherever publication happens."""

from __future__ import annotations

from datetime import datetime

from bot.model.delivery import DeliveryKey
from bot.model.incident import Incident, IncidentState
from bot.model.reasons import Reason
from bot.model.statement import StatementState, StatementVersion, version_sha256
from bot.store import incidents, statements
from bot.store.database import Tx


def publication_fault(incident: Incident, version: StatementVersion) -> Reason | None:
    """Why these words must not leave, whatever was queued: a drill, no approval, or other bytes than were approved."""
    if incident.drill:
        return Reason.DRILL_NEVER_PUBLISHES
    if version.state not in (StatementState.APPROVED, StatementState.PUBLISHED):
        return Reason.NOT_APPROVABLE
    if version.approved_by is None or version_sha256(version.texts) != version.sha256:
        return Reason.BYTES_DIFFER
    return None


async def claim(tx: Tx, key: DeliveryKey, now: datetime) -> StatementVersion | Reason:
    """Take one delivery just before its call: it is ``unknown`` from here until its end is known.

    Returns the words, or why they do not leave; ``DELIVERY_IN_DOUBT`` when this attempt was begun before.
    """
    incident = await incidents.get(tx, key.incident_id)
    version = await statements.get_version(tx, key.incident_id, key.version)
    if incident is None or version is None:
        return Reason.UNKNOWN_INCIDENT
    fault = publication_fault(incident, version)
    if fault is not None:
        await statements.fail_queued(tx, key.incident_id, key.version, fault.value, now)
        return fault
    if not await statements.claim_delivery(tx, key.incident_id, key.version, key.outlet, key.attempt, now):
        return Reason.DELIVERY_IN_DOUBT
    return version


async def mark_published(tx: Tx, incident: Incident, version: int, now: datetime) -> None:
    """The first copy is out: the version is published and the incident is being answered."""
    await statements.enter(tx, incident.id, version, StatementState.PUBLISHED, now)
    await incidents.enter(tx, incident.id, IncidentState.RESPONDING, None, now)
    await incidents.touch(tx, incident.id)
