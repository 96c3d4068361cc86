"""Units that hold a case together with the office: one more, one less, and who is told (NĐ 244/2026 Art. 7.2)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.approval import authority, standing
from bot.approval.desk import Desk
from bot.approval.reach import Reached, reached
from bot.approval.refusals import refuse
from bot.approval.units import unit_for_a_task, unit_meant
from bot.model.commands import HoldJointly
from bot.model.gate import GateKind
from bot.model.incident import Incident
from bot.model.outcome import Notice, Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import APPROVABLE
from bot.model.unit import Unit
from bot.store import case_units, incidents
from bot.store.database import Tx


async def hold_jointly(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: HoldJointly) -> Outcome:
    """Note that another unit holds the case too, or that it does not after all.

    Words approved without it are asked about again before they leave. Whoever may agree for it is told, and whom
    neither the chat nor a letter reaches is named; where that is everybody the words would wait for ever.
    """
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    if command.lift:
        return await _take_out(tx, desk, person, incident, command)
    unit = unit_for_a_task(desk, incident, command.unit)
    if isinstance(unit, Outcome):
        return unit
    if not await case_units.add(tx, incident.id, unit.id, person.id, desk.now):
        return refuse(Reason.ALREADY_HELD, incident, unit=unit.name_vi)
    await incidents.touch(tx, incident.id)
    able = await _reached(tx, desk, may_agree(desk, incident, unit.id), person)
    values = {
        "by": person.name,
        "unit": unit.name_vi,
        "told": ", ".join(who.name for who in able.told),
        "title": incident.title,
    }
    reason = Reason.HELD_JOINTLY if able.told else Reason.HELD_JOINTLY_BY_NOBODY
    current = await standing.current(tx, incident)
    done = standing.done(reason, incident, current, **values, **able.values)
    words = "held_jointly" if current.state in APPROVABLE else "held_jointly_later"
    return standing.telling(done, *_notices(able.told, person, words, done))


async def _reached(tx: Tx, desk: Desk, agreeing: Sequence[Person], actor: Person) -> Reached:
    """Whom the chat or a letter reaches of those who may agree; whoever acts knows what they did."""
    by_chat = await reached(tx, desk, agreeing)
    silent = tuple(p for p in by_chat.silent if p.id != actor.id and not (p.email and desk.mails))
    return Reached(tuple(p for p in agreeing if p not in silent), silent)


async def _take_out(tx: Tx, desk: Desk, person: Person, incident: Incident, command: HoldJointly) -> Outcome:
    """The unit may be one of another day by now, or in no file any more: whatever was put in can be taken out."""
    held = await case_units.of_incident(tx, incident.id)
    unit = unit_meant([desk.organisation.unit(each) or Unit(each, each, each) for each in held], command.unit)
    if unit is None or not await case_units.remove(tx, incident.id, unit.id):
        return refuse(Reason.NOT_HELD, incident, unit=command.unit[:64])
    await incidents.touch(tx, incident.id)
    values = {"by": person.name, "unit": unit.name_vi, "title": incident.title}
    done = standing.done(Reason.NO_LONGER_HELD, incident, await standing.current(tx, incident), **values)
    return standing.telling(done, *_notices(may_agree(desk, incident, unit.id), person, "no_longer_held", done))


def may_agree(desk: Desk, incident: Incident, unit: str) -> list[Person]:
    """Everybody who may agree to a joint text for a unit, as things stand."""
    gate = next((g for g in desk.gates.standing(incident.level, ()) if g.kind is GateKind.JOINT_TEXT), None)
    if gate is None:
        return []
    return [
        person
        for person in desk.organisation.people
        if person.unit == unit
        and authority.roles_in(person, incident, desk.now) & gate.by
        and not authority.is_of_accused_unit(person, incident, desk.organisation, desk.now)
    ]


def _notices(people: Sequence[Person], actor: Person, words: str, done: Outcome) -> list[Notice]:
    return [Notice(who.id, words, done.values, incident_id=done.incident_id) for who in people if who.id != actor.id]
