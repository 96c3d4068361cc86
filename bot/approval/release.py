"""Approved words leave: at once where one person's word is enough, else when a second person lets them go."""

from __future__ import annotations

from bot.approval import authority, gates, standing, stopping, texts, typed_codes
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.commands import AskRelease, Release, ReleaseByCode
from bot.model.delivery import DeliveryKey
from bot.model.gate import Gate, GateKind, Part
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.signature import Signature
from bot.model.statement import StatementState, StatementVersion, version_sha256
from bot.store import deliveries, incidents, publishing_stops, signatures
from bot.store.database import Tx


async def queue(tx: Tx, desk: Desk, incident: Incident, version: int) -> tuple[DeliveryKey, ...]:
    """Queue an approved version for every outlet. A drill's words are queued nowhere."""
    if incident.drill:
        return ()
    for outlet in desk.outlets:
        await deliveries.queue(tx, incident.id, version, outlet, desk.now)
    return tuple(DeliveryKey(incident.id, version, outlet, 1) for outlet in desk.outlets)


async def ask_release(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskRelease) -> Outcome:
    """Show the second person which words are about to leave."""
    current = await standing.current(tx, incident)
    version = current.version if command.version is None else command.version
    refused = await _refusal(tx, desk, person, incident, current, version, current.sha256)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    await typed_codes.shown(tx, desk, person, current)
    question = standing.done(
        Reason.ASK_RELEASE,
        incident,
        current,
        digest=current.sha256[: gates.DIGEST_LENGTH],
        approval_code=typed_codes.code_of(desk.seal, current),
        by=desk.name_of(current.approved_by),
    )
    return texts.asking_about(desk, question, person, current)


async def release(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Release | ReleaseByCode
) -> Outcome:
    """The second person's word: the deliveries are queued in this transaction."""
    current = await standing.current(tx, incident)
    if isinstance(command, ReleaseByCode):
        version, digest = current.version, current.sha256
    else:
        version, digest = command.version, command.digest
    refused = await _refusal(tx, desk, person, incident, current, version, digest)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    if isinstance(command, ReleaseByCode):
        wrong = await typed_codes.refusal(tx, desk, person, incident, current, command.approval_code, "congbo")
        if wrong is not None:
            return wrong
    unread = await texts.unread(tx, desk, person, incident, current)
    if unread is not None:
        return unread
    signed = Signature(incident.id, current.version, GateKind.SECOND_PERSON, current.sha256, person.id, desk.now)
    if not await signatures.add(tx, signed):
        return refuse(Reason.NOT_AWAITING_RELEASE, incident, current)
    publish = await queue(tx, desk, incident, current.version)
    await incidents.touch(tx, incident.id)
    return Outcome(
        Reason.RELEASED_DRILL if incident.drill else Reason.RELEASED,
        incident_id=incident.id,
        version=current.version,
        values={
            "code": incident.code,
            "version": str(current.version),
            "digest": current.sha256[: gates.DIGEST_LENGTH],
            "sha256": current.sha256,
            "by": person.name,
        },
        publish=publish,
    )


async def _refusal(
    tx: Tx,
    desk: Desk,
    person: Person | None,
    incident: Incident,
    current: StatementVersion,
    version: int,
    digest: str,
) -> Outcome | None:
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is not None or person is None:
        return refuse(refusal or Reason.NOT_ENROLLED, incident, current)
    if desk.organisation.fault is not None:
        return refuse(Reason.ORGANISATION_UNREADABLE, incident, current)
    if await publishing_stops.in_force(tx) is not None:
        return refuse(Reason.PUBLISHING_STOPPED, incident, current, **await stopping.notice(tx, desk))
    dossier = await standing.dossier(tx, desk, incident, current)
    gate = dossier.gate(GateKind.SECOND_PERSON)
    if not incident.is_open:
        refusal = Reason.INCIDENT_NOT_OPEN
    elif version != current.version:
        refusal = Reason.STALE_VERSION
    elif current.state is not StatementState.APPROVED or gate is None or not dossier.awaits_second_person(current):
        refusal = Reason.NOT_AWAITING_RELEASE
    elif await deliveries.of_incident(tx, incident.id, current.version):
        # They were let go before this gate stood; the last look before they leave asks for everything anew.
        refusal = Reason.NOT_AWAITING_RELEASE
    elif len(digest) < gates.DIGEST_LENGTH or not current.sha256.startswith(digest.lower()):
        refusal = Reason.WRONG_DIGEST
    elif version_sha256(current.texts) != current.sha256:
        refusal = Reason.BYTES_DIFFER
    elif authority.is_of_accused_unit(person, incident, desk.organisation, desk.now):
        refusal = Reason.CONFLICT_OF_INTEREST
    elif is_barred(person, gate, dossier, current):
        refusal = Reason.SAME_PERSON
    elif not authority.roles_in(person, incident, desk.now) & gate.by:
        refusal = Reason.NO_RIGHT_TO_RELEASE
    return None if refusal is None else refuse(refusal, incident, current, version=str(version))


async def may_be_sent_back(tx: Tx, desk: Desk, person: Person, incident: Incident, current: StatementVersion) -> bool:
    """True when approved words still wait for a second person and this one may say no to them.

    Whoever may let them go may; so may the approver, who takes back what they gave.
    """
    if current.state is not StatementState.APPROVED or desk.organisation.fault is not None:
        return False
    dossier = await standing.dossier(tx, desk, incident, current)
    gate = dossier.gate(GateKind.SECOND_PERSON)
    if gate is None or not dossier.awaits_second_person(current):
        return False
    if await deliveries.of_incident(tx, incident.id, current.version):
        return False
    if authority.is_of_accused_unit(person, incident, desk.organisation, desk.now):
        return False
    return bool(authority.roles_in(person, incident, desk.now) & gate.by)


def is_barred(person: Person, gate: Gate, dossier: gates.Dossier, current: StatementVersion) -> bool:
    """True when the person has played a part in this version that bars them from letting it go."""
    if Part.LAST_EDITOR in gate.apart_from and dossier.wrote(person.id, current):
        return True
    return Part.APPROVER in gate.apart_from and current.approved_by == person.id
