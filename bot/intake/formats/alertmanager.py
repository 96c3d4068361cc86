"""Prometheus Alertmanager's webhook, version 4, and what Grafana makes of it (reference/domain.md §4.3 C).

One request carries a group of alerts; each becomes an item with what the group has in common. A firing alert that is
sent again unchanged is a duplicate; changed, it makes its incident grow; ``resolved`` is noted there, no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.intake.formats.arrival import Arrival, Misunderstood, Understood
from bot.intake.formats.fields import Fields, first_object, http_url, versioned, without_never
from bot.intake.formats.native import read_as_native
from bot.intake.formats.port import Format, each_of
from bot.model.alert import AlertPhase

SEVERITIES: Mapping[str, int] = MappingProxyType(
    {
        **{"emergency": 4, "disaster": 4, "page": 4, "critical": 3, "error": 3, "high": 3},
        **{"warning": 2, "major": 2, "medium": 2, "minor": 1, "info": 1, "low": 1, "none": 1},
    }
)
"""What a label ``severity`` proposes as a level, unless the feed's setting ``severity`` says otherwise. Level 4 is
a media crisis, which a threshold alone does not make: ``critical`` proposes 3."""

_STATUSES = frozenset({"actual", "exercise", "test"})


def alertmanager(severities: Mapping[str, int] = SEVERITIES) -> Format:
    """The format; ``severities`` turns the label into a proposed level of 1 to 4."""

    def read(value: Any, arrival: Arrival) -> Understood:
        alert = first_object(value, "alerts")
        return read_group(Fields(value), alert, arrival, severities, {})

    return Format("alertmanager", each_of("alerts"), read)


def read_group(
    group: Fields, alert: Fields, arrival: Arrival, severities: Mapping[str, int], measured: Mapping[str, float | None]
) -> Understood:
    """One alert of a group. ``measured`` are observed, baseline and factor where they do not stand in annotations.

    Raises:
        Misunderstood: naming the field.
    """
    labels, notes = alert.inside("labels"), alert.inside("annotations")
    common_labels, common_notes = group.inside("commonLabels"), group.inside("commonAnnotations")
    title = notes.words("summary", "title") or common_notes.words("summary", "title") or labels.words("alertname")
    if title is None:
        raise Misunderstood("annotations.summary: the alert has no summary and no alertname")
    starts, ends = (without_never(alert.words(name)) for name in ("startsAt", "endsAt"))
    resolved = (alert.words("status") or group.words("status")) == "resolved"
    urls = (notes.words("urls", "url", "link") or "").replace(",", " ").split()
    content = [alert.raw(name) for name in ("status", "labels", "annotations", "values", "valueString")]
    content += _only_of_the_group(group, alert)
    thread = f"{alert.words('fingerprint') or _of_labels(labels, title)}@{starts or ''}"
    source_id, thread = versioned(thread, content)
    return read_as_native(
        {
            "id": source_id,
            "title": title,
            "summary": notes.words("description", "message") or common_notes.words("description", "message"),
            "status": _status(labels),
            "first_seen": starts,
            "last_seen": ends if resolved else None,
            "volume": {
                name: found if (found := measured.get(name)) is not None else notes.number(name, f"volume_{name}")
                for name in ("observed", "baseline", "factor")
            },
            "topics": [t for t in (labels.words("topic"), labels.words("alertname")) if t],
            "location": {
                "text": labels.words("place", "location") or notes.words("place", "location"),
                "province_code": labels.words("province") or common_labels.words("province"),
                "ward_code": labels.words("ward"),
            },
            "sources": [{"url": url} for url in urls if http_url(url)],
            "severity_hint": _severity(labels.words("severity") or common_labels.words("severity"), severities),
        },
        arrival,
        phase=AlertPhase.RESOLVED if resolved else AlertPhase.NEW,
        thread=thread,
        id_tells_content=True,
    )


def _status(labels: Fields) -> str:
    """A drill says so in the label ``status``; what Grafana's button *Test* sends is one by its name."""
    if labels.words("alertname") == "TestAlert" and labels.words("instance") == "Grafana":
        return "test"
    said = labels.words("status")
    return said if said in _STATUSES else "actual"


def _only_of_the_group(group: Fields, alert: Fields) -> list[Any]:
    """What is read of an alert and stands beside the list only; Alertmanager and Grafana repeat all of it in the alert.

    The rest of the common part speaks of the group: it changes with every alert that comes or goes, and is no news.
    """
    labels, notes = alert.inside("labels"), alert.inside("annotations")
    pairs: list[tuple[Fields, Fields, tuple[str, ...]]] = [
        (alert, group, ("status",)),
        (labels, group.inside("commonLabels"), ("severity", "province")),
        (notes, group.inside("commonAnnotations"), ("summary", "title", "description", "message")),
    ]
    return [
        {name: common.raw(name)}
        for own, common, names in pairs
        for name in names
        if own.raw(name) is None and common.raw(name) is not None
    ]


def _severity(said: str | None, severities: Mapping[str, int]) -> int | None:
    if said is None:
        return None
    return int(said) if said in {"1", "2", "3", "4"} else severities.get(said.lower())


def _of_labels(labels: Fields, title: str) -> str:
    return labels.words("alertname") or title
