"""Opening an incident: playbook, level, code and the first draft, all in the transaction that places its alert."""

from __future__ import annotations

from bot.approval import growing, versions
from bot.approval.desk import Desk
from bot.grouping import Decision, Said, absorb, opening_growth, pack
from bot.model.alert import Alert, AlertOutcome
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.incident import Incident, IncidentState, MatchedPlaybook
from bot.model.level import opening_level
from bot.model.playbook import UNCLASSIFIED
from bot.store import alerts, audit, incidents, policies, sketches
from bot.store.database import Tx
from bot.store.ids import new_id
from index import Match


async def open_incident(tx: Tx, desk: Desk, alert: Alert, said: Said, match: Match, decision: Decision) -> Incident:
    """Open the incident that ``alert`` is the first of.

    ``said`` is what grouping will remember of it, ``decision`` says why it joins none.
    """
    incident_id = new_id(desk.now)
    policy = desk.policy
    playbook = desk.playbooks.get(match.playbook or UNCLASSIFIED) or desk.playbooks[UNCLASSIFIED]
    incident = Incident(
        id=incident_id,
        code=await incidents.free_code(tx, incident_id),
        state=IncidentState.NEW,
        level=opening_level(playbook.start_level, alert.volume.factor, alert.severity_hint),
        playbook=playbook.id,
        title=alert.title,
        drill=alert.status.is_drill,
        opened_at=desk.now,
        growth=opening_growth(alert),
        location=alert.location,
        candidates=tuple(MatchedPlaybook(c.playbook, c.confidence, tuple(c.because)) for c in match.candidates),
        match_reason=match.reason.value,
        may_belong_to=decision.perhaps,
        rules_version=desk.law.version,
        event_at=alert.first_seen,
        alert_received_at=alert.received_at,
        policy=await policies.keep(tx, policy, desk.now),
    )
    await incidents.add(tx, incident)
    await growing.begin(tx, desk, incident)
    kept = absorb(None, said)
    await sketches.put(tx, incident.id, kept.sketch.to_json(), pack(kept.vectors))
    await alerts.place(tx, alert.id, incident.id, AlertOutcome.OPENED, decision.reason.value, desk.now)
    await versions.draft(tx, desk, incident, by=SYSTEM)
    details = {
        "alert": alert.id,
        "feed": alert.feed,
        "why_apart": decision.reason.value,
        "may_belong_to": decision.perhaps or "",
        "playbook": incident.playbook,
        "why_playbook": incident.match_reason,
        "level": incident.level,
        "drill": incident.drill,
        "policy": policy.version,
        "policy_sha256": incident.policy,
    }
    await audit.append(
        tx, AuditEvent("open_incident", SYSTEM, desk.now, incident_id=incident.id, version=1, details=details)
    )
    return incident
