"""Whom to wake: from a step of the escalation to people, as the organisation stands at that instant. Pure.

The one place in which the escalation asks the organisation anything.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.approval import authority
from bot.model.incident import Incident
from bot.model.person import Organisation, Person, Role
from bot.model.policy import Leg, Wake
from bot.model.unit import UnitRole


def people_to_wake(
    organisation: Organisation,
    incident: Incident,
    rule: str,
    wake: Wake,
    at: datetime,
    unreachable: Collection[str] = (),
    *,
    by: Collection[Role] = (),
    apart: Collection[str] = (),
) -> tuple[Person, ...]:
    """The people of one step on the clock ``rule``; empty when nobody has that task at ``at``.

    ``unreachable`` are ids of people whom no channel reaches now: the roster passes them over, and they are named
    beside whoever stands in, so that the gap is told. ``by`` and ``apart`` say whose the task is where a gate does:
    these roles, without these persons; of the duty officers whoever is on duty.
    """
    if by and wake is Wake.RESPONSIBLE:
        found = [
            person
            for role in Role
            if role in by
            for person in (
                _on_duty(organisation, incident, at, unreachable)
                if role is Role.DUTY
                else _in_role(organisation, incident, role, at)
            )
        ]
        return tuple(dict.fromkeys(person for person in found if person.id not in apart))
    match wake:
        case Wake.RESPONSIBLE:
            return _responsible(organisation, incident, rule, at, unreachable)
        case Wake.DEPUTY:
            return _in_role(organisation, incident, Role.DEPUTY, at)
        case Wake.HEAD:
            return _in_role(organisation, incident, Role.HEAD, at)
        case Wake.SUPERVISOR:
            return _supervisors(organisation, at)


def _responsible(
    organisation: Organisation, incident: Incident, rule: str, at: datetime, unreachable: Collection[str]
) -> tuple[Person, ...]:
    """Who should act: whoever is on duty until somebody acknowledged, then that person; to speak, spokespersons."""
    if rule == Leg.ACKNOWLEDGE:
        return _on_duty(organisation, incident, at, unreachable)
    if rule in (Leg.DRAFT, Leg.PROGRESS):
        return _accepter(organisation, incident, at) or _on_duty(organisation, incident, at, unreachable)
    speakers = tuple(
        person for role in (Role.REGULAR, Role.AUTHORISED) for person in _in_role(organisation, incident, role, at)
    )
    if rule == Leg.NEXT_UPDATE:
        return tuple(dict.fromkeys((*_accepter(organisation, incident, at), *speakers)))
    return tuple(dict.fromkeys(speakers))


def _on_duty(
    organisation: Organisation, incident: Incident, at: datetime, unreachable: Collection[str]
) -> tuple[Person, ...]:
    """Whoever the roster names at this moment; whom no channel reaches, followed by whoever stands in for them.

    Without a rota, or where it leaves nobody, everybody in the role of a duty officer who has not said they are away.
    """
    accused = organisation.route(incident, at).accused
    judged = {p.id for p in organisation.people if organisation.is_of(p, accused, at)} if accused else set()
    named: list[Person] = []
    while person := organisation.person(organisation.on_duty(at, judged | {p.id for p in named}).person or ""):
        named.append(person)
        if person.id not in unreachable:
            return tuple(named)
    officers = _in_role(organisation, incident, Role.DUTY, at)
    here = [person for person in officers if not organisation.roster.is_away(person.id, at)]
    return tuple(dict.fromkeys((*named, *here)))


def _accepter(organisation: Organisation, incident: Incident, at: datetime) -> tuple[Person, ...]:
    """Whoever acknowledged, unless they have left since."""
    person = organisation.person(incident.accepted_by) if incident.accepted_by else None
    return (person,) if person is not None and person.roles(at, None, incident.id, incident.code) else ()


def _in_role(organisation: Organisation, incident: Incident, role: Role, at: datetime) -> tuple[Person, ...]:
    """Everybody whose role counts in this matter: for the whole agency, or for the unit that approves in it.

    Nobody of a unit that is accused is asked to act upon it; the supervising department comes last and by itself.
    """
    route = organisation.route(incident, at)
    supervisors = set(_supervisors(organisation, at))
    return tuple(
        person
        for person in organisation.in_role(role, at, None, incident.id, incident.code)
        if person not in supervisors
        and not authority.is_of_accused_unit(person, incident, organisation, at)
        and any(
            a.unit is None or (route.approves is not None and organisation.covers(a.unit, route.approves))
            for a in person.in_force(at, None, incident.id, incident.code)
            if a.role is role
        )
    )


def _supervisors(organisation: Organisation, at: datetime) -> tuple[Person, ...]:
    """The people of the department that supervises statements to the press, on that day."""
    units = {unit.id for unit in organisation.units_with(UnitRole.SUPERVISOR, at)}
    return tuple(p for p in organisation.people if p.unit in units and p.roles(at))
