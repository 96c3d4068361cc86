"""Units as people name them: which is meant, who is there for it today, and whether it can be given a task."""

from __future__ import annotations

from collections.abc import Iterable

from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.place import plain
from bot.model.reasons import Reason
from bot.model.unit import StandsFor, Unit, heirs


def unit_meant(units: Iterable[Unit], typed: str) -> Unit | None:
    """The one unit whose id, name or other name was typed, without regard to case and diacritics; None for several."""
    known, wanted = tuple(units), plain(typed)
    found = [unit for unit in known if unit.id == typed.strip().lower()]
    found = found or [unit for unit in known if wanted in (plain(unit.name_vi), *map(plain, unit.aliases))]
    return found[0] if len(found) == 1 else None


def unit_there(desk: Desk, incident: Incident, unit_id: str) -> str:
    """The unit that is there for one that a playbook names: the commune of the place, or whoever took its place."""
    organisation = desk.organisation
    unit = organisation.unit(unit_id)
    if unit is None:
        return unit_id
    if unit.stands_for is StandsFor.PLACE:
        place = organisation.places.resolve(incident.location, organisation.units, incident.opened_at)
        return place.unit or unit_id
    if unit.in_force(desk.now):
        return unit_id
    today = heirs(organisation.units, unit_id, desk.now)
    return today[0].id if len(today) == 1 else unit_id


def unit_for_a_task(desk: Desk, incident: Incident, typed: str) -> Unit | Outcome:
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
