"""The alerts that silences hold back: never lost, always findable, let go by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, Select, cast, func, literal, select, update

from bot.model.alert import AlertOutcome
from bot.model.silence import Silence
from bot.store import alerts as alerts_store
from bot.store.alerts import StoredAlert
from bot.store.bulk import portions
from bot.store.database import Tx
from bot.store.schema import alerts, incidents
from bot.store.schema_watching import silenced_alerts
from bot.store.types import Instant
from bot.store.upsert import insert_for

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


async def held(tx: Tx, silence_id: str, limit: int) -> list[Held]:
    """The latest alerts that a silence holds and held, the latest first; for show: numbers come from a count."""
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


async def number_held(tx: Tx, silence_id: str, *, let_go_too: bool = False) -> int:
    """How many alerts one silence holds; with ``let_go_too`` also those that it held until somebody let them go."""
    counted = select(func.count()).select_from(silenced_alerts).where(silenced_alerts.c.silence_id == silence_id)
    if not let_go_too:
        counted = counted.where(silenced_alerts.c.released_at.is_(None))
    return int((await tx.execute(counted)).scalar_one())


async def number_fresh(tx: Tx, silence_id: str, since: datetime) -> int:
    """How many alerts it holds whose matter was spoken of since then (see :func:`fresh`)."""
    counted = _fresh(tx, silence_id, since).with_only_columns(func.count())
    return int((await tx.execute(counted)).scalar_one())


async def fresh(tx: Tx, silence_id: str, since: datetime, limit: int) -> list[str]:
    """The first alerts, by id and as they came, that it holds and whose matter was last spoken of since then."""
    rows = await tx.execute(_fresh(tx, silence_id, since).order_by(alerts.c.seq).limit(limit))
    return list(rows.scalars())


async def fresh_titles(tx: Tx, silence_id: str, since: datetime, limit: int) -> list[str]:
    """The titles of these, each once."""
    title = alerts.c.content["title"].as_string()
    titles = _fresh(tx, silence_id, since).with_only_columns(title).group_by(title)
    return list((await tx.execute(titles.order_by(func.min(alerts.c.seq)).limit(limit))).scalars())


async def release(tx: Tx, silence_id: str, alert_ids: Sequence[str], by: str, at: datetime) -> int:
    """Let alerts go: grouping places them as if they had just come. Returns how many."""
    count = 0
    for ids in portions(alert_ids):
        mine = (silenced_alerts.c.silence_id == silence_id, silenced_alerts.c.released_at.is_(None))
        held_now = select(silenced_alerts.c.alert_id).where(silenced_alerts.c.alert_id.in_(ids), *mine)
        letting_go = list((await tx.execute(held_now)).scalars())
        await tx.execute(
            update(silenced_alerts)
            .where(silenced_alerts.c.alert_id.in_(letting_go), *mine)
            .values(released_at=at, released_by=by)
        )
        await tx.execute(
            update(alerts)
            .where(alerts.c.id.in_(letting_go), alerts.c.outcome == AlertOutcome.SILENCED.value)
            .values(outcome=AlertOutcome.ACCEPTED.value, reason=WAITING, placed_at=None)
        )
        count += len(letting_go)
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


def _fresh(tx: Tx, silence_id: str, since: datetime) -> Select[str]:
    """Ids of the alerts that nobody let go and that were seen last since then, as their sender says or as they came."""
    said = [alerts.c.content[name].as_string() for name in ("last_seen", "first_seen")]
    if tx.dialect.name == "postgresql":
        seen = func.coalesce(*(cast(text, DateTime(timezone=True)) for text in said), alerts.c.received_at)
        is_fresh = seen >= since
    else:  # texts with whatever zone the sender wrote
        seen = func.coalesce(*map(func.julianday, said), func.julianday(alerts.c.received_at))
        is_fresh = seen >= func.julianday(literal(since, Instant()))
    return (
        select(silenced_alerts.c.alert_id)
        .join(alerts, alerts.c.id == silenced_alerts.c.alert_id)
        .where(silenced_alerts.c.silence_id == silence_id, silenced_alerts.c.released_at.is_(None), is_fresh)
    )
