"""Whom to wake: from a step of the escalation to people, as the organisation stands at that instant. Pure.

The one place in which the escalation asks the organisation anything.
"""

from __future__ import annotations

from datetime import datetime

from bot.model.incident import Incident
from bot.model.person import Organisation, Person, Role
from bot.model.policy import Leg, Policy, Wake


def people_to_wake(
    organisation: Organisation, policy: Policy, incident: Incident, rule: str, wake: Wake, at: datetime
) -> tuple[Person, ...]:
    """The people of one step on the clock ``rule``; empty when nobody has that task at ``at``."""
    match wake:
        case Wake.RESPONSIBLE:
            return _responsible(organisation, policy, incident, rule, at)
        case Wake.DEPUTY:
            return _in_role(organisation, policy, incident, Role.DEPUTY, at)
        case Wake.HEAD:
            return _in_role(organisation, policy, incident, Role.HEAD, at)
        case Wake.SUPERVISOR:
            return _supervisors(organisation, policy, at)


def _responsible(
    organisation: Organisation, policy: Policy, incident: Incident, rule: str, at: datetime
) -> tuple[Person, ...]:
    """Who should act: the officers on duty until somebody acknowledged, then that person; to speak, spokespersons."""
    duty = _in_role(organisation, policy, incident, Role.DUTY, at)
    if rule == Leg.ACKNOWLEDGE:
        return duty
    if rule in (Leg.DRAFT, Leg.PROGRESS):
        return _accepter(organisation, incident, at) or duty
    speakers = tuple(
        person
        for role in (Role.REGULAR, Role.AUTHORISED)
        for person in _in_role(organisation, policy, incident, role, at)
    )
    if rule == Leg.NEXT_UPDATE:
        return tuple(dict.fromkeys((*_accepter(organisation, incident, at), *speakers)))
    return tuple(dict.fromkeys(speakers))


def _accepter(organisation: Organisation, incident: Incident, at: datetime) -> tuple[Person, ...]:
    """Whoever acknowledged, unless they have left since."""
    person = organisation.person(incident.accepted_by) if incident.accepted_by else None
    return (person,) if person is not None and person.roles(at, None, incident.id, incident.code) else ()


def _in_role(
    organisation: Organisation, policy: Policy, incident: Incident, role: Role, at: datetime
) -> tuple[Person, ...]:
    """Everybody of the office itself who has the role; the supervising department comes last and by itself."""
    supervisors = set(_supervisors(organisation, policy, at))
    found = organisation.in_role(role, at, None, incident.id, incident.code)
    return tuple(person for person in found if person not in supervisors)


def _supervisors(organisation: Organisation, policy: Policy, at: datetime) -> tuple[Person, ...]:
    if policy.supervising_unit is None:
        return ()
    return tuple(p for p in organisation.people if p.unit == policy.supervising_unit and p.roles(at, None))
