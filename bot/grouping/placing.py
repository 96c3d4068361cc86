"""Placing an alert, inside the transaction that decides: what is open is read, judged and joined in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.grouping.decision import Decision, decide
from bot.grouping.growth import grow
from bot.grouping.hearing import Said
from bot.grouping.portion import Ground, Heard, Joined, join_in_turn
from bot.grouping.sketch import absorb, pack, unpack
from bot.model.alert import Alert, AlertOutcome
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.incident import OPEN_STATES
from bot.model.level import opening_level
from bot.model.muting import mute_ended
from bot.model.reasons import Grouping
from bot.store import alerts, audit, incidents, sketches
from bot.store.database import Tx


async def decide_among_open(tx: Tx, said: Said, *, drill: bool) -> Decision:
    """Which open incident of the alert's kind (drill or real) it belongs to, if any."""
    open_now = await sketches.of_open(tx, drill)
    return await asyncio.to_thread(_decide, said, open_now)  # hundreds of sketches take a tenth of a second to unpack


def _decide(said: Said, open_now: Sequence[tuple[str, dict[str, Any], bytes]]) -> Decision:
    return decide(said, [(incident_id, unpack(kept, vectors)) for incident_id, kept, vectors in open_now])


async def decide_place(tx: Tx, alert: Alert, said: Said) -> Decision:
    """Where an alert belongs: to what its sender says it is about, else to what it resembles, else nowhere yet."""
    return await decide_by_thread(tx, alert) or await decide_among_open(tx, said, drill=alert.status.is_drill)


async def decide_by_thread(tx: Tx, alert: Alert) -> Decision | None:
    """The incident of the earlier messages that the alert's sender says it is about.

    None when they have none, or one that is over (what is new about an old matter opens another), or of the other kind:
    a drill never joins what is real. A message that ends a matter is noted at its incident even when that is over.
    """
    incident_id = await alerts.find_placed(tx, alert)
    incident = await incidents.get(tx, incident_id) if incident_id is not None else None
    if incident is None or incident.drill != alert.status.is_drill:
        return None
    if incident.state not in OPEN_STATES and not alert.phase.is_end:
        return None
    sketch = await sketches.of_incident(tx, incident.id)
    kept = unpack(*sketch) if sketch is not None else None
    return Decision(incident.id, Grouping.SAME_SOURCE_ID, 1.0, kept)


async def end(tx: Tx, alert: Alert, decision: Decision, now: datetime) -> bool:
    """Note at an incident that its sender takes it back or calls it over. Nothing else follows: people decide.

    Returns:
        False when the alert has a place already.
    """
    incident_id, reason = decision.incident_id or "", decision.reason.value
    if not await alerts.place(tx, alert.id, incident_id, AlertOutcome.JOINED, reason, now):
        return False
    await incidents.touch(tx, incident_id)
    details = {"alert": alert.id, "feed": alert.feed, "why": reason}
    event = AuditEvent(f"source_{alert.phase.value}", SYSTEM, now, incident_id=incident_id, details=details)
    await audit.append(tx, event)
    return True


async def set_aside(tx: Tx, alert: Alert, now: datetime) -> bool:
    """Note that a message ends nothing that is known here; it waits no longer. False when it has a place already."""
    reason = Grouping.ENDS_NOTHING_KNOWN.value
    if not await alerts.set_aside(tx, alert.id, reason, now):
        return False
    details = {"alert": alert.id, "feed": alert.feed, "why": reason}
    await audit.append(tx, AuditEvent(f"source_{alert.phase.value}", SYSTEM, now, details=details))
    return True


async def join(tx: Tx, alert: Alert, said: Said, decision: Decision, now: datetime) -> None:
    """Let the alert make its incident grow; nothing happens when it has a place already."""
    if alert.id in await alerts.still_unplaced(tx, [alert.id]):
        await _write(tx, [Joined(alert, decision, absorb(decision.kept, said))], now)


async def join_many(tx: Tx, portion: Sequence[Heard], now: datetime) -> int:
    """Let as many alerts as only make a known matter grow join theirs, from the first on, in one go.

    Returns:
        How many of ``portion`` have their place now. The one that stands next wants more than that.
    """
    unplaced = await alerts.still_unplaced(tx, [heard.alert.id for heard in portion])
    ground = await _ground(tx, [heard.alert for heard in portion])
    joined = await asyncio.to_thread(join_in_turn, portion if len(unplaced) == len(portion) else [], ground)
    await _write(tx, joined, now)
    return len(joined)


async def _ground(tx: Tx, coming: Sequence[Alert]) -> Ground:
    """What is open of the kinds (drill or real) that come, and what their senders referred to before."""
    stored = {drill: await sketches.of_open(tx, drill) for drill in {a.status.is_drill for a in coming}}
    matters = await asyncio.to_thread(
        lambda: {drill: {one: unpack(kept, packed) for one, kept, packed in rows} for drill, rows in stored.items()}
    )
    named = await alerts.named_before(tx, {(alert.feed, name) for alert in coming for name in alert.earlier})
    return Ground(matters, named, max((seq for seq, _ in named.values()), default=0))


async def _write(tx: Tx, joined: Sequence[Joined], now: datetime) -> None:
    """Give alerts their place, and their incidents what follows: growth, level, what is remembered, the record."""
    kept = {one.decision.incident_id or "": one.kept for one in joined}
    grown = {one: incident for one in kept if (incident := await incidents.get(tx, one)) is not None}
    events = []
    for one in joined:
        incident = grown[one.decision.incident_id or ""]
        level = max(incident.level, opening_level(incident.level, one.alert.volume.factor, one.alert.severity_hint))
        ended = mute_ended(incident, level, now)
        grown[incident.id] = replace(incident, growth=grow(incident.growth, one.alert), level=level)
        why = one.decision.reason.value
        details = {"alert": one.alert.id, "why": why, "shared": list(one.decision.shared), "level": level}
        events.append(AuditEvent("join_incident", SYSTEM, now, incident_id=incident.id, details=details))
        events += [ended] if ended is not None else []
    for incident in grown.values():
        last = kept[incident.id]
        await sketches.put(tx, incident.id, last.sketch.to_json(), pack(last.vectors))
        await incidents.grow(tx, incident.id, incident.growth, incident.level)
    places = [alerts.Place(one.alert.id, one.decision.incident_id or "", one.decision.reason.value) for one in joined]
    await alerts.place_joined(tx, places, now)
    await audit.append_all(tx, events)
