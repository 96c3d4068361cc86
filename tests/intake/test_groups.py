"""An alert that comes in groups is the same whatever joins its group."""

from __future__ import annotations

from typing import Any

import pytest

from bot.intake import FeedConfig
from bot.intake.formats.alertmanager import alertmanager
from bot.intake.formats.grafana import grafana
from bot.store.database import Database
from tests.intake.conftest import OpenDoor
from tests.intake.formats.reading import sample_json
from tests.intake.kept import quarantined, stored


def group(*entries: dict[str, Any], **common: Any) -> dict[str, Any]:
    """What Alertmanager sends: the group's common part says what all of its alerts have in common just now."""
    labels = [entry["labels"].items() for entry in entries]
    shared = dict(labels[0]) if len(labels) == 1 else dict(sorted(set(labels[0]).intersection(*labels[1:])))
    status = "firing" if any(entry["status"] == "firing" for entry in entries) else "resolved"
    return {"version": "4", "status": status, "commonLabels": shared, **common, "alerts": list(entries)}


GROUPS = {"am": FeedConfig(format=alertmanager()), "grafana": FeedConfig(format=grafana({"observed": "B"}))}


@pytest.mark.parametrize("feed", ["am", "grafana"])
async def test_an_alert_is_the_same_whatever_joins_its_group(
    open_door: OpenDoor, database: Database, feed: str
) -> None:
    door = await open_door(**GROUPS)
    first, second = sample_json("alertmanager/firing.json")["alerts"]
    third = first | {"fingerprint": "3c", "labels": first["labels"] | {"place": "xã Suối Bạc"}}
    over = first | {"status": "resolved", "endsAt": "2026-11-22T06:40:00Z"}
    sent = [
        group(first, truncatedAlerts=0, title="[FIRING:1]", message="1 alert"),
        group(first, second, truncatedAlerts=1, title="[FIRING:2]", message="2 alerts"),
        group(over, second, title="[FIRING:1, RESOLVED:1]"),
        group(over, second, third, title="[FIRING:2, RESOLVED:1]"),
        group(over, second | {"status": "resolved"}, third | {"status": "resolved"}, title="[RESOLVED:3]"),
    ]
    came_to = []
    for body in sent:
        answer = await (await door.post(f"/v1/feeds/{feed}", json=body)).json()
        came_to.append([result["outcome"] for result in answer["results"]])
    assert came_to == [
        ["accepted"],
        ["duplicate", "accepted"],
        ["accepted", "duplicate"],
        ["duplicate", "duplicate", "accepted"],
        ["duplicate", "accepted", "accepted"],
    ]
    assert await quarantined(database) == []


async def test_what_only_the_group_says_of_an_alert_makes_another_message_of_it(
    open_door: OpenDoor, database: Database
) -> None:
    door = await open_door(**GROUPS)
    bare = {"labels": {"alertname": "x", "place": "xã Suối Vàng"}, "startsAt": "2026-11-22T06:05:00Z"}
    said: list[dict[str, Any]] = [
        {"commonLabels": {"severity": "warning"}},
        {"commonLabels": {"severity": "critical"}},
        {"commonLabels": {"severity": "critical"}, "commonAnnotations": {"summary": "Nước máy có mùi dầu"}},
        {"commonLabels": {"severity": "critical"}, "status": "resolved"},
    ]
    for common in said:
        answer = await (await door.post("/v1/feeds/am", json={"status": "firing", "alerts": [bare], **common})).json()
        assert answer["results"][0]["outcome"] == "accepted", common
    assert len(await stored(database)) == len(said)
