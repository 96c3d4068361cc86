"""What an alert says as the one value that the table keeps of it: only what is said, written out field by field.

Every alert that comes and every one that is placed passes here, so there are no general copies of dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from bot.model.alert import (
    NO_LOCATION,
    NO_SENTIMENT,
    Alert,
    AlertKind,
    AlertPhase,
    AlertStatus,
    Location,
    Sentiment,
    Source,
    Volume,
)

Part = Volume | Sentiment | Location | Source

_NAMES = {kind: tuple(field.name for field in fields(kind)) for kind in (Volume, Sentiment, Location, Source)}
_VALUES = {kind: attrgetter(*names) for kind, names in _NAMES.items()}


def to_content(alert: Alert) -> dict[str, Any]:
    """The value. What queries ask for (status, kind, phase) is always in it."""
    content: dict[str, Any] = {
        "title": alert.title,
        "lang": alert.lang,
        "status": alert.status.value,
        "kind": alert.kind.value,
        "phase": alert.phase.value,
    }
    may_be_said = {
        "summary": alert.summary or None,
        "first_seen": _iso(alert.first_seen),
        "last_seen": _iso(alert.last_seen),
        "window_minutes": alert.window_minutes,
        "volume": _said(alert.volume),
        "sentiment": _said(alert.sentiment),
        "reach": alert.reach,
        "topics": list(alert.topics) or None,
        "location": _said(alert.location),
        "sources": [_source(source) for source in alert.sources] or None,
        "severity_hint": alert.severity_hint,
        "confidence": alert.confidence,
        "refers_to": list(alert.refers_to) or None,
    }
    content.update({name: value for name, value in may_be_said.items() if value is not None})
    return content


def from_content(row: Any) -> Alert:
    """The alert in a row of the table; earlier versions also wrote down what was not said, as null."""
    c: Mapping[str, Any] = row.content
    return Alert(
        id=row.id,
        feed=row.feed,
        source_id=row.source_id,
        received_at=row.received_at,
        title=c["title"],
        summary=c.get("summary") or "",
        lang=c["lang"],
        status=AlertStatus(c["status"]),
        kind=AlertKind(c["kind"]),
        first_seen=_instant(c.get("first_seen")),
        last_seen=_instant(c.get("last_seen")),
        window_minutes=c.get("window_minutes"),
        volume=Volume(**c.get("volume", {})),
        sentiment=Sentiment(**c.get("sentiment", {})),
        reach=c.get("reach"),
        topics=tuple(c.get("topics", ())),
        location=Location(**c.get("location", {})),
        sources=tuple(Source(**{**s, "published_at": _instant(s.get("published_at"))}) for s in c.get("sources", ())),
        severity_hint=c.get("severity_hint"),
        confidence=c.get("confidence"),
        phase=AlertPhase(c.get("phase", AlertPhase.NEW)),
        thread=row.thread,
        refers_to=tuple(c.get("refers_to", ())),
    )


def _said(part: Part) -> dict[str, Any] | None:
    """What a part of the alert says; None when it says nothing."""
    if part is NO_SENTIMENT or part is NO_LOCATION:
        return None
    kind = type(part)
    said = zip(_NAMES[kind], _VALUES[kind](part), strict=True)
    return {name: value for name, value in said if value is not None} or None


def _source(source: Source) -> dict[str, Any]:
    said = _said(source) or {}
    return said if source.published_at is None else said | {"published_at": _iso(source.published_at)}


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
