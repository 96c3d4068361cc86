"""A mute and a level that rises: silence that was asked for in a small matter does not hold in a grave one."""

from __future__ import annotations

from datetime import datetime

from bot.model.audit import SYSTEM, AuditEvent
from bot.model.incident import Incident
from bot.model.policy import LEVEL_WITHOUT_QUIET


def ends_mute(former: int, level: int) -> bool:
    """True when a level that goes from ``former`` to ``level`` ends whatever mute was given before.

    From level 3 on there are no quiet hours (reference/domain.md §3.5), and nobody may mute for longer than an hour
    there: hours of silence that somebody asked for at level 1 or 2 were given for another matter than it is now.
    """
    return former < LEVEL_WITHOUT_QUIET <= level


def mute_ended(incident: Incident, level: int, at: datetime) -> AuditEvent | None:
    """What the record says of a mute that the rise of ``incident`` to ``level`` ends; None where none does."""
    until = incident.muted_until
    if until is None or until <= at or not ends_mute(incident.level, level):
        return None
    details = {"why": "level_rose", "level": level, "muted_by": incident.muted_by, "muted_until": until.isoformat()}
    return AuditEvent("end_mute", SYSTEM, at, SYSTEM, incident.id, details=details)
