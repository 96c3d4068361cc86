"""Rumour cards: a person notes a claim, weighs it, labels it with evidence and a verifier, and chooses the answer.

Nothing here is ever done by the machine: no text is called a rumour because of what it says or how many share it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.approval import linting, standing
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.approval.units import agency_meant, unknown
from bot.drafting.answers import one_line
from bot.locale import local_time, text
from bot.model.commands import LabelRumour, ListRumours, NoteRumour, WeighRumour
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.place import plain
from bot.model.reasons import Reason
from bot.model.rumour import NEEDS_A_LABEL, UNTRUE, Answer, Impact, Label, Rumour, answer_to
from bot.model.unit import is_within_any
from bot.store import incidents, rumours
from bot.store.database import Tx

CLAIM_LIMIT = 300
EVIDENCE_LIMIT = 500
MOST = 30
"""Claims of one incident; more is a feed, not a card."""


async def list_(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ListRumours) -> Outcome:
    """Every claim with its label, its evidence and its answer."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None:
        return refused
    found = await rumours.of_incident(tx, incident.id)
    current = await standing.current(tx, incident)
    done = standing.done(Reason.RUMOURS_LISTED, incident, current, count=str(len(found)))
    return replace(done, lines=tuple(_line(desk, rumour) for rumour in found))


async def note(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: NoteRumour) -> Outcome:
    """Note a claim, unverified."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    current, claim = await standing.current(tx, incident), one_line(command.claim)
    if not claim:
        return refuse(Reason.TEXT_EMPTY, incident, current)
    if len(claim) > CLAIM_LIMIT:
        return refuse(Reason.TEXT_TOO_LONG, incident, current, length=str(len(claim)), limit=str(CLAIM_LIMIT))
    if linting.bears_a_mark_of_secrecy(claim):
        return refuse(Reason.MARKED_SECRET, incident, current)
    if len(await rumours.of_incident(tx, incident.id)) >= MOST:
        return refuse(Reason.TOO_MANY_RUMOURS, incident, current, limit=str(MOST))
    made = await rumours.add(tx, Rumour(incident.id, 0, claim, person.id, desk.now))
    await incidents.touch(tx, incident.id)
    return standing.done(Reason.RUMOUR_NOTED, incident, current, number=str(made.number), claim=claim, by=person.name)


async def label(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: LabelRumour) -> Outcome:
    """Label a claim: with evidence, and the name of whoever verified it, who is not of a unit that is accused."""
    found = await _found(tx, desk, person, incident, command.number)
    if isinstance(found, Outcome) or person is None:
        return found if isinstance(found, Outcome) else refuse(Reason.NOT_ENROLLED, incident)
    current = await standing.current(tx, incident)
    evidence = one_line(command.evidence)
    if len(evidence) > EVIDENCE_LIMIT:
        return refuse(Reason.TEXT_TOO_LONG, incident, current, length=str(len(evidence)), limit=str(EVIDENCE_LIMIT))
    if linting.bears_a_mark_of_secrecy(evidence):
        return refuse(Reason.MARKED_SECRET, incident, current)
    verifier = _verifier(desk, incident, command.verifier)
    if not evidence or not one_line(command.verifier):
        return refuse(Reason.EVIDENCE_MISSING, incident, current, number=str(found.number))
    if isinstance(verifier, Reason):
        return unknown(verifier, desk, incident, command.verifier, current, person=command.verifier[:64])
    labelled = replace(
        found,
        label=Label(command.label),
        evidence=evidence,
        verifier=verifier,
        labelled_by=person.id,
        labelled_at=desk.now,
    )
    if labelled.impact is not None:
        labelled = replace(labelled, answer=answer_to(labelled.impact, labelled.label))
    await rumours.put(tx, labelled)
    await incidents.touch(tx, incident.id)
    return _done(Reason.RUMOUR_LABELLED, incident, labelled, person)


async def weigh(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: WeighRumour) -> Outcome:
    """Say how much is at stake; the answer follows from it, unless a person names another that the label allows."""
    found = await _found(tx, desk, person, incident, command.number)
    if isinstance(found, Outcome) or person is None:
        return found if isinstance(found, Outcome) else refuse(Reason.NOT_ENROLLED, incident)
    current = await standing.current(tx, incident)
    impact = Impact(command.impact) if command.impact else found.impact
    if impact is None:
        return refuse(Reason.IMPACT_FIRST, incident, current, number=str(found.number))
    answer = Answer(command.answer) if command.answer else answer_to(impact, found.label)
    if answer in NEEDS_A_LABEL and found.label not in UNTRUE:
        return refuse(Reason.LABEL_FIRST, incident, current, number=str(found.number))
    weighed = replace(found, impact=impact, answer=answer)
    await rumours.put(tx, weighed)
    await incidents.touch(tx, incident.id)
    return _done(Reason.RUMOUR_WEIGHED, incident, weighed, person)


async def _found(tx: Tx, desk: Desk, person: Person | None, incident: Incident, number: int) -> Rumour | Outcome:
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None:
        return refused
    noted = {rumour.number: rumour for rumour in await rumours.of_incident(tx, incident.id)}
    if number not in noted:
        return refuse(Reason.NO_SUCH_RUMOUR, incident, await standing.current(tx, incident), number=str(number))
    return noted[number]


def _verifier(desk: Desk, incident: Incident, said: str) -> str | Reason:
    """The name of the person or the unit that verified; a reason where nobody knows them, or they judge themselves."""
    wanted, organisation = plain(one_line(said)), desk.organisation
    person = next((p for p in organisation.people if wanted in {p.id, plain(p.name)}), None)
    unit = agency_meant(desk, one_line(said))
    if unit is None and person is None:
        return Reason.UNKNOWN_VERIFIER
    home = unit.id if unit else person.unit if person else ""
    accused = organisation.route(incident, desk.now).accused
    if is_within_any(organisation.units, home, accused):
        return Reason.VERIFIER_IS_ACCUSED
    return unit.name_vi if unit else person.name if person else ""


def _done(reason: Reason, incident: Incident, rumour: Rumour, person: Person) -> Outcome:
    values = {
        "code": incident.code,
        "number": str(rumour.number),
        "claim": rumour.claim,
        "label": text("vi", f"rumour.label.{rumour.label.value}"),
        "evidence": rumour.evidence,
        "verifier": rumour.verifier,
        "impact": text("vi", f"rumour.impact.{rumour.impact.value}") if rumour.impact else "–",
        "answer": text("vi", f"rumour.answer.{rumour.answer.value}") if rumour.answer else "–",
        "by": person.name,
    }
    return Outcome(reason, incident_id=incident.id, values=values)


def _line(desk: Desk, rumour: Rumour) -> str:
    known = text("vi", f"rumour.label.{rumour.label.value}")
    said = text("vi", "rumour.line", number=str(rumour.number), claim=rumour.claim, label=known)
    if rumour.labelled_at is not None:
        values = {"evidence": rumour.evidence, "verifier": rumour.verifier, "by": desk.name_of(rumour.labelled_by)}
        said += " " + text("vi", "rumour.line.evidence", at=local_time(rumour.labelled_at), **values)
    if rumour.impact is not None and rumour.answer is not None:
        weighed = {"impact": text("vi", f"rumour.impact.{rumour.impact.value}")}
        said += " " + text(
            "vi", "rumour.line.answer", answer=text("vi", f"rumour.answer.{rumour.answer.value}"), **weighed
        )
    return said
