"""Units as people name them: which is meant, who is there for it today, and whether it can be given a task."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.place import plain
from bot.model.reasons import Reason
from bot.model.statement import StatementVersion
from bot.model.unit import StandsFor, Unit, heirs

_LONGEST = 64
"""Characters of a name that was typed and is told back."""

_LEAST_WORDS = 2
"""The beginning of a name that is taken for the whole: *Sở* alone is not, even where there is but one."""

_FIRST_WORDS = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "bv": "benh vien", "ca": "cong an"}
"""How people shorten the kind of a unit."""

_NEAR = 0.75
_MOST_NEAR = 3


def unit_meant(units: Iterable[Unit], typed: str) -> Unit | None:
    """The one unit that was typed, without regard to case and diacritics; None for several.

    Its id, its name, another name, or the beginning of a name where no other unit's begins so.
    """
    known = tuple(units)
    found = _named_exactly(known, typed) or _named_by_beginning(known, typed)
    return found[0] if len(found) == 1 else None


def agency_meant(desk: Desk, typed: str) -> Unit | None:
    """The one unit of the organisation that was typed; a mere beginning is one of an agency of today."""
    units, today = desk.organisation.units, _of_today(desk)
    found = _named_exactly(today, typed) or _named_exactly(units, typed) or _named_by_beginning(today, typed)
    return found[0] if len(found) == 1 else None


def near_units(desk: Desk, typed: str) -> str:
    """Agencies whose names are like what was typed, each with the id by which it is typed; empty where none is."""
    wanted = _plain_name(typed[:_LONGEST])
    likeness = {unit.id: max(_likeness(wanted, name) for name in _names(unit)) for unit in _of_today(desk)}
    near = sorted((u for u in _of_today(desk) if likeness[u.id] >= _NEAR), key=lambda u: -likeness[u.id])
    return ", ".join(f"{unit.id} ({unit.name_vi})" for unit in near[:_MOST_NEAR])


def unknown(
    reason: Reason, desk: Desk, incident: Incident, typed: str, current: StatementVersion | None = None, **values: str
) -> Outcome:
    """The refusal of a unit that nobody knows, with those that may have been meant."""
    near = near_units(desk, typed)
    return refuse(reason, incident, current, unit=typed[:_LONGEST], near=near, put="near" if near else "", **values)


def _named_exactly(units: Iterable[Unit], typed: str) -> list[Unit]:
    known, wanted = tuple(units), _plain_name(typed)
    found = [unit for unit in known if unit.id == typed.strip().lower()]
    return found or [unit for unit in known if wanted in _names(unit)]


def _named_by_beginning(units: Iterable[Unit], typed: str) -> list[Unit]:
    wanted = _plain_name(typed)
    if len(wanted.split()) < _LEAST_WORDS:
        return []
    return [unit for unit in units if any(name.startswith(f"{wanted} ") for name in _names(unit))]


def _names(unit: Unit) -> list[str]:
    return [_plain_name(name) for name in (unit.name_vi, *unit.aliases)]


def _plain_name(name: str) -> str:
    first, blank, rest = plain(name).partition(" ")
    return _FIRST_WORDS.get(first, first) + blank + rest


def _likeness(wanted: str, name: str) -> float:
    """From 0 to 1: how much of what was typed a name has; all of it where the words stand in it as they are."""
    if wanted and f" {wanted} " in f" {name} ":
        return 1.0
    return SequenceMatcher(None, wanted, name[: len(wanted) + 1], autojunk=False).ratio()


def _of_today(desk: Desk) -> list[Unit]:
    """The agencies to which something can be given; place holders of the playbooks are none."""
    return [u for u in desk.organisation.units if u.stands_for is None and u.in_force(desk.now)]


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
    unit = agency_meant(desk, typed)
    if unit is None:
        return unknown(Reason.UNKNOWN_UNIT, desk, incident, typed)
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
