"""Acts upon the words: approve, edit, return, another playbook, a confirmed fact. Each is one transaction's worth."""

from __future__ import annotations

from datetime import timedelta

from bot.approval import authority, gates, versions
from bot.approval.desk import Desk
from bot.approval.plain import plain
from bot.approval.refusals import refuse
from bot.locale import local_time
from bot.model.commands import (
    Approve,
    ApproveByCode,
    AskApproval,
    AskEdit,
    AskPlaybook,
    AskReturn,
    ChoosePlaybook,
    ConfirmFact,
    DraftAnew,
    Edit,
    Return,
)
from bot.model.delivery import DeliveryKey, DeliveryState
from bot.model.fact import PLACE, Fact, FactState
from bot.model.incident import Incident, IncidentState
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.playbook import UNCLASSIFIED
from bot.model.reasons import Reason
from bot.model.statement import PUBLIC, Author, StatementState, StatementVersion
from bot.store import incidents, statements
from bot.store.database import Tx

FIRST_WORDS = 200
"""Characters of the statement that the second question shows."""

FACT_LIMIT = 200

FRESH_FOR = timedelta(minutes=45)
"""Words older than this may promise hours that are past: the second question says since when they stand."""


async def ask_approval(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskApproval) -> Outcome:
    """Show which words are about to be approved; refuse now what would be refused then.

    A draft of the template that promises an hour which is past is drafted anew, and nobody is asked yet: the words are
    others now and must be read first.
    """
    current = await _current(tx, incident)
    version = current.version if command.version is None else command.version
    refused = await _approval_refusal(tx, desk, person, incident, current, version, current.sha256)
    if refused is not None and refused.reason is Reason.PROMISE_PAST and person is not None:
        return await _redraft(tx, desk, person, incident, current, Reason.DRAFTED_ANEW_PROMISE_PAST)
    if refused is not None:
        return refused
    past = versions.promise_is_past(current, desk.now)
    return Outcome(
        Reason.ASK_APPROVAL,
        incident_id=incident.id,
        version=current.version,
        values={
            "code": incident.code,
            "version": str(current.version),
            "digest": current.sha256[: gates.DIGEST_LENGTH],
            "approval_code": gates.approval_code(current),
            "first_words": current.full_vi[:FIRST_WORDS],
            "old_since": local_time(current.created_at) if desk.now - current.created_at > FRESH_FOR else "",
            "promise_past": local_time(past) if past is not None else "",
        },
    )


