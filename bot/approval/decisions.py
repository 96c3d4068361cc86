"""Decisions upon the words: approve exactly these, or return them with a reason. Each is one transaction's worth."""

from __future__ import annotations

from datetime import timedelta

from bot.approval import (
    authority,
    gates,
    linting,
    named_speaker,
    release,
    second_factor,
    standing,
    stopping,
    texts,
    typed_codes,
    versions,
)
from bot.approval.changes import redraft
from bot.approval.clocks import new_words_due
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.locale import local_time
from bot.model.commands import (
    Approve,
    ApproveByCode,
    AskApproval,
    AskReturn,
    Return,
)
from bot.model.gate import GateKind
from bot.model.incident import Incident, IncidentState
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.signature import Signature
from bot.model.statement import Author, StatementState, StatementVersion
from bot.store import incidents, publishing_stops, signatures, statements
from bot.store.database import Tx

FRESH_FOR = timedelta(minutes=45)
"""Words older than this may promise hours that are past: the second question says since when they stand."""


async def ask_approval(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskApproval) -> Outcome:
    """Show which words are about to be approved; refuse now what would be refused then.

    A draft of the template that promises an hour which is past is drafted anew, and nobody is asked yet: the words are
    others now and must be read first.
    """
    current = await standing.current(tx, incident)
    version = current.version if command.version is None else command.version
    refused = await _approval_refusal(tx, desk, person, incident, current, version, current.sha256)
    if refused is not None and refused.reason is Reason.PROMISE_PAST and person is not None and not desk.looking:
        return await redraft(tx, desk, person, incident, current, Reason.DRAFTED_ANEW_PROMISE_PAST)
    if refused is not None and refused.reason is Reason.LINT_UNEXPLAINED and not desk.looking:
        return linting.asked_instead(refused)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    dossier = await standing.dossier(tx, desk, incident, current)
    if dossier.gate(GateKind.SECOND_FACTOR) is not None and not await second_factor.is_enrolled(tx, person.id):
        return refuse(Reason.SECOND_FACTOR_NOT_ENROLLED, incident, current)
    past = versions.promise_is_past(current, desk.now)
    await typed_codes.shown(tx, desk, person, current)
    question = Outcome(
        Reason.ASK_APPROVAL,
        incident_id=incident.id,
        version=current.version,
        values={
            "code": incident.code,
            "version": str(current.version),
            "digest": current.sha256[: gates.DIGEST_LENGTH],
            "approval_code": typed_codes.code_of(desk.seal, current),
            "old_since": local_time(current.created_at) if desk.now - current.created_at > FRESH_FOR else "",
            "promise_past": local_time(past) if past is not None else "",
            "awaits": "second" if dossier.awaits_second_person(current) else "",
            "named": ", ".join(p.name for p in named_speaker.named_instead(desk, incident, current, person)),
            "factor": "asked" if dossier.gate(GateKind.SECOND_FACTOR) is not None else "",
        },
    )
    return texts.asking_about(desk, question, person, current)


async def approve(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Approve | ApproveByCode
) -> Outcome:
    """Approve exact words. They are queued in the same transaction, or wait for the second person the gates ask for."""
    current = await standing.current(tx, incident)
    if isinstance(command, ApproveByCode):
        refusal = authority.may_speak(person, incident, desk.organisation, desk.now)
        if refusal is not None or person is None:
            return refuse(refusal or Reason.NOT_ENROLLED, incident, current)
        wrong = await typed_codes.refusal(tx, desk, person, incident, current, command.approval_code, "duyet")
        if wrong is not None:
            return wrong
        version, digest = current.version, current.sha256
    else:
        version, digest = command.version, command.digest
    refused = await _approval_refusal(tx, desk, person, incident, current, version, digest)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    unread = await texts.unread(tx, desk, person, incident, current)
    if unread is not None:
        return unread
    dossier = await standing.dossier(tx, desk, incident, current)
    if dossier.gate(GateKind.SECOND_FACTOR) is not None:
        digest = current.sha256[: gates.DIGEST_LENGTH]
        if not desk.proved:
            if not command.code.strip():
                return standing.done(Reason.ASK_CODE, incident, current, arg=digest, digest=digest)
            unproved = await second_factor.verify(tx, desk.seal, person.id, command.code, desk.now)
            if unproved is not None:
                return refuse(unproved, incident, current)
        proof = Signature(incident.id, version, GateKind.SECOND_FACTOR, current.sha256, person.id, desk.now)
        await signatures.add(tx, proof)
    entered = await statements.enter(
        tx, incident.id, version, StatementState.APPROVED, desk.now, sha256=current.sha256, by=person.id
    )
    if not entered:
        return refuse(Reason.ALREADY_APPROVED, incident, current)
    await _taken_on(tx, desk, incident, person)
    waits = dossier.awaits_second_person(current)
    publish = () if waits else await release.queue(tx, desk, incident, version)
    await incidents.touch(tx, incident.id)
    at_once = Reason.APPROVED_DRILL if incident.drill else Reason.APPROVED
    done = Outcome(
        Reason.APPROVED_AWAITS_SECOND if waits else at_once,
        incident_id=incident.id,
        version=version,
        values={
            "code": incident.code,
            "version": str(version),
            "digest": current.sha256[: gates.DIGEST_LENGTH],
            "sha256": current.sha256,
            "by": person.name,
        },
        publish=publish,
    )
    return standing.telling(done, *named_speaker.telling_them(desk, incident, current, person, done))


