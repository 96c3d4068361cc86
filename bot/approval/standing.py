"""What the acts upon the words share: the version in force, whether it may still change, and how an act is told."""

from __future__ import annotations

from dataclasses import replace

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.fact_slots import slot_names
from bot.approval.gates import Dossier
from bot.approval.refusals import refuse
from bot.approval.writers import writers
from bot.model.delivery import DeliveryState
from bot.model.gate import Gate, GateKind, Part
from bot.model.incident import Incident
from bot.model.outcome import Notice, Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import PUBLIC, StatementState, StatementVersion
from bot.model.unit import is_within_any
from bot.store import case_units, deliveries, incidents, signatures, statements
from bot.store.database import Tx

NOTHING_SEEN = 0
"""The version before the eyes of somebody who types where no card of the incident stands."""


async def current(tx: Tx, incident: Incident) -> StatementVersion:
    """The version in force.

    Raises:
        LookupError: there is none; an incident is opened together with its first version.
    """
    found = await statements.current(tx, incident.id)
    if found is None:
        raise LookupError(f"incident {incident.id} has no statement")
    return found


def gates_before(desk: Desk, incident: Incident) -> tuple[Gate, ...]:
    """The gates before the words of an incident as it stands now.

    Where the playbook's file was removed nobody knows the topics: every gate of the level stands then.
    """
    playbook = desk.playbooks.get(incident.playbook)
    topics = playbook.gates if playbook else frozenset().union(*(gate.topics for gate in desk.gates.gates))
    return desk.gates.standing(incident.level, topics)


async def dossier(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion) -> Dossier:
    """The gates before this version as the matter stands now, and who has signed it but people of an accused unit."""
    before = gates_before(desk, incident)
    asks_who_wrote = any(gate.kind is GateKind.LAST_EDITOR or Part.LAST_EDITOR in gate.apart_from for gate in before)
    signed = await signatures.of_version(tx, incident.id, current.version)
    return Dossier(
        before,
        tuple(signature for signature in signed if not is_of_accused_unit(desk, incident, signature.by)),
        await _agreeing(tx, desk, incident),
        await _writers(tx, desk, incident, current) if asks_who_wrote else frozenset(),
    )


def is_of_accused_unit(desk: Desk, incident: Incident, person_id: str | None) -> bool:
    """True when an official belongs to a unit that is accused in the matter; of whoever has left nobody knows it."""
    person = desk.organisation.person(person_id) if person_id else None
    return person is not None and authority.is_of_accused_unit(person, incident, desk.organisation, desk.now)


async def _agreeing(tx: Tx, desk: Desk, incident: Incident) -> tuple[str, ...]:
    """The units that hold the case too and are to agree to its words.

    One that is accused in the case has no say in the words, and its silence holds nothing up.
    """
    holding, units = await case_units.of_incident(tx, incident.id), desk.organisation.units
    if not holding:
        return ()
    accused = desk.organisation.route(incident, desk.now).accused
    return tuple(unit for unit in holding if not is_within_any(units, unit, accused))


async def _writers(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion) -> frozenset[str]:
    own = await statements.versions(tx, incident.id)
    kin = [await statements.versions(tx, other) for other in await incidents.kin_of(tx, incident.id)]
    named = {version.playbook for versions in (own, *kin) for version in versions}
    slots = {one: frozenset(slot_names(desk.playbooks[one])) for one in named if one in desk.playbooks}
    return writers(own, current, kin, slots)


def unit_name(desk: Desk, unit_id: str) -> str:
    """The name of a unit as people read it."""
    unit = desk.organisation.unit(unit_id)
    return unit.name_vi if unit else unit_id


def work_refusal(desk: Desk, person: Person | None, incident: Incident) -> Outcome | None:
    """Why this person may not handle the incident now; None when they may and it is open."""
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is None and not incident.is_open:
        refusal = Reason.INCIDENT_NOT_OPEN
    return None if refusal is None else refuse(refusal, incident)


def end_refusal(desk: Desk, person: Person | None, incident: Incident) -> Outcome | None:
    """Why this person may not end, lower or silence the incident now; None when they may and it is open."""
    refused = work_refusal(desk, person, incident)
    if refused is not None:
        return refused
    refusal = authority.may_end(person, incident, desk.organisation, desk.now)
    return None if refusal is None else refuse(refusal, incident)


async def change_refusal(tx: Tx, desk: Desk, person: Person | None, incident: Incident, version: int) -> Outcome | None:
    """Why the words may not be changed by this person now, given the version before their eyes."""
    refusal = authority.may_work(person, incident, desk.now)
    now = await current(tx, incident)
    if refusal is None and not incident.is_open:
        refusal = Reason.INCIDENT_NOT_OPEN
    if refusal is None and (now.state in PUBLIC or await is_going_out(tx, incident, now)):
        refusal = Reason.ALREADY_IN_PUBLIC
    if refusal is None and version != now.version:
        refusal = Reason.STALE_VERSION
    put = "unseen" if version == NOTHING_SEEN else ""
    return None if refusal is None else refuse(refusal, incident, now, version=str(version), put=put)


async def is_going_out(tx: Tx, incident: Incident, current: StatementVersion) -> bool:
    """True when some outlet has the words or may have them."""
    copies = await deliveries.of_incident(tx, incident.id, current.version)
    return any(copy.state in (DeliveryState.SENT, DeliveryState.UNKNOWN) for copy in copies)


async def withdraw_queued(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion) -> None:
    """Voided words must not leave: their deliveries that have not begun fail for good."""
    if current.state is StatementState.APPROVED:
        await deliveries.fail_queued(tx, incident.id, current.version, "voided", desk.now)


def asked(reason: Reason, incident: Incident, version: int) -> Outcome:
    """A question about one version that the person is now asked."""
    return Outcome(
        reason, incident_id=incident.id, version=version, values={"code": incident.code, "version": str(version)}
    )


def telling(outcome: Outcome, *notices: Notice) -> Outcome:
    """The same outcome, of which others are told too."""
    return replace(outcome, notices=(*outcome.notices, *notices))


def done(reason: Reason, incident: Incident, version: StatementVersion, **values: str) -> Outcome:
    """An act that was carried out upon one version."""
    return Outcome(
        reason,
        incident_id=incident.id,
        version=version.version,
        values={"code": incident.code, "version": str(version.version), **values},
    )
