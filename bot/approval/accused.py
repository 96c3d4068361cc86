"""Conflict of interest, as a person sees it: a unit is itself accused, so the one above it approves."""

from __future__ import annotations

from bot.approval import authority, own_matter
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.approval.units import unit_meant, unknown
from bot.model.commands import MarkAccused
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person, Role
from bot.model.reasons import Reason
from bot.model.unit import Unit, is_within
from bot.store import incidents, people
from bot.store.database import Tx


async def mark(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: MarkAccused) -> Outcome:
    """Note it, or take it back: only a head outside of that unit does the latter.

    What people of that unit approved or signed before counts no more, as far as the words have not begun to leave.

    Nobody stands above the top of the office, so that its being accused ends every approval here: only the head says
    so, hands the matter over, and may take it back.
    """
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is None and not incident.is_open:
        refusal = Reason.INCIDENT_NOT_OPEN
    if refusal is not None or person is None:
        return refuse(refusal or Reason.NOT_ENROLLED, incident)
    unit = _unit(desk, command.unit)
    if unit is None:
        return unknown(Reason.UNKNOWN_UNIT, desk, incident, command.unit)
    is_top = unit.parent is None
    is_head = any(a.role is Role.HEAD and a.unit is None for a in person.in_force(desk.now))
    is_inside = not is_top and is_within(desk.organisation.units, person.unit, unit.id)
    if (is_top and not is_head) or (command.lift and (not is_head or is_inside)):
        return refuse(Reason.NO_RIGHT_TO_ACT, incident)
    if command.lift:
        await people.clear(tx, incident.id, unit.id)
        told = own_matter.told_still(desk, incident, unit.id)
    else:
        await people.accuse(tx, incident.id, unit.id, person.id, desk.now)
        told = own_matter.told_void(incident, await own_matter.take_back(tx, desk, incident, {unit.id}))
    await incidents.touch(tx, incident.id)
    values = {"code": incident.code, "unit": unit.name_vi, "unit_id": unit.id, "by": person.name}
    values |= {"lifted": "yes" if command.lift else ""} | told
    return Outcome(Reason.ACCUSED_NOTED, incident_id=incident.id, values=values)


def _unit(desk: Desk, typed: str) -> Unit | None:
    """The one unit in force that is meant by an id or a name."""
    known = [u for u in desk.organisation.units if u.stands_for is None and u.in_force(desk.now)]
    return unit_meant(known, typed)
