"""Alerts, and the receipts of the requests that brought them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from bot.model.alert import Alert, AlertKind, AlertOutcome, AlertPhase, AlertStatus, Location, Sentiment, Source, Volume
from bot.store.database import Tx
from bot.store.schema import alerts, webhook_receipts

_AT_ONCE = 500
"""Ids in one query; databases limit them."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was answered to a webhook id, and the hash of the body that came with it."""

    body_sha256: str
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert with what became of it."""

    alert: Alert
    outcome: AlertOutcome
    reason: str
    incident_id: str | None


async def receipt(tx: Tx, feed: str, webhook_id: str) -> Receipt | None:
    """What was answered to this webhook id before."""
    row = (
        await tx.execute(
            select(webhook_receipts.c.body_sha256, webhook_receipts.c.answer).where(
                webhook_receipts.c.feed == feed, webhook_receipts.c.webhook_id == webhook_id
            )
        )
    ).first()
    return None if row is None else Receipt(row.body_sha256, row.answer)


async def add_receipt(
    tx: Tx, feed: str, webhook_id: str, body_sha256: str, answer: Mapping[str, Any], at: datetime
) -> None:
    """Remember what is answered to this webhook id."""
    await tx.execute(
        insert(webhook_receipts).values(
            feed=feed, webhook_id=webhook_id, body_sha256=body_sha256, answer=dict(answer), received_at=at
        )
    )


async def find_by_source(tx: Tx, feed: str, source_id: str) -> StoredAlert | None:
    """The alert that this feed already sent under this id of its own."""
    row = (await tx.execute(select(alerts).where(alerts.c.feed == feed, alerts.c.source_id == source_id))).first()
    return None if row is None else _stored(row)


async def find_earlier(tx: Tx, feed: str, names: Sequence[str]) -> StoredAlert | None:
    """The latest alert of this feed that has one of these as its own id or as the name of its matter."""
    query = select(alerts).where(alerts.c.feed == feed, or_(alerts.c.source_id.in_(names), alerts.c.thread.in_(names)))
    row = (await tx.execute(query.order_by(alerts.c.seq.desc()).limit(1))).first()
    return None if row is None else _stored(row)


async def find_placed(tx: Tx, alert: Alert) -> str | None:
    """The incident of the latest earlier message about the same matter (``alert.earlier``), if it has one."""
    names = list(alert.earlier)
    if not names:
        return None
    query = select(alerts.c.incident_id).where(
        alerts.c.feed == alert.feed,
        or_(alerts.c.source_id.in_(names), alerts.c.thread.in_(names)),
        alerts.c.id != alert.id,
        alerts.c.incident_id.is_not(None),
    )
    found: str | None = (await tx.execute(query.order_by(alerts.c.seq.desc()).limit(1))).scalar_one_or_none()
    return found


async def add(tx: Tx, alert: Alert, raw: bytes, body_sha256: str) -> None:
    """Keep an accepted alert; grouping places it later. ``seq`` keeps the order of arrival."""
    seq = (await tx.execute(select(func.coalesce(func.max(alerts.c.seq), 0) + 1))).scalar_one()
    await tx.execute(
        insert(alerts).values(
            id=alert.id,
            seq=seq,
            feed=alert.feed,
            source_id=alert.source_id,
            thread=alert.thread,
            body_sha256=body_sha256,
            received_at=alert.received_at,
            content=_content(alert),
            raw=raw,
            outcome=AlertOutcome.ACCEPTED.value,
            reason="waiting_for_grouping",
        )
    )


async def get(tx: Tx, alert_id: str) -> StoredAlert | None:
    """One alert."""
    row = (await tx.execute(select(alerts).where(alerts.c.id == alert_id))).first()
    return None if row is None else _stored(row)


async def several(tx: Tx, alert_ids: Sequence[str]) -> list[StoredAlert]:
    """Alerts by id, in the order of the ids; those that are not there are left out."""
    found: dict[str, StoredAlert] = {}
    for start in range(0, len(alert_ids), _AT_ONCE):
        rows = await tx.execute(select(alerts).where(alerts.c.id.in_(alert_ids[start : start + _AT_ONCE])))
        found |= {row.id: _stored(row) for row in rows}
    return [found[alert_id] for alert_id in alert_ids if alert_id in found]


async def content_sha256(tx: Tx, alert_id: str) -> str:
    """The hash of the item an alert was read from."""
    found = await tx.execute(select(alerts.c.body_sha256).where(alerts.c.id == alert_id))
    return str(found.scalar_one())


async def unplaced(tx: Tx, limit: int = 100) -> Sequence[str]:
    """Ids of alerts that no incident has yet, in order of arrival."""
    rows = await tx.execute(select(alerts.c.id).where(alerts.c.placed_at.is_(None)).order_by(alerts.c.seq).limit(limit))
    return list(rows.scalars())


async def place(tx: Tx, alert_id: str, incident_id: str, outcome: AlertOutcome, reason: str, at: datetime) -> bool:
    """Give an alert its incident; False when it has one already, and then nothing was changed."""
    done = await tx.execute(
        update(alerts)
        .where(alerts.c.id == alert_id, alerts.c.placed_at.is_(None))
        .values(incident_id=incident_id, outcome=outcome.value, reason=reason, placed_at=at)
    )
    return done.rowcount == 1


async def of_incident(tx: Tx, incident_id: str, limit: int = 1000) -> list[StoredAlert]:
    """The alerts of one incident, oldest first."""
    rows = await tx.execute(
        select(alerts).where(alerts.c.incident_id == incident_id).order_by(alerts.c.seq).limit(limit)
    )
    return [_stored(row) for row in rows]


async def opening(tx: Tx, incident_id: str) -> Alert | None:
    """The alert that opened an incident: the one whose text was matched."""
    query = select(alerts).where(alerts.c.incident_id == incident_id, alerts.c.outcome == AlertOutcome.OPENED.value)
    row = (await tx.execute(query.limit(1))).first()
    return None if row is None else _stored(row).alert


async def move(tx: Tx, from_incident: str, to_incident: str, alert_id: str | None = None) -> None:
    """A person regrouped: one alert, or all of an incident, belong to another one."""
    condition = [alerts.c.incident_id == from_incident]
    if alert_id is not None:
        condition.append(alerts.c.id == alert_id)
    await tx.execute(update(alerts).where(*condition).values(incident_id=to_incident))


async def empty_raw(tx: Tx, before: datetime, limit: int = 1000) -> int:
    """Forget what was sent before an instant, as it was sent; what was understood of it stays. Returns how many."""
    old = select(alerts.c.id).where(alerts.c.received_at < before, func.length(alerts.c.raw) > 0).limit(limit)
    done = await tx.execute(update(alerts).where(alerts.c.id.in_(old)).values(raw=b""))
    return done.rowcount


def _content(alert: Alert) -> dict[str, Any]:
    content = asdict(alert)
    for key in ("id", "feed", "source_id", "thread", "received_at"):
        del content[key]
    for key in ("first_seen", "last_seen"):
        content[key] = _iso(content[key])
    for source in content["sources"]:
        source["published_at"] = _iso(source["published_at"])
    return content


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _stored(row: Any) -> StoredAlert:
    c = dict(row.content)
    alert = Alert(
        id=row.id,
        feed=row.feed,
        source_id=row.source_id,
        received_at=row.received_at,
        title=c["title"],
        summary=c["summary"],
        lang=c["lang"],
        status=AlertStatus(c["status"]),
        kind=AlertKind(c["kind"]),
        first_seen=_instant(c["first_seen"]),
        last_seen=_instant(c["last_seen"]),
        window_minutes=c["window_minutes"],
        volume=Volume(**c["volume"]),
        sentiment=Sentiment(**c["sentiment"]),
        reach=c["reach"],
        topics=tuple(c["topics"]),
        location=Location(**c["location"]),
        sources=tuple(Source(**{**s, "published_at": _instant(s["published_at"])}) for s in c["sources"]),
        severity_hint=c["severity_hint"],
        confidence=c["confidence"],
        phase=AlertPhase(c.get("phase", AlertPhase.NEW)),
        thread=row.thread,
        refers_to=tuple(c.get("refers_to", ())),
    )
    return StoredAlert(alert, AlertOutcome(row.outcome), row.reason, row.incident_id)
