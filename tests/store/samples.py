"""Incidents for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.model.alert import Location, Volume
from bot.model.incident import Growth, Incident, IncidentState
from bot.store.ids import new_id

NIGHT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


def an_incident(**fields: Any) -> Incident:
    """An open, real incident of level 3; ``fields`` replace what the test cares about."""
    made = Incident(
        id=new_id(NIGHT),
        code="7K2",
        state=IncidentState.NEW,
        level=3,
        playbook="water-contamination",
        title="Nước máy có mùi dầu",
        drill=False,
        opened_at=NIGHT,
        growth=Growth(1, Volume(412, 66, 6.2), 1, NIGHT, NIGHT),
        location=Location(text="phường Sông Thượng"),
        rules_version="test",
    )
    return replace(made, **fields)
