"""The alerts that silences hold back: never lost, always findable, let go by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from bot.model.alert import AlertOutcome
from bot.model.silence import Silence
from bot.store import alerts as alerts_store
from bot.store.alerts import StoredAlert
from bot.store.database import Tx
from bot.store.schema import alerts, incidents
from bot.store.schema_watching import silenced_alerts
from bot.store.telegram_outbox import insert_for

HELD_BY = "silenced:"
"""How the reason of an alert begins that a silence holds; its code follows."""

WAITING = "waiting_for_grouping"
"""The reason of an alert that has no place yet."""


@dataclass(frozen=True, slots=True)
class Held:
    """An alert that a silence holds, or held until somebody let it go."""

    stored: StoredAlert
    at: datetime
    released_at: datetime | None
    released_by: str | None


async def hold(tx: Tx, silence: Silence, alert_id: str, at: datetime) -> bool:
    """Hold an alert back; False when it has its place already, and then nothing was changed."""
    done = await tx.execute(
        update(alerts)
        .where(alerts.c.id == alert_id, alerts.c.placed_at.is_(None))
        .values(outcome=AlertOutcome.SILENCED.value, reason=f"{HELD_BY}{silence.code}", placed_at=at)
    )
    if done.rowcount != 1:
        return False
    held = insert_for(tx, silenced_alerts).values(alert_id=alert_id, silence_id=silence.id, at=at)
    await tx.execute(held.on_conflict_do_nothing())
    return True


async def was_released(tx: Tx, alert_id: str) -> bool:
    """True for an alert that a person let go: no silence holds it a second time."""
    found = select(silenced_alerts.c.alert_id).where(silenced_alerts.c.alert_id == alert_id)
    return (await tx.execute(found)).first() is not None


async def held(tx: Tx, silence_id: str, limit: int = 1000) -> list[Held]:
    """What a silence holds and held, the latest first."""
    rows = list(
        await tx.execute(
            select(silenced_alerts)
            .join(alerts, alerts.c.id == silenced_alerts.c.alert_id)
            .where(silenced_alerts.c.silence_id == silence_id)
            .order_by(alerts.c.seq.desc())
            .limit(limit)
        )
    )
    known = {stored.alert.id: stored for stored in await alerts_store.several(tx, [row.alert_id for row in rows])}
    return [Held(known[row.alert_id], row.at, row.released_at, row.released_by) for row in rows]


async def counts(tx: Tx) -> dict[str, int]:
    """How many alerts each silence holds and has not let go, by its id."""
    rows = await tx.execute(
        select(silenced_alerts.c.silence_id, func.count())
        .where(silenced_alerts.c.released_at.is_(None))
        .group_by(silenced_alerts.c.silence_id)
    )
    return {row[0]: row[1] for row in rows}


async def release(tx: Tx, silence_id: str, alert_ids: Sequence[str], by: str, at: datetime) -> int:
    """Let alerts go: grouping places them as if they had just come. Returns how many."""
    count = 0
    for alert_id in alert_ids:
        done = await tx.execute(
            update(silenced_alerts)
            .where(
                silenced_alerts.c.alert_id == alert_id,
                silenced_alerts.c.silence_id == silence_id,
                silenced_alerts.c.released_at.is_(None),
            )
            .values(released_at=at, released_by=by)
        )
        if done.rowcount == 1:
            count += 1
            await tx.execute(
                update(alerts)
                .where(alerts.c.id == alert_id, alerts.c.outcome == AlertOutcome.SILENCED.value)
                .values(outcome=AlertOutcome.ACCEPTED.value, reason=WAITING, placed_at=None)
            )
    return count


async def alerts_since(tx: Tx, since: datetime, limit: int) -> list[tuple[StoredAlert, str | None]]:
    """Alerts that came since then, the latest first, each with the playbook of its incident."""
    rows = await tx.execute(
        select(alerts.c.id, incidents.c.playbook)
        .outerjoin(incidents, incidents.c.id == alerts.c.incident_id)
        .where(alerts.c.received_at >= since)
        .order_by(alerts.c.seq.desc())
        .limit(limit)
    )
    playbooks = {row.id: row.playbook for row in rows}
    found = await alerts_store.several(tx, list(playbooks))
    return [(stored, playbooks[stored.alert.id]) for stored in found]


async def number_since(tx: Tx, since: datetime) -> int:
    """How many alerts came since then."""
    counted = select(func.count()).select_from(alerts).where(alerts.c.received_at >= since)
    return int((await tx.execute(counted)).scalar_one())
