"""Alerts: what was understood, what became of it, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, update

from bot.model.alert import Alert, AlertOutcome, AlertStatus
from bot.store.alert_content import from_content, to_content
from bot.store.bulk import insert_rows, portions
from bot.store.database import Tx
from bot.store.feed_keys import Key, by_feed
from bot.store.schema import alerts


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert that was accepted just now, the item it was read from, and that item's hash."""

    alert: Alert
    raw: bytes
    body_sha256: str


@dataclass(frozen=True, slots=True)
class Known:
    """An alert that a feed sent before under an id of its own; ``drill`` when it was one."""

    id: str
    incident_id: str | None
    body_sha256: str
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """An alert, the incident that it joins, and the code of the reason."""

    alert_id: str
    incident_id: str
    reason: str


# Put together once: each commit of the door asks these.
_KNOWN = select(
    alerts.c.id,
    alerts.c.source_id,
    alerts.c.incident_id,
    alerts.c.body_sha256,
    alerts.c.content["status"].as_string().label("status"),
).where(alerts.c.feed == bindparam("feed"), alerts.c.source_id.in_(bindparam("ids", expanding=True)))
_LAST = select(func.coalesce(func.max(alerts.c.seq), 0))

_WITHOUT_RAW = select(*(column for column in alerts.c if column is not alerts.c.raw))
"""An alert is what was understood. What was sent may have ten megabytes, and a storm brings a thousand at once."""


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert with what became of it."""

    alert: Alert
    outcome: AlertOutcome
    reason: str
    incident_id: str | None


async def known(tx: Tx, keys: Collection[Key]) -> dict[Key, Known]:
    """The alerts that feeds sent before under these ids of their own."""
    found = {}
    for feed, ids in by_feed(keys):
        rows = await tx.execute(_KNOWN, {"feed": feed, "ids": ids})
        for row in rows:
            drill = AlertStatus(row.status).is_drill
            found[feed, row.source_id] = Known(row.id, row.incident_id, row.body_sha256, drill)
    return found


async def find_earlier(tx: Tx, feed: str, names: Sequence[str]) -> StoredAlert | None:
    """The latest alert of this feed that has one of these as its own id or as the name of its matter."""
    seq = await _latest(tx, feed, names)
    row = None if seq is None else (await tx.execute(_WITHOUT_RAW.where(alerts.c.seq == seq))).first()
    return None if row is None else _stored(row)


async def find_placed(tx: Tx, alert: Alert) -> str | None:
    """The incident of the latest earlier message about the same matter (``alert.earlier``), if it has one."""
    seq = await _latest(tx, alert.feed, alert.earlier, alerts.c.id != alert.id, alerts.c.incident_id.is_not(None))
    if seq is None:
        return None
    found: str = (await tx.execute(select(alerts.c.incident_id).where(alerts.c.seq == seq))).scalar_one()
    return found


async def _latest(tx: Tx, feed: str, names: Sequence[str], *conditions: ColumnElement[bool]) -> int | None:
    """The place in the order of arrival of a feed's latest alert with one of these names.

    Each kind of name has its index; asked for either in one question, a database reads all that the feed ever sent.
    """
    if not names:
        return None
    found = []
    for name in (alerts.c.source_id, alerts.c.thread):
        latest = select(func.max(alerts.c.seq)).where(alerts.c.feed == feed, name.in_(names), *conditions)
        found.append((await tx.execute(latest)).scalar_one())
    return max((seq for seq in found if seq is not None), default=None)


async def add(tx: Tx, alert: Alert, raw: bytes, body_sha256: str) -> None:
    """Keep one accepted alert."""
    await add_all(tx, [NewAlert(alert, raw, body_sha256)])


async def add_all(tx: Tx, new: Sequence[NewAlert]) -> None:
    """Keep accepted alerts; grouping places them later. ``seq`` keeps the order of arrival."""
    if not new:
        return
    last = (await tx.execute(_LAST)).scalar_one()
    await insert_rows(
        tx,
        alerts,
        [
            {
                "id": one.alert.id,
                "seq": seq,
                "feed": one.alert.feed,
                "source_id": one.alert.source_id,
                "thread": one.alert.thread,
                "body_sha256": one.body_sha256,
                "received_at": one.alert.received_at,
                "content": to_content(one.alert),
                "raw": one.raw,
                "outcome": AlertOutcome.ACCEPTED.value,
                "reason": "waiting_for_grouping",
            }
            for seq, one in enumerate(new, last + 1)
        ],
    )


async def get(tx: Tx, alert_id: str) -> StoredAlert | None:
    """One alert."""
    row = (await tx.execute(_WITHOUT_RAW.where(alerts.c.id == alert_id))).first()
    return None if row is None else _stored(row)


async def several(tx: Tx, alert_ids: Sequence[str]) -> list[StoredAlert]:
    """Alerts by id, in the order of the ids; those that are not there are left out."""
    found: dict[str, StoredAlert] = {}
    for ids in portions(alert_ids):
        rows = await tx.execute(_WITHOUT_RAW.where(alerts.c.id.in_(ids)))
        found |= {row.id: _stored(row) for row in rows}
    return [found[alert_id] for alert_id in alert_ids if alert_id in found]


async def incidents_of(tx: Tx, alert_ids: Sequence[str]) -> dict[str, str | None]:
    """The incident that each of these alerts has, None where it has none yet; unknown ids are left out."""
    found: dict[str, str | None] = {}
    for ids in portions(alert_ids):
        rows = await tx.execute(select(alerts.c.id, alerts.c.incident_id).where(alerts.c.id.in_(ids)))
        found |= {row.id: row.incident_id for row in rows}
    return found


async def unplaced(tx: Tx, limit: int = 100) -> Sequence[str]:
    """Ids of alerts that no incident has yet, in order of arrival."""
    rows = await tx.execute(select(alerts.c.id).where(alerts.c.placed_at.is_(None)).order_by(alerts.c.seq).limit(limit))
    return list(rows.scalars())


async def waiting(tx: Tx, after: int, limit: int) -> list[tuple[int, Alert]]:
    """The first alerts without a place whose number in the order of arrival is over ``after``, with that number."""
    found = _WITHOUT_RAW.where(alerts.c.placed_at.is_(None), alerts.c.seq > after).order_by(alerts.c.seq)
    return [(row.seq, _stored(row).alert) for row in await tx.execute(found.limit(limit))]


async def still_unplaced(tx: Tx, alert_ids: Sequence[str]) -> set[str]:
    """Which of these have no place."""
    found: set[str] = set()
    for ids in portions(alert_ids):
        found |= set(
            (await tx.execute(select(alerts.c.id).where(alerts.c.id.in_(ids), alerts.c.placed_at.is_(None)))).scalars()
        )
    return found


async def named_before(tx: Tx, names: Collection[Key]) -> dict[Key, tuple[int, str]]:
    """For each name that a feed gave a message or its matter: the latest such message's ``seq``, and its incident.

    Messages without an incident do not count; nor are names given back that none has.
    """
    found: dict[Key, tuple[int, str]] = {}
    for feed, asked in by_feed(names):
        for name in (alerts.c.source_id, alerts.c.thread):
            mine = (alerts.c.feed == feed, name.in_(asked), alerts.c.incident_id.is_not(None))
            latest = select(func.max(alerts.c.seq)).where(*mine).group_by(name).scalar_subquery()
            rows = await tx.execute(
                select(name.label("name"), alerts.c.seq, alerts.c.incident_id).where(alerts.c.seq.in_(latest))
            )
            for row in rows:
                found[feed, row.name] = max(found.get((feed, row.name), (0, "")), (row.seq, row.incident_id))
    return found


async def place(tx: Tx, alert_id: str, incident_id: str, outcome: AlertOutcome, reason: str, at: datetime) -> bool:
    """Give an alert its incident; False when it has one already, and then nothing was changed."""
    done = await tx.execute(
        update(alerts)
        .where(alerts.c.id == alert_id, alerts.c.placed_at.is_(None))
        .values(incident_id=incident_id, outcome=outcome.value, reason=reason, placed_at=at)
    )
    return done.rowcount == 1


async def place_joined(tx: Tx, places: Sequence[Place], at: datetime) -> None:
    """Give alerts that have no place the incidents they join."""
    if not places:
        return
    joins = (
        update(alerts)
        .where(alerts.c.id == bindparam("alert"), alerts.c.placed_at.is_(None))
        .values(
            incident_id=bindparam("incident"),
            reason=bindparam("why"),
            outcome=AlertOutcome.JOINED.value,
            placed_at=at,
        )
    )
    await tx.execute(joins, [{"alert": p.alert_id, "incident": p.incident_id, "why": p.reason} for p in places])


async def set_aside(tx: Tx, alert_id: str, reason: str, at: datetime) -> bool:
    """Let an alert wait no longer, without an incident; False when it has a place."""
    done = await tx.execute(
        update(alerts).where(alerts.c.id == alert_id, alerts.c.placed_at.is_(None)).values(reason=reason, placed_at=at)
    )
    return done.rowcount == 1


async def of_incident(tx: Tx, incident_id: str, limit: int = 1000, start: int = 0) -> list[StoredAlert]:
    """The alerts of one incident, oldest first, without the ``start`` oldest; a storm brings more than ``limit``."""
    return await _at(tx, _places_of(incident_id).order_by(alerts.c.seq).limit(limit).offset(start))


async def first_and_latest(tx: Tx, incident_id: str, limit: int) -> list[StoredAlert]:
    """All alerts of one incident, oldest first; where there are more than ``limit``, the first and the latest."""
    latest = await _at(tx, _places_of(incident_id).order_by(alerts.c.seq.desc()).limit(limit))
    return latest if len(latest) < limit else [*await of_incident(tx, incident_id, 1), *latest[1:]]


def _places_of(incident_id: str) -> Select[tuple[int]]:
    return select(alerts.c.seq).where(alerts.c.incident_id == incident_id)


async def _at(tx: Tx, places: Select[tuple[int]]) -> list[StoredAlert]:
    """The alerts at these places in the order of arrival. Whole rows of a storm take seconds to be sorted by it."""
    rows = await tx.execute(_WITHOUT_RAW.where(alerts.c.seq.in_(places.scalar_subquery())).order_by(alerts.c.seq))
    return [_stored(row) for row in rows]


async def count(tx: Tx, incident_id: str) -> int:
    """How many alerts one incident has."""
    found = select(func.count()).select_from(alerts).where(alerts.c.incident_id == incident_id)
    return int((await tx.execute(found)).scalar_one())


async def numbered(tx: Tx, incident_id: str, numbers: Collection[int]) -> list[StoredAlert]:
    """The alerts of one incident that have these numbers in the order of arrival; the oldest is 1."""
    if not numbers:
        return []
    upto = select(alerts.c.id).where(alerts.c.incident_id == incident_id).order_by(alerts.c.seq).limit(max(numbers))
    ids = enumerate((await tx.execute(upto)).scalars(), start=1)
    return await several(tx, [alert_id for number, alert_id in ids if number in numbers])


async def opening(tx: Tx, incident_id: str) -> Alert | None:
    """The alert that opened an incident: the one whose text was matched."""
    query = _WITHOUT_RAW.where(alerts.c.incident_id == incident_id, alerts.c.outcome == AlertOutcome.OPENED.value)
    row = (await tx.execute(query.limit(1))).first()
    return None if row is None else _stored(row).alert


async def move(tx: Tx, from_incident: str, to_incident: str, alert_ids: Sequence[str] | None = None) -> None:
    """A person regrouped: some alerts, or all of an incident, belong to another one."""
    moved = update(alerts).where(alerts.c.incident_id == from_incident).values(incident_id=to_incident)
    if alert_ids is None:
        await tx.execute(moved)
        return
    for ids in portions(alert_ids):
        await tx.execute(moved.where(alerts.c.id.in_(ids)))


async def empty_raw(tx: Tx, before: datetime, limit: int = 1000) -> int:
    """Forget what was sent before an instant, as it was sent; what was understood of it stays. Returns how many."""
    old = select(alerts.c.id).where(alerts.c.received_at < before, func.length(alerts.c.raw) > 0).limit(limit)
    done = await tx.execute(update(alerts).where(alerts.c.id.in_(old)).values(raw=b""))
    return done.rowcount


def _stored(row: Any) -> StoredAlert:
    return StoredAlert(from_content(row), AlertOutcome(row.outcome), row.reason, row.incident_id)
