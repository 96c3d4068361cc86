"""What a sender says of an alert is understood field by field; a wrong value is named and kept for a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.intake.body import parse
from bot.intake.formats.native import SpikeAlert
from bot.model.alert import NO_VOLUME, AlertKind, AlertStatus
from bot.store import alerts, quarantine
from bot.store.database import Database
from tests.intake.conftest import Client
from tests.intake.kept import quarantined, stored


async def test_everything_the_sender_said_is_understood(door: Client, database: Database) -> None:
    full = {
        "schema": "spike_alert/v1",
        "id": "a-1",
        "source": {"system": "s", "adapter": "x"},
        "status": "exercise",
        "kind": "sentiment_shift",
        "title": "  Tiêu đề  ",
        "summary": "Tóm tắt",
        "lang": "vi",
        "first_seen": "2026-11-22T13:05:00",
        "last_seen": "2026-11-22T13:05:00+07:00",
        "window_minutes": 60,
        "volume": {"observed": 412, "baseline": 66},
        "sentiment": {"negative": 0.7, "positive": 0.1, "neutral": 0.2},
        "reach": 10,
        "topics": ["nước"],
        "location": {"text": "phường Sông Thượng", "lat": 21.3, "lng": 105.2},
        "sources": [
            {
                "url": "https://bao.example.vn/a",
                "author": "Người Đăng",
                "avatar": "https://x.example.vn/me.png",
                "is_press": True,
            },
            {"url": "javascript:alert(1)", "title": "x"},
        ],
        "severity_hint": 3,
        "confidence": 0.9,
        "never_heard_of": {"kept": "in the raw payload"},
    }
    answer = await (await door.post("/v1/alerts", json=full)).json()
    async with database.read() as tx:
        found = await alerts.get(tx, answer["results"][0]["id"])
    assert found is not None
    alert = found.alert
    assert alert.title == "Tiêu đề"
    assert alert.status.is_drill
    assert alert.first_seen == alert.last_seen == datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
    assert alert.volume.factor == pytest.approx(412 / 66)
    assert [s.url for s in alert.sources] == ["https://bao.example.vn/a", None]
    assert "Người Đăng" not in repr(alert)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "   \n\u0000"),
        ("title", 7),
        ("title", None),
        ("status", "real"),
        ("kind", "gossip"),
        ("volume", {"observed": -1}),
        ("volume", {"observed": "many"}),
        ("volume", {"observed": True}),
        ("volume", {"observed": 1e300}),
        ("sentiment", {"negative": 1.5}),
        ("first_seen", "yesterday"),
        ("first_seen", "2126-01-01T00:00:00Z"),
        ("first_seen", "0001-01-01T00:00:00+07:00"),
        ("last_seen", 1e308),
        ("window_minutes", -5),
        ("severity_hint", 5),
        ("sources", [{"engagement": -1}]),
        ("sources", "https://x.example.vn"),
        ("topics", {"a": 1}),
        ("location", "Suối Vàng"),
        ("confidence", 2),
        ("id", "x" * 257),
    ],
)
async def test_a_known_field_with_a_wrong_value_goes_to_quarantine_by_name(
    door: Client, database: Database, field: str, value: Any
) -> None:
    answer = await door.post("/v1/alerts", json={"title": "Tiêu đề", field: value})
    body = await answer.json()
    assert answer.status == 422
    assert answer.content_type == "application/problem+json"
    assert body["results"][0]["outcome"] == "quarantined"
    (reason,) = await quarantined(database)
    assert field in reason
    assert await stored(database) == []


async def test_a_null_says_as_little_as_a_field_that_is_left_out(door: Client, database: Database) -> None:
    known = [name for name in SpikeAlert.model_fields if name != "title"]
    nested: dict[str, Any] = {
        "volume": dict.fromkeys(("observed", "baseline", "factor", "z", "unit")),
        "sentiment": dict.fromkeys(("positive", "neutral", "negative", "score")),
        "location": dict.fromkeys(("text", "province_code", "ward_code", "lat", "lng")),
        "sources": [dict.fromkeys(("url", "title", "outlet", "type", "published_at", "engagement", "is_press"))],
        "source": {"system": None},
    }
    for said in (dict.fromkeys(known), dict.fromkeys(known) | nested):
        answer = await (await door.post("/v1/alerts", json={"title": "x"} | said)).json()
        async with database.read() as tx:
            found = await alerts.get(tx, answer["results"][0]["id"])
        assert found is not None, answer
        alert = found.alert
        assert (alert.status, alert.kind, alert.volume) == (AlertStatus.ACTUAL, AlertKind.SPIKE, NO_VOLUME)
        assert not any(source.is_press for source in alert.sources)


async def test_a_topic_without_words_is_none(door: Client, database: Database) -> None:
    answer = await (await door.post("/v1/alerts", json={"title": "x", "topics": ["", " ", "nước"]})).json()
    async with database.read() as tx:
        found = await alerts.get(tx, answer["results"][0]["id"])
    assert found is not None
    assert found.alert.topics == ("nước",)


async def test_a_number_beyond_every_measure_is_kept_as_it_was_written(door: Client, database: Database) -> None:
    answer = await door.post("/v1/alerts", data=b'{"title": "x", "volume": {"observed": 1e999}}')
    assert answer.status == 422
    async with database.read() as tx:
        (listed,) = await quarantine.waiting(tx)
        item = await quarantine.get(tx, listed.id)
    assert item is not None
    assert parse(item.raw)["volume"]["observed"] == "1e999"
    assert "observed" in item.reason
