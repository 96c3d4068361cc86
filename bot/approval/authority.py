"""Authority, checked at the moment of the act from the user id: role, validity date and case (NĐ 244/2026 Art. 3)."""

from __future__ import annotations

from datetime import datetime

from bot.model.incident import Incident
from bot.model.person import Organisation, Person, Role
from bot.model.reasons import Reason

WORKING_ROLES = frozenset({Role.HEAD, Role.REGULAR, Role.AUTHORISED, Role.DEPUTY, Role.DUTY, Role.LEGAL})
"""Roles that handle incidents: acknowledge, edit, choose the playbook, confirm facts, close."""


def may_work(person: Person | None, incident: Incident | None, at: datetime) -> Reason | None:
    """Why ``person`` may not handle incidents at ``at``; None when they may."""
    if person is None:
        return Reason.NOT_ENROLLED
    if person.roles(at, *_cases(incident)) & WORKING_ROLES:
        return None
    return Reason.NO_RIGHT_TO_ACT


def may_speak(person: Person | None, incident: Incident, organisation: Organisation, at: datetime) -> Reason | None:
    """Why ``person`` may not approve or return words at ``at``; None when they may.

    An organisation file that can no longer be read closes this gate: yesterday's list of spokespersons is no proof.
    """
    if organisation.fault is not None:
        return Reason.ORGANISATION_UNREADABLE
    if person is None:
        return Reason.NOT_ENROLLED
    if not person.may_speak(at, *_cases(incident)):
        return Reason.NO_RIGHT_TO_APPROVE
    return None


def roles_in(person: Person, incident: Incident, at: datetime) -> frozenset[Role]:
    """The roles that ``person`` holds at ``at`` for this incident."""
    return person.roles(at, *_cases(incident))


def _cases(incident: Incident | None) -> tuple[str | None, ...]:
    """The names by which an authorisation may mean this incident."""
    return (None,) if incident is None else (incident.id, incident.code)
