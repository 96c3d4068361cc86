"""Acts upon the incident itself: take it on, call it off, close it."""

from __future__ import annotations

from bot.approval import corrections, once_more, standing
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.commands import Acknowledge, AskFalseAlarm, CloseIncident, FalseAlarm, MarkImpact
from bot.model.delivery import DeliveryState
from bot.model.incident import Incident, IncidentState
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.store import deliveries, incidents, statements
from bot.store.database import Tx


async def acknowledge(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Acknowledge) -> Outcome:
    """Tiếp nhận: starts the legal clock of NĐ 244/2026 Art. 7.3."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    if not await incidents.enter(tx, incident.id, IncidentState.ACCEPTED, person.id, desk.now):
        return refuse(Reason.ALREADY_ACKNOWLEDGED, incident, by=desk.name_of(incident.accepted_by))
    return _done(Reason.ACKNOWLEDGED, incident, person)


async def mark_impact(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: MarkImpact) -> Outcome:
    """Có tác động dư luận: starts the legal clock of NĐ 244/2026 Art. 7.4. Nobody takes it back."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    why = " ".join(command.why.split())
    if incident.impact_determined_at is None:
        question = once_more.asked(Reason.ASK_IMPACT, incident, command, {"why": why})
        if question is not None:
            return question
    if not await incidents.determine_impact(tx, incident.id, person.id, desk.now):
        by = desk.name_of(incident.impact_determined_by)
        return refuse(Reason.IMPACT_ALREADY_DETERMINED, incident, by=by)
    return _done(Reason.IMPACT_DETERMINED, incident, person, why=why)


async def ask_false_alarm(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskFalseAlarm
) -> Outcome:
    """Báo động giả, first press."""
    refused = standing.end_refusal(desk, person, incident)
    if refused is None and incident.state is IncidentState.RESPONDING:
        refused = refuse(Reason.ALREADY_IN_PUBLIC, incident)
    return refused or Outcome(Reason.ASK_FALSE_ALARM, incident_id=incident.id, values={"code": incident.code})


async def false_alarm(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: FalseAlarm) -> Outcome:
    """There was nothing: the incident is dismissed and its words are void. Not once words are in public.

    Nobody of a unit that is accused says so of their own matter, nor closes it.
    """
    refused = standing.end_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    current = await statements.current(tx, incident.id)
    copies = await deliveries.of_incident(tx, incident.id)
    going_out = any(copy.state in (DeliveryState.SENT, DeliveryState.UNKNOWN) for copy in copies)
    if going_out or not await incidents.enter(tx, incident.id, IncidentState.DISMISSED, person.id, desk.now):
        return refuse(Reason.ALREADY_IN_PUBLIC, incident, current)
    if current is not None:
        await deliveries.fail_queued(tx, incident.id, current.version, "dismissed", desk.now)
        await statements.enter(tx, incident.id, current.version, StatementState.VOIDED, desk.now)
    await corrections.called_off(tx, desk, incident, person, command.reason)
    done = _done(Reason.DISMISSED, incident, person, why=command.reason)
    return standing.telling(done, Notice(DUTY_ROOM, "dismissed", {**done.values, "title": incident.title}))


async def close(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: CloseIncident) -> Outcome:
    """The matter is over; why must be said. Closing it unread counts as having taken it on first.

    Where the public was told nothing it is asked about once more; the duty room hears of it.
    """
    refused = standing.end_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    if not command.reason.strip():
        return refuse(Reason.REASON_MISSING, incident, put="dong")
    left = await once_more.still_open(tx, desk, incident)
    if left is not None:
        mark, words = left
        question = once_more.asked(Reason.ASK_CLOSE, incident, command, {"why": command.reason, **words}, mark)
        if question is not None:
            return question
    promised = await once_more.promise_left(tx, desk, incident)
    if incident.state is IncidentState.NEW:
        await incidents.enter(tx, incident.id, IncidentState.ACCEPTED, person.id, desk.now)
    if not await incidents.enter(tx, incident.id, IncidentState.CLOSED, person.id, desk.now):
        return refuse(Reason.INCIDENT_NOT_OPEN, incident)
    done = _done(Reason.CLOSED, incident, person, why=command.reason, **promised)
    told = {**done.values, "title": incident.title, "why": command.reason.strip().rstrip(".")}
    return standing.telling(done, Notice(DUTY_ROOM, "closed", told))


def _done(reason: Reason, incident: Incident, person: Person, **values: str) -> Outcome:
    shown = {"code": incident.code, "by": person.name, **{k: v for k, v in values.items() if v}}
    return Outcome(reason, incident_id=incident.id, values=shown)
