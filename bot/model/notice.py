"""A notice: what one person, or the duty room, is told because time is running; channels put it into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.incident import Incident
from bot.model.law import RunningClock
from bot.model.person import Role
from bot.model.reasons import Escalation


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told once.

    ``key`` names it for ever, so that no restart tells it twice. ``clock`` is None where no single clock is meant.
    ``people`` are names: whom nobody could reach, or, in the duty room, who has been told. ``urgent`` notices bring the
    card along: whoever is woken has perhaps never seen it. ``roles`` are those of whom nobody could reach.
    """

    key: str
    incident: Incident
    reason: Escalation
    as_of: datetime
    clock: RunningClock | None = None
    people: tuple[str, ...] = ()
    urgent: bool = False
    roles: tuple[Role, ...] = ()
