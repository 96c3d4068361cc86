"""How a refusal is put: the reason, and the values its sentence needs."""

from __future__ import annotations

from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.model.statement import StatementVersion


def refuse(
    reason: Reason, incident: Incident | None = None, current: StatementVersion | None = None, **values: str
) -> Outcome:
    """An outcome that says why nothing was done; names the incident's code and current version when there are any."""
    known: dict[str, str] = {}
    if incident is not None:
        known |= {"code": incident.code, "state": incident.state.value}
    if current is not None:
        known |= {"version": str(current.version), "current_version": str(current.version)}
    return Outcome(
        reason,
        incident_id=incident.id if incident else None,
        version=current.version if current else None,
        values=known | values,
    )
