"""A unit that somebody named to give it a task: it must be there today, and be one."""

from __future__ import annotations

from bot.approval.desk import Desk
from bot.approval.fact_units import unit_there
from bot.approval.refusals import refuse
from bot.approval.unit_names import unit_meant
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.model.unit import StandsFor, Unit, heirs


def named_unit(desk: Desk, incident: Incident, typed: str) -> Unit | Outcome:
    """The unit whose id or name was typed; where nobody there could do anything a refusal that says what to type.

    A place holder of the playbooks is no agency, and one that was dissolved has nobody left.
    """
    today = [u for u in desk.organisation.units if u.stands_for is None and u.in_force(desk.now)]
    unit = unit_meant(today, typed) or unit_meant(desk.organisation.units, typed)
    if unit is None:
        return refuse(Reason.UNKNOWN_UNIT, incident, unit=typed[:64])
    if unit.stands_for is not None:
        meant = unit_there(desk, incident, unit.id) if unit.stands_for is StandsFor.PLACE else unit.id
        found = desk.organisation.unit(meant) if meant != unit.id else None
        return refuse(Reason.UNIT_STANDS_FOR, incident, unit=unit.name_vi, meant=_named(found) if found else "–")
    if not unit.in_force(desk.now):
        names = ", ".join(_named(heir) for heir in heirs(desk.organisation.units, unit.id, desk.now)) or "–"
        return refuse(Reason.UNIT_NOT_IN_FORCE, incident, unit=unit.name_vi, today=names)
    return unit


def _named(unit: Unit) -> str:
    """A unit with the id by which it is typed."""
    return f"{unit.name_vi} ({unit.id})"
