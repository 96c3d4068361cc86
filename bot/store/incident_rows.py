"""An incident as a row of its table, and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.model.alert import Location, Sentiment, Volume
from bot.model.incident import Growth, Incident, IncidentState, MatchedPlaybook


def to_row(incident: Incident) -> dict[str, Any]:
    """Every column but ``clocks_revision``, which the clocks keep."""
    return {
        "id": incident.id,
        "code": incident.code,
        "state": incident.state.value,
        "level": incident.level,
        "playbook": incident.playbook,
        "title": incident.title,
        "drill": incident.drill,
        "opened_at": incident.opened_at,
        "growth": growth_json(incident.growth),
        "location": asdict(incident.location),
        "candidates": [asdict(c) for c in incident.candidates],
        "match_reason": incident.match_reason,
        "playbook_chosen_by": incident.playbook_chosen_by,
        "accepted_at": incident.accepted_at,
        "accepted_by": incident.accepted_by,
        "closed_at": incident.closed_at,
        "closed_by": incident.closed_by,
        "rules_version": incident.rules_version,
        "revision": incident.revision,
        "open": incident.is_open,
        "event_at": incident.event_at,
        "alert_received_at": incident.alert_received_at,
        "impact_determined_at": incident.impact_determined_at,
        "impact_determined_by": incident.impact_determined_by,
        "last_act_at": incident.last_act_at,
        "policy": incident.policy,
        "muted_until": incident.muted_until,
        "muted_by": incident.muted_by,
        "merged_into": incident.merged_into,
        "split_from": incident.split_from,
        "handed_to": incident.handed_to,
        "may_belong_to": incident.may_belong_to,
    }


def from_row(row: Any) -> Incident:
    """The incident that a row of the table is."""
    growth = row.growth
    return Incident(
        id=row.id,
        code=row.code,
        state=IncidentState(row.state),
        level=row.level,
        playbook=row.playbook,
        title=row.title,
        drill=row.drill,
        opened_at=row.opened_at,
        growth=Growth(
            growth["alerts"],
            Volume(**growth["volume"]),
            growth["press"],
            datetime.fromisoformat(growth["first_seen"]),
            datetime.fromisoformat(growth["last_seen"]),
            tuple(growth.get("places", ())),
            Sentiment(**felt) if (felt := growth.get("sentiment")) else None,
        ),
        location=Location(**row.location),
        candidates=tuple(MatchedPlaybook(c["playbook"], c["confidence"], tuple(c["because"])) for c in row.candidates),
        match_reason=row.match_reason,
        playbook_chosen_by=row.playbook_chosen_by,
        accepted_at=row.accepted_at,
        accepted_by=row.accepted_by,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        rules_version=row.rules_version,
        revision=row.revision,
        event_at=row.event_at,
        alert_received_at=row.alert_received_at,
        impact_determined_at=row.impact_determined_at,
        impact_determined_by=row.impact_determined_by,
        last_act_at=row.last_act_at,
        policy=row.policy,
        muted_until=row.muted_until,
        muted_by=row.muted_by,
        merged_into=row.merged_into,
        split_from=row.split_from,
        handed_to=row.handed_to,
        may_belong_to=row.may_belong_to,
    )


def growth_json(growth: Growth) -> dict[str, Any]:
    """The value of the column ``growth``; instants as ISO 8601."""
    return {
        "alerts": growth.alerts,
        "volume": asdict(growth.volume),
        "press": growth.press,
        "first_seen": growth.first_seen.isoformat(),
        "last_seen": growth.last_seen.isoformat(),
        "places": list(growth.places),
        "sentiment": None if growth.sentiment is None else asdict(growth.sentiment),
    }
