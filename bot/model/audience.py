"""Who is to see a matter: whoever may speak or stand in for its units, the duty, and lawyers while they are asked.

Every channel asks here. What a channel adds is whom it reaches; who has a task is no channel's to decide.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.model.incident import Incident
from bot.model.person import SPEAKING_ROLES, Organisation, Role

SPEAKS_OR_STANDS_IN = SPEAKING_ROLES | {Role.DEPUTY}
"""Who always sees a matter of their units."""


class Duty(StrEnum):
    """How those on duty come to see a matter."""

    ROOM = "room"
    """Together, in a room that hears: none of them is meant in person."""
    ONE = "one"
    """The one whose turn it is by the roster."""
    EVERY = "every"
    """Whoever holds the duty for a unit of the matter, and the one whose turn it is."""


def audience(
    organisation: Organisation, incident: Incident, at: datetime, duty: Duty, *, lawyers_asked: bool
) -> frozenset[str]:
    """Ids of all who are to see an incident at ``at``, reachable or not.

    Args:
        organisation: the people, with what the record knows put in.
        incident: the matter.
        at: the instant at which roles must be in force.
        duty: how those on duty see it.
        lawyers_asked: true while the matter waits for a legal check that the role ``legal`` may make.
    """
    found = organisation.route(incident, at)
    roles = SPEAKS_OR_STANDS_IN | {Role.DUTY} if duty is Duty.EVERY else SPEAKS_OR_STANDS_IN
    on_duty = frozenset() if duty is Duty.ROOM or found.on_duty is None else frozenset({found.on_duty})
    lawyers = organisation.lawyers(found, incident, at) if lawyers_asked else frozenset()
    concerned = {p.id for p in organisation.people if organisation.concerns(found, incident, p, roles, at)}
    return on_duty | lawyers | concerned
