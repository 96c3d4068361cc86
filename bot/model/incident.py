"""An incident (vụ việc): its states, which may follow which, and its level."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.model.alert import Location, Sentiment, Volume


class IncidentState(StrEnum):
    """Where an incident stands (DESIGN §5)."""

    NEW = "new"
    ACCEPTED = "accepted"
    RESPONDING = "responding"
    CLOSED = "closed"
    REVIEWED = "reviewed"
    DISMISSED = "dismissed"
    MERGED = "merged"
    HANDED_OVER = "handed_over"


_S = IncidentState

TRANSITIONS = MappingProxyType(
    {
        _S.NEW: frozenset({_S.ACCEPTED, _S.RESPONDING, _S.DISMISSED, _S.MERGED, _S.HANDED_OVER}),
        _S.ACCEPTED: frozenset({_S.RESPONDING, _S.CLOSED, _S.DISMISSED, _S.MERGED, _S.HANDED_OVER}),
        _S.RESPONDING: frozenset({_S.CLOSED, _S.MERGED, _S.HANDED_OVER}),
        _S.CLOSED: frozenset({_S.REVIEWED}),
        _S.REVIEWED: frozenset(),
        _S.DISMISSED: frozenset(),
        _S.MERGED: frozenset(),
        _S.HANDED_OVER: frozenset(),
    }
)
"""Which state may follow which. ``responding`` begins with the first publication, so it cannot be dismissed."""

REOPENABLE = frozenset({_S.CLOSED, _S.DISMISSED, _S.HANDED_OVER})
"""States that a person may take back. No table of the machine leads out of them: nothing opens a case by itself."""

OPEN_STATES = frozenset({_S.NEW, _S.ACCEPTED, _S.RESPONDING})
"""States in which people may still act and new alerts may still join."""


def predecessors(target: IncidentState) -> frozenset[IncidentState]:
    """The states from which ``target`` may be reached: the condition of the UPDATE that enters it."""
    return frozenset(state for state, following in TRANSITIONS.items() if target in following)


SPLIT_OFF = "split_off"
"""The ``match_reason`` of a matter that was split from another: its playbook is taken over until a person chooses."""


@dataclass(frozen=True, slots=True)
class MatchedPlaybook:
    """One candidate playbook as it is remembered with the incident."""

    playbook: str
    confidence: float
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Growth:
    """What is growing and how fast, summed over the alerts of one incident; the latest volume stands for now.

    ``places`` are those that alerts named, as they named them, the first first. ``sentiment`` is the latest measured.
    """

    alerts: int
    volume: Volume
    press: int
    first_seen: datetime
    last_seen: datetime
    places: tuple[str, ...] = ()
    sentiment: Sentiment | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One matter with everything the card needs. ``revision`` counts every change that people should see.

    Four instants are kept apart: ``event_at`` (as reported), ``alert_received_at`` (a machine's), ``accepted_at`` and
    ``impact_determined_at`` (a person's act each; they start the clocks of NĐ 244/2026 Art. 7.3 and 7.4).
    ``last_act_at`` is the latest act of a person. ``policy`` names the policy that was in force when it was opened.
    ``may_belong_to`` is the incident that was open then and could be of the same matter.
    """

    id: str
    code: str
    state: IncidentState
    level: int
    playbook: str
    title: str
    drill: bool
    opened_at: datetime
    growth: Growth
    location: Location = field(default_factory=Location)
    candidates: tuple[MatchedPlaybook, ...] = ()
    match_reason: str = ""
    playbook_chosen_by: str | None = None
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    rules_version: str = ""
    revision: int = 0
    event_at: datetime | None = None
    alert_received_at: datetime | None = None
    impact_determined_at: datetime | None = None
    impact_determined_by: str | None = None
    last_act_at: datetime | None = None
    policy: str | None = None
    muted_until: datetime | None = None
    muted_by: str | None = None
    merged_into: str | None = None
    split_from: str | None = None
    handed_to: str | None = None
    may_belong_to: str | None = None

    @property
    def playbook_is_provisional(self) -> bool:
        """True while nobody has said that the playbook of a matter that was split off fits it."""
        return self.match_reason == SPLIT_OFF and self.playbook_chosen_by is None

    @property
    def is_open(self) -> bool:
        """True while people may act on it."""
        return self.state in OPEN_STATES
