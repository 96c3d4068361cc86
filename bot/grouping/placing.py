"""Placing an alert, inside the transaction that decides: what is open is read, judged and joined in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.grouping.decision import Decision, decide
from bot.grouping.growth import grow
from bot.grouping.hearing import Said
from bot.grouping.sketch import absorb, pack, unpack
from bot.model.alert import Alert, AlertOutcome
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.level import opening_level
from bot.store import alerts, audit, incidents
from bot.store.database import Tx


async def decide_among_open(tx: Tx, said: Said, *, drill: bool) -> Decision:
    """Which open incident of the alert's kind (drill or real) it belongs to, if any."""
    open_now = await incidents.open_sketches(tx, drill)
    return await asyncio.to_thread(_decide, said, open_now)  # hundreds of sketches take a tenth of a second to unpack


def _decide(said: Said, open_now: Sequence[tuple[str, dict[str, Any], bytes]]) -> Decision:
    return decide(said, [(incident_id, unpack(kept, vectors)) for incident_id, kept, vectors in open_now])


async def join(tx: Tx, alert: Alert, said: Said, decision: Decision, now: datetime) -> None:
    """Let the alert make its incident grow; nothing happens when it has a place already."""
    incident = await incidents.get(tx, decision.incident_id or "")
    if incident is None or not await alerts.place(
        tx, alert.id, incident.id, AlertOutcome.JOINED, decision.reason.value, now
    ):
        return
    grown = absorb(decision.kept, said)
    await incidents.put_sketch(tx, incident.id, grown.sketch.to_json(), pack(grown.vectors))
    level = max(incident.level, opening_level(incident.level, alert.volume.factor, alert.severity_hint))
    await incidents.grow(tx, incident.id, grow(incident.growth, alert), level)
    details = {"alert": alert.id, "why": decision.reason.value, "shared": list(decision.shared), "level": level}
    await audit.append(tx, AuditEvent("join_incident", SYSTEM, now, incident_id=incident.id, details=details))
