"""Authority, checked at the moment of the act from the user id: role, validity date and case (NĐ 244/2026 Art. 3)."""

from __future__ import annotations

from datetime import datetime

from bot.model.incident import Incident
from bot.model.person import SPEAKING_ROLES, WORKING_ROLES, Organisation, Person, Role
from bot.model.reasons import Reason
from bot.model.unit import is_within


def may_work(person: Person | None, incident: Incident | None, at: datetime) -> Reason | None:
    """Why ``person`` may not handle incidents at ``at``; None when they may."""
    if person is None:
        return Reason.NOT_ENROLLED
    if person.roles(at, *_cases(incident)) & WORKING_ROLES:
        return None
    return Reason.NO_RIGHT_TO_ACT


def handles_matters(person: Person | None, at: datetime) -> Reason | None:
    """Why ``person`` handles no incident at ``at``; None when they handle one at least: an authorisation will do."""
    if person is None:
        return Reason.NOT_ENROLLED
    handles = any(a.role in WORKING_ROLES and a.holds(at, a.case) for a in person.assignments)
    return None if handles else Reason.NO_RIGHT_TO_ACT


def may_teach(person: Person | None, at: datetime) -> Reason | None:
    """Why ``person`` may not decide from what matching learns at ``at``; None when they may: any role will do."""
    if person is None:
        return Reason.NOT_ENROLLED
    return None if person.roles(at) else Reason.NO_RIGHT_TO_ACT


def may_speak(person: Person | None, incident: Incident, organisation: Organisation, at: datetime) -> Reason | None:
    """Why ``person`` may not approve or return words at ``at``; None when they may.

    An organisation file that can no longer be read closes this gate: yesterday's list of spokespersons is no proof. A
    role counts for the unit that it names and those below it; whoever belongs to a unit that is itself accused speaks
    in that matter for nobody, and the unit one level up approves (conflict of interest).
    """
    if organisation.fault is not None:
        return Reason.ORGANISATION_UNREADABLE
    if person is None:
        return Reason.NOT_ENROLLED
    speaking = [a for a in person.in_force(at, *_cases(incident)) if a.role in SPEAKING_ROLES]
    if not speaking:
        return Reason.NO_RIGHT_TO_APPROVE
    if is_of_accused_unit(person, incident, organisation, at):
        return Reason.CONFLICT_OF_INTEREST
    if any(a.unit is None for a in speaking):
        return None
    approves = organisation.route(incident, at).approves
    if approves is None or not any(organisation.covers(a.unit, approves) for a in speaking):
        return Reason.OTHER_UNIT
    return None


def may_end(person: Person | None, incident: Incident, organisation: Organisation, at: datetime) -> Reason | None:
    """Why ``person`` may not end, lower or silence the matter at ``at``; None when they may.

    Whoever handles incidents may, but nobody of a unit that is accused in it: no end is made of a matter by those whom
    it is about. They may help with it: raise it, tell facts, write.
    """
    refusal = may_work(person, incident, at)
    if refusal is not None or person is None:
        return refusal or Reason.NOT_ENROLLED
    return Reason.CONFLICT_OF_INTEREST if is_of_accused_unit(person, incident, organisation, at) else None


def is_head_of_all_that_is_accused(
    person: Person, incident: Incident, organisation: Organisation, at: datetime
) -> bool:
    """True for the head in a matter about the top of the office: nobody stands above who could take it from them."""
    accused = organisation.route(incident, at).accused
    tops = {unit.id for unit in organisation.units if unit.parent is None and unit.id in accused}
    leads = any(a.role is Role.HEAD and a.unit is None for a in person.in_force(at, *_cases(incident)))
    return leads and any(is_within(organisation.units, person.unit, top) for top in tops)


def is_of_accused_unit(person: Person, incident: Incident, organisation: Organisation, at: datetime) -> bool:
    """True when the matter is about the person's own unit, or about one for which they hold a role at ``at``.

    They neither approve, check nor let go any words in it, and make no end of it: that is for one level up.
    """
    return organisation.is_of(person, organisation.route(incident, at).accused, at, *_cases(incident))


def roles_in(person: Person, incident: Incident, at: datetime) -> frozenset[Role]:
    """The roles that ``person`` holds at ``at`` for this incident."""
    return person.roles(at, *_cases(incident))


def _cases(incident: Incident | None) -> tuple[str | None, ...]:
    """The names by which an authorisation may mean this incident."""
    return (None,) if incident is None else (incident.id, incident.code)