async def approve(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Approve | ApproveByCode
) -> Outcome:
    """Approve exact words, and queue their deliveries in the same transaction. A drill's words are queued nowhere."""
    current = await _current(tx, incident)
    if isinstance(command, ApproveByCode):
        if not _code_fits(command.approval_code, current):
            refusal = authority.may_speak(person, incident, desk.organisation, desk.now)
            return refuse(refusal or Reason.WRONG_APPROVAL_CODE, incident, current)
        version, digest = current.version, current.sha256
    else:
        version, digest = command.version, command.digest
    refused = await _approval_refusal(tx, desk, person, incident, current, version, digest)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    entered = await statements.enter(
        tx, incident.id, version, StatementState.APPROVED, desk.now, sha256=current.sha256, by=person.id
    )
    if not entered:
        return refuse(Reason.ALREADY_APPROVED, incident, current)
    await _taken_on(tx, desk, incident, person)
    publish: tuple[DeliveryKey, ...] = ()
    if not incident.drill:
        for outlet in desk.outlets:
            await statements.queue_delivery(tx, incident.id, version, outlet, desk.now)
        publish = tuple(DeliveryKey(incident.id, version, outlet, 1) for outlet in desk.outlets)
    await incidents.touch(tx, incident.id)
    return Outcome(
        Reason.APPROVED_DRILL if incident.drill else Reason.APPROVED,
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


async def ask_edit(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskEdit) -> Outcome:
    """Ask for the new text, bound to the version the person saw."""
    refused = await _change_refusal(tx, desk, person, incident, command.version)
    return refused or _ask(Reason.ASK_EDIT, incident, command.version)


async def edit(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Edit) -> Outcome:
    """A person's own words become the new version, literally; any approval of the old ones is void."""
    refused = await _change_refusal(tx, desk, person, incident, command.version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    text = plain(command.text)
    current = await _current(tx, incident)
    if not text:
        return refuse(Reason.TEXT_EMPTY, incident, current)
    if len(text) > gates.TEXT_LIMIT:
        return refuse(Reason.TEXT_TOO_LONG, incident, current, length=str(len(text)), limit=str(gates.TEXT_LIMIT))
    if text == current.full_vi:
        return refuse(Reason.TEXT_UNCHANGED, incident, current)
    await _withdraw_queued(tx, desk, incident, current)
    new = await versions.add(tx, desk, incident, text, Author.PERSON, person.id)
    return _done(Reason.EDITED, incident, new, by=person.name, sha256=new.sha256)


async def ask_return(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskReturn) -> Outcome:
    """Ask why the words go back."""
    refused = await _return_refusal(tx, desk, person, incident, command.version)
    return refused or _ask(Reason.ASK_RETURN, incident, command.version)


async def return_(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Return) -> Outcome:
    """Send the words back with a reason; they can no longer be approved, only written anew."""
    current = await _current(tx, incident)
    version = current.version if command.version is None else command.version
    refused = await _return_refusal(tx, desk, person, incident, version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    reason = " ".join(command.reason.split())
    if not reason:
        return refuse(Reason.REASON_MISSING, incident, current)
    if not await statements.enter(tx, incident.id, version, StatementState.RETURNED, desk.now, reason=reason):
        return refuse(Reason.NOT_APPROVABLE, incident, current)
    await incidents.touch(tx, incident.id)
    return _done(Reason.RETURNED, incident, current, by=person.name, why=reason)


async def ask_playbook(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskPlaybook) -> Outcome:
    """Show the playbooks to choose from."""
    current = await _current(tx, incident)
    refused = await _change_refusal(tx, desk, person, incident, current.version)
    listed = (
        [p for p in desk.playbooks if p != UNCLASSIFIED]
        if command.everything
        else [c.playbook for c in incident.candidates]
    )
    return refused or Outcome(
        Reason.ASK_PLAYBOOK,
        incident_id=incident.id,
        version=current.version,
        values={
            "code": incident.code,
            "playbooks": " ".join(listed),
            "everything": "1" if command.everything else "",
            "author": current.author.value,
        },
    )


async def choose_playbook(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ChoosePlaybook
) -> Outcome:
    """A person knows better which playbook fits: remember who, raise the level if it starts higher, draft anew.

    Choosing the one in force throws a text away that somebody wrote by mistake.
    """
    current = await _current(tx, incident)
    refused = await _change_refusal(tx, desk, person, incident, current.version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    playbook = desk.playbooks.get(command.playbook)
    if playbook is None:
        return refuse(Reason.UNKNOWN_PLAYBOOK, incident, current, playbook=command.playbook[:64])
    if playbook.id == incident.playbook and current.author is Author.TEMPLATE:
        return refuse(Reason.SAME_PLAYBOOK, incident, current, playbook=playbook.name.vi)
    await _withdraw_queued(tx, desk, incident, current)
    level = max(incident.level, playbook.start_level)
    await incidents.choose_playbook(tx, incident.id, playbook.id, level, person.id)
    changed = await incidents.get(tx, incident.id)
    new = await versions.draft(tx, desk, changed or incident, by=person.id)
    return _done(
        Reason.PLAYBOOK_CHOSEN,
        incident,
        new,
        by=person.name,
        playbook=playbook.name.vi,
        playbook_id=playbook.id,
        instead_of=incident.playbook,
    )


async def confirm_fact(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ConfirmFact) -> Outcome:
    """A person vouches for a fact. A draft made by the template is filled anew; a person's own text is left alone."""
    current = await _current(tx, incident)
    refused = await _change_refusal(tx, desk, person, incident, current.version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    playbook = desk.playbooks.get(incident.playbook)
    if playbook is None:
        return refuse(Reason.UNKNOWN_PLAYBOOK, incident, current, playbook=incident.playbook)
    known = {slot.id for slot in playbook.facts} | {PLACE}
    slot = command.slot.lower()
    value = " ".join(command.value.split())
    if slot not in known:
        return refuse(Reason.UNKNOWN_FACT, incident, current, slot=command.slot[:64], names=", ".join(sorted(known)))
    if not value:
        return refuse(Reason.TEXT_EMPTY, incident, current)
    if len(value) > FACT_LIMIT:
        return refuse(Reason.TEXT_TOO_LONG, incident, current, length=str(len(value)), limit=str(FACT_LIMIT))
    await statements.put_fact(tx, incident.id, Fact(slot, FactState.CONFIRMED, value, person.id, desk.now))
    named = playbook.slot(slot)
    name = named.name.vi if named else playbook.phrases.place.vi
    shown = {"slot": slot, "slot_name": name, "value": value, "by": person.name}
    if current.author is Author.PERSON:
        await incidents.touch(tx, incident.id)
        return _done(Reason.FACT_CONFIRMED_TEXT_KEPT, incident, current, **shown)
    await _withdraw_queued(tx, desk, incident, current)
    new = await versions.draft(tx, desk, incident, by=person.id)
    return _done(Reason.FACT_CONFIRMED, incident, new, **shown)


async def draft_anew(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: DraftAnew) -> Outcome:
    """Fill the playbook again with the facts and the hours of this moment. A person's own words are not thrown away."""
    current = await _current(tx, incident)
    refused = await _change_refusal(tx, desk, person, incident, current.version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    if current.author is Author.PERSON:
        return refuse(Reason.WORDS_OF_A_PERSON, incident, current)
    if incident.playbook not in desk.playbooks:
        return refuse(Reason.UNKNOWN_PLAYBOOK, incident, current, playbook=incident.playbook)
    await _withdraw_queued(tx, desk, incident, current)
    return await _redraft(tx, desk, person, incident, current, Reason.DRAFTED_ANEW)


async def _redraft(
    tx: Tx, desk: Desk, person: Person, incident: Incident, current: StatementVersion, reason: Reason
) -> Outcome:
    # Nobody wrote these words: whoever asked for them is not their editor (at level 4 that person may still approve).
    new = await versions.draft(tx, desk, incident, by=current.created_by)
    promised = local_time(current.promises_at) if current.promises_at else ""
    return _done(reason, incident, new, by=person.name, promised=promised, instead_of=str(current.version))


async def _current(tx: Tx, incident: Incident) -> StatementVersion:
    current = await statements.current(tx, incident.id)
    if current is None:  # an incident is opened together with its first version
        raise LookupError(f"incident {incident.id} has no statement")
    return current


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
    facts = await statements.facts_of(tx, incident.id)
    playbook = desk.playbooks.get(incident.playbook)
    if playbook is None:  # its file was removed: nobody knows any more what these words must say
        return refuse(Reason.UNKNOWN_PLAYBOOK, incident, current, playbook=incident.playbook)
    gate = gates.may_be_approved(incident, playbook, facts, current, version, digest, person)
    past = versions.promise_is_past(current, desk.now)
    if gate is None and past is not None and current.author is Author.TEMPLATE:
        return refuse(Reason.PROMISE_PAST, incident, current, promised=local_time(past))
    if gate is None:
        return None
    reason, missing = gate
    names = [slot.name.vi if (slot := playbook.slot(m)) else m for m in missing]
    return refuse(
        reason, incident, current, version=str(version), gaps=", ".join(names), by=desk.name_of(current.approved_by)
    )


async def _change_refusal(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, version: int
) -> Outcome | None:
    """Why the words may not be changed by this person now, given the version before their eyes."""
    refusal = authority.may_work(person, incident, desk.now)
    current = await _current(tx, incident)
    if refusal is None and not incident.is_open:
        refusal = Reason.INCIDENT_NOT_OPEN
    if refusal is None and (current.state in PUBLIC or await _is_going_out(tx, incident, current)):
        refusal = Reason.ALREADY_IN_PUBLIC
    if refusal is None and version != current.version:
        refusal = Reason.STALE_VERSION
    return None if refusal is None else refuse(refusal, incident, current, version=str(version))


async def _return_refusal(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, version: int
) -> Outcome | None:
    refusal = authority.may_speak(person, incident, desk.organisation, desk.now)
    if refusal is not None:
        return refuse(refusal, incident)
    current = await _current(tx, incident)
    if current.state is StatementState.APPROVED:
        return refuse(Reason.ALREADY_APPROVED, incident, current, by=desk.name_of(current.approved_by))
    return await _change_refusal(tx, desk, person, incident, version)


async def _is_going_out(tx: Tx, incident: Incident, current: StatementVersion) -> bool:
    """True when some outlet has the words or may have them."""
    copies = await statements.deliveries_of(tx, incident.id, current.version)
    return any(copy.state in (DeliveryState.SENT, DeliveryState.UNKNOWN) for copy in copies)


async def _withdraw_queued(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion) -> None:
    """Voided words must not leave: their deliveries that have not begun fail for good."""
    if current.state is StatementState.APPROVED:
        await statements.fail_queued(tx, incident.id, current.version, "voided", desk.now)


async def _taken_on(tx: Tx, desk: Desk, incident: Incident, person: Person) -> None:
    """Whoever approves has taken the matter on, if nobody had."""
    if incident.state is IncidentState.NEW:
        await incidents.enter(tx, incident.id, IncidentState.ACCEPTED, person.id, desk.now)


def _code_fits(typed: str, current: StatementVersion) -> bool:
    return typed.strip().upper() == gates.approval_code(current)


def _ask(reason: Reason, incident: Incident, version: int) -> Outcome:
    return Outcome(
        reason, incident_id=incident.id, version=version, values={"code": incident.code, "version": str(version)}
    )


def _done(reason: Reason, incident: Incident, version: StatementVersion, **values: str) -> Outcome:
    return Outcome(
        reason,
        incident_id=incident.id,
        version=version.version,
        values={"code": incident.code, "version": str(version.version), **values},
    )
