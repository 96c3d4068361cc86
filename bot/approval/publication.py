"""The last look before words leave, and what follows when they have: the same rules wherever publication happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Flag, StrEnum, auto
from typing import Any

from bot.approval import gates, standing, versions
from bot.approval.desk import Desk
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.delivery import DeliveryKey, DeliveryState
from bot.model.incident import Incident, IncidentState
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import AFTERWARDS, StatementState, StatementVersion, version_sha256
from bot.store import audit, deliveries, incidents, publishing_stops, statements
from bot.store.database import Tx

LOGGED_LENGTH = 200


class Ended(StrEnum):
    """How one attempt to bring words to an outlet ended, as far as anybody can tell."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    IN_DOUBT = "in_doubt"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of one attempt. ``detail`` is the reference where it was sent, else why not."""

    how: Ended
    detail: str
    retry_after: float | None = None
    some_went: bool = False
    """True where a part of an outlet's many readers has the words for certain."""


def publication_fault(incident: Incident, version: StatementVersion) -> Reason | None:
    """Why these words must not leave, whatever was queued: a drill, no approval, or other bytes than were approved."""
    if incident.drill:
        return Reason.DRILL_NEVER_PUBLISHES
    if version.state not in (StatementState.APPROVED, StatementState.PUBLISHED):
        return Reason.NOT_APPROVABLE
    if version.approved_by is None or version_sha256(version.texts) != version.sha256:
        return Reason.BYTES_DIFFER
    return None


async def claim(tx: Tx, desk: Desk, key: DeliveryKey) -> StatementVersion | Reason:
    """Take one delivery just before its call: it is ``unknown`` from here until its end is known.

    Returns the words, or why they do not leave; ``DELIVERY_IN_DOUBT`` when this attempt was begun before. Where a gate
    stands now that the approval did not pass (the level rose, a unit joined), the approval is void and the same words
    are a draft again. Words of which one copy is out already are in public: the other copies follow. While one is in
    doubt nothing is voided and this copy waits: a person says first whether the words are out.
    """
    desk, now = await desk.seated(tx), desk.now
    incident = await incidents.get(tx, key.incident_id)
    version = await statements.get_version(tx, key.incident_id, key.version)
    if incident is None or version is None:
        return Reason.UNKNOWN_INCIDENT
    fault = publication_fault(incident, version)
    if fault is not None:
        await deliveries.fail_queued(tx, key.incident_id, key.version, fault.value, now)
        return fault
    if await publishing_stops.in_force(tx) is not None:
        return Reason.PUBLISHING_STOPPED  # it stays queued, and goes out when two persons have released the stop
    if version.state is StatementState.APPROVED:
        unmet = await _unmet_gate(tx, desk, incident, version)
        if unmet is not None:
            await void_unless_leaving(tx, desk, incident, version, unmet)
            return unmet
    if not await deliveries.claim(tx, key.incident_id, key.version, key.outlet, key.attempt, now):
        return Reason.DELIVERY_IN_DOUBT
    return version


async def _unmet_gate(tx: Tx, desk: Desk, incident: Incident, version: StatementVersion) -> Reason | None:
    if standing.is_of_accused_unit(desk, incident, version.approved_by):
        return Reason.SIGNED_BY_THE_ACCUSED
    approver = desk.organisation.person(version.approved_by or "")
    if approver is None:  # has left since; they were entitled when they approved, and gates are about who else must see
        approver = Person(version.approved_by or "", "", "", "", ())
    return gates.unmet_before_leaving(await standing.dossier(tx, desk, incident, version), version, approver)


async def void_unless_leaving(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion, why: Reason) -> bool:
    """Void an approval whose words have not begun to leave: they are a draft again. False when there is none."""
    if current.state is not StatementState.APPROVED or await standing.is_going_out(tx, incident, current):
        return False
    await _void_approval(tx, desk, incident, current, why)
    return True


