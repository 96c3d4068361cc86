"""Checks before an approval: content, law, and the other units' agreement. One press each, bound to exact words."""

from __future__ import annotations

from bot.approval import authority, gates, linting, standing, submitting, texts
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.approval.speakers import speakers
from bot.locale import times
from bot.model.commands import AgreeJointly, ContentCheck, LegalCheck
from bot.model.gate import GateKind, Part
from bot.model.incident import Incident
from bot.model.outcome import Notice, Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.signature import Signature
from bot.model.statement import APPROVABLE, StatementState, StatementVersion
from bot.store import case_units, incidents, signatures
from bot.store.database import Tx

_KIND = {
    ContentCheck: GateKind.CONTENT_CHECK,
    LegalCheck: GateKind.LEGAL_CHECK,
    AgreeJointly: GateKind.JOINT_TEXT,
}
_DONE = {
    GateKind.CONTENT_CHECK: Reason.CONTENT_CHECKED,
    GateKind.LEGAL_CHECK: Reason.LEGAL_CHECKED,
    GateKind.JOINT_TEXT: Reason.AGREED_JOINTLY,
}


_TYPED = {GateKind.CONTENT_CHECK: "soat", GateKind.LEGAL_CHECK: "phaply"}


async def check(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ContentCheck | LegalCheck | AgreeJointly
) -> Outcome:
    """Sign the version that the person saw, in one capacity; nobody of a unit that is accused in the matter does."""
    kind = _KIND[type(command)]
    refused = await standing.change_refusal(tx, desk, person, incident, command.version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    current = await standing.current(tx, incident)
    dossier = await standing.dossier(tx, desk, incident, current)
    gate = dossier.gate(kind)
    reason: Reason | None = None
    if desk.organisation.fault is not None:
        reason = Reason.ORGANISATION_UNREADABLE
    elif current.state not in APPROVABLE:
        reason = Reason.NOT_APPROVABLE
    elif gate is None or (kind is GateKind.JOINT_TEXT and not await case_units.of_incident(tx, incident.id)):
        reason = Reason.GATE_NOT_NEEDED
    elif authority.is_of_accused_unit(person, incident, desk.organisation, desk.now):
        reason = Reason.CONFLICT_OF_INTEREST
    elif kind is GateKind.JOINT_TEXT and person.unit not in dossier.units:
        reason = Reason.NOT_A_HOLDING_UNIT
    elif not authority.roles_in(person, incident, desk.now) & gate.by:
        reason = Reason.NO_RIGHT_TO_CHECK
    elif Part.LAST_EDITOR in gate.apart_from and dossier.wrote(person.id, current):
        reason = Reason.LAST_EDITOR_MAY_NOT_CHECK
    if reason is not None:
        return refuse(reason, incident, current)
    linted = await linting.refusal(tx, desk, incident, current)
    if linted is not None:
        return linted
    unread = await texts.unread(tx, desk, person, incident, current)
    if unread is not None:
        return unread
    unit = person.unit if kind is GateKind.JOINT_TEXT else ""
    if desk.looking:
        return standing.done(_DONE[kind], incident, current)
    if _is_to_be_asked(desk, person, incident, command) and gates.costs_the_approval(dossier, kind, current, person):
        return standing.done(Reason.ASK_CHECK, incident, current, check=kind.value, typed=_TYPED[kind])
    signed = Signature(incident.id, current.version, kind, current.sha256, person.id, desk.now, unit)
    if not await signatures.add(tx, signed):
        return refuse(Reason.ALREADY_CHECKED, incident, current)
    await incidents.touch(tx, incident.id)
    named = desk.organisation.unit(unit)
    done = standing.done(
        _DONE[kind], incident, current, by=person.name, sha256=current.sha256, unit=named.name_vi if named else unit
    )
    return standing.telling(done, *await _ready(tx, desk, incident, current, person))


async def _ready(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion, by: Person) -> list[Notice]:
    """What whoever may approve is told once the last check before words that were handed in is made.

    They were told that the words wait, and could not approve them then.
    """
    dossier = await standing.dossier(tx, desk, incident, current)
    if current.state is not StatementState.SUBMITTED or dossier.open_checks(current):
        return []
    due = await submitting.next_due(tx, desk, incident)
    values = {
        **{"code": incident.code, "version": str(current.version), "by": by.name, "title": incident.title},
        **submitting.what_it_is(current),
        **({} if due is None else times("due", due)),
    }
    return [
        Notice(one.id, "checked" if due is None else "checked.due", values, incident_id=incident.id)
        for one in speakers(desk, incident)
        if one.id != by.id and gates.unmet_before_approval(dossier, current, one) is None
    ]


def _is_to_be_asked(
    desk: Desk, person: Person, incident: Incident, command: ContentCheck | LegalCheck | AgreeJointly
) -> bool:
    """True for who may speak and was not asked yet: at night the one spokesperson on duty must not check by mistake.

    The page behind a letter says beside its button what a check means.
    """
    if isinstance(command, AgreeJointly) or command.sure or desk.shows_every_text:
        return False
    return authority.may_speak(person, incident, desk.organisation, desk.now) is None