async def ask_return(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskReturn) -> Outcome:
    """Ask why the words go back."""
    refused = await _return_refusal(tx, desk, person, incident, command.version)
    return refused or standing.asked(Reason.ASK_RETURN, incident, command.version)


async def return_(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Return) -> Outcome:
    """Send the words back with a reason; they can no longer be approved, only written anew.

    So may the second person, who is asked to let approved words go and finds them wrong. The duty room and whoever
    wrote them are told: a card that changes rings nobody's phone.
    """
    current = await standing.current(tx, incident)
    version = current.version if command.version is None else command.version
    refused = await _return_refusal(tx, desk, person, incident, version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    reason = " ".join(command.reason.split())
    if not reason:
        return refuse(Reason.REASON_MISSING, incident, current, put="tra")
    again = current
    if current.state is StatementState.APPROVED:  # its approval is void; the words, as a draft once more, go back
        again = await versions.again(tx, desk, incident, current)
    if not await statements.enter(tx, incident.id, again.version, StatementState.RETURNED, desk.now, reason=reason):
        return refuse(Reason.NOT_APPROVABLE, incident, current)
    await incidents.touch(tx, incident.id)
    done = standing.done(Reason.RETURNED, incident, current, by=person.name, why=reason)
    due = await new_words_due(tx, desk, incident)
    words = "returned" if due is None else "returned_due"
    values = {**done.values, "why": reason.rstrip(".")} | ({} if due is None else {"due": local_time(due)})
    writer = desk.organisation.person(current.created_by) if current.author is Author.PERSON else None
    readers = [DUTY_ROOM, *([writer.id] if writer is not None and writer.id != person.id else [])]
    return standing.telling(done, *(Notice(reader, words, values, incident_id=incident.id) for reader in readers))


async def _approval_refusal(
    tx: Tx,
    desk: Desk,
    person: Person | None,
    incident: Incident,
    current: StatementVersion,
    version: int,
    digest: str,
) -> Outcome | None:
    refusal = authority.may_speak(person, incident, desk.organisation, desk.now)
    if refusal is not None or person is None:
        return refuse(refusal or Reason.NOT_ENROLLED, incident, current)
    if await publishing_stops.in_force(tx) is not None:
        return refuse(Reason.PUBLISHING_STOPPED, incident, current, **await stopping.notice(tx, desk))
    facts = await statements.facts_of(tx, incident.id)
    playbook = desk.playbooks.get(incident.playbook)
    if playbook is None:  # its file was removed: nobody knows any more what these words must say
        return refuse(Reason.UNKNOWN_PLAYBOOK, incident, current, playbook=incident.playbook)
    dossier = await standing.dossier(tx, desk, incident, current)
    gate = gates.may_be_approved(incident, playbook, facts, current, version, digest, person, dossier)
    past = versions.promise_is_past(current, desk.now)
    if gate is None and past is not None and current.author is Author.TEMPLATE:
        return refuse(Reason.PROMISE_PAST, incident, current, promised=local_time(past))
    if gate is None:
        return await linting.refusal(tx, desk, incident, current)
    reason, missing = gate
    names = [slot.name.vi if (slot := playbook.slot(m)) else standing.unit_name(desk, m) for m in missing]
    return refuse(
        reason, incident, current, version=str(version), gaps=", ".join(names), by=desk.name_of(current.approved_by)
    )


async def _return_refusal(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, version: int
) -> Outcome | None:
    current = await standing.current(tx, incident)
    if person is not None and await release.may_be_sent_back(tx, desk, person, incident, current):
        return await standing.change_refusal(tx, desk, person, incident, version)
    refusal = authority.may_speak(person, incident, desk.organisation, desk.now)
    if refusal is not None:
        return refuse(refusal, incident)
    if current.state is StatementState.APPROVED:
        return refuse(Reason.ALREADY_APPROVED, incident, current, by=desk.name_of(current.approved_by))
    return await standing.change_refusal(tx, desk, person, incident, version)


async def _taken_on(tx: Tx, desk: Desk, incident: Incident, person: Person) -> None:
    """Whoever approves has taken the matter on, if nobody had."""
    if incident.state is IncidentState.NEW:
        await incidents.enter(tx, incident.id, IncidentState.ACCEPTED, person.id, desk.now)