async def _void_approval(tx: Tx, desk: Desk, incident: Incident, version: StatementVersion, why: Reason) -> None:
    await deliveries.fail_queued(tx, incident.id, version.version, why.value, desk.now)
    again = await versions.again(tx, desk, incident, version)
    details = {"why": why.value, "again_as": again.version, "sha256": version.sha256}
    event = AuditEvent("void_approval", SYSTEM, desk.now, SYSTEM, incident.id, version.version, details)
    await audit.append(tx, event)


async def earlier_copy(tx: Tx, key: DeliveryKey, version: StatementVersion) -> str | None:
    """Where the same outlet published the version that this one refers to; None when it refers to none."""
    if version.refers_to is None:
        return None
    copy = await deliveries.get(tx, key.incident_id, version.refers_to, key.outlet)
    return copy.reference if copy else None


async def referred_to(tx: Tx, version: StatementVersion) -> StatementVersion | None:
    """The version in public that this one is about; None when it is about none."""
    if version.refers_to is None:
        return None
    return await statements.get_version(tx, version.incident_id, version.refers_to)


class Settled(Flag):
    """What people are to be told of the end of one attempt."""

    NOTHING = 0
    IN_PUBLIC = auto()
    """The words are in public now, for the first time."""
    IN_DOUBT = auto()
    """Somebody must look whether they are."""


async def settle(tx: Tx, key: DeliveryKey, ending: Ending, now: datetime) -> Settled:
    """Write down how an attempt ended, and say what people are to be told of it.

    What certainly did not leave is queued again where a later try may help, and has failed where it cannot.
    """
    where = (key.incident_id, key.version, key.outlet, key.attempt)
    incident = await incidents.get(tx, key.incident_id)
    if incident is None:
        return Settled.NOTHING
    settled = Settled.IN_DOUBT if ending.how is Ended.IN_DOUBT else Settled.NOTHING
    details: dict[str, Any] = {"ended": ending.how.value, "attempt": key.attempt}
    if ending.how is Ended.SENT:
        if not await deliveries.settle(tx, *where, DeliveryState.SENT, now, reference=ending.detail):
            return Settled.NOTHING
        version = await statements.get_version(tx, key.incident_id, key.version)
        details["sha256"] = version.sha256 if version else ""
        if await mark_published(tx, incident, key.version, now):
            settled |= Settled.IN_PUBLIC
    else:
        if ending.some_went and await mark_published(tx, incident, key.version, now):
            settled |= Settled.IN_PUBLIC
        details["why"] = ending.detail[:LOGGED_LENGTH]
        if ending.how is Ended.NOT_SENT:
            again = ending.retry_after is not None
            await deliveries.settle(
                tx,
                *where,
                DeliveryState.QUEUED if again else DeliveryState.FAILED,
                now,
                error=ending.detail,
                not_before=now + timedelta(seconds=ending.retry_after or 0) if again else None,
            )
        elif ending.how is Ended.IN_DOUBT:
            await deliveries.note_doubt(tx, *where, ending.detail)
        await incidents.touch(tx, key.incident_id)
    event = AuditEvent("deliver", SYSTEM, now, key.outlet, key.incident_id, key.version, details)
    await audit.append(tx, event)
    return settled


async def mark_published(tx: Tx, incident: Incident, version: int, now: datetime) -> bool:
    """The first copy is out: the version is published and the incident is being answered; False when it was before."""
    first = await statements.enter(tx, incident.id, version, StatementState.PUBLISHED, now)
    if first:
        published = await statements.get_version(tx, incident.id, version)
        afterwards = AFTERWARDS.get(published.kind) if published else None
        if published is not None and afterwards is not None and published.refers_to is not None:
            await statements.enter(tx, incident.id, published.refers_to, afterwards, now)
    await incidents.enter(tx, incident.id, IncidentState.RESPONDING, None, now)
    await incidents.touch(tx, incident.id)
    return first
