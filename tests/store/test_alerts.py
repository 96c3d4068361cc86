"""Alerts are kept whole: what was said, in the order of arrival, however many come at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, update

from bot.model.alert import Alert, AlertKind, AlertPhase, AlertStatus, Location, Sentiment, Source, Volume
from bot.store import alerts, schema
from bot.store.alerts import NewAlert
from bot.store.database import Database

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
BARE = Alert("a", "default", "Nước máy có mùi dầu", NOW)
FULL = Alert(
    *("b", "default", "Sạt lở đất", NOW, "b-1", AlertStatus.EXERCISE, AlertKind.EVENT, "Tóm tắt", "en", NOW, NOW, 60),
    volume=Volume(0.0, 66.0, None, 2.5, "articles"),
    sentiment=Sentiment(negative=0.0, score=-1.0),
    reach=0,
    topics=("đất", "mưa"),
    location=Location("phường Ví Dụ", lat=21.0, lng=105.0),
    sources=(Source("https://bao.example.vn/1", "Tin", None, "news", NOW, 0, True), Source()),
    severity_hint=3,
    confidence=0.0,
    phase=AlertPhase.UPDATE,
    thread="t",
    refers_to=("a",),
)


async def kept(database: Database, *new: Alert) -> list[Alert]:
    async with database.write() as tx:
        await alerts.add_all(tx, [NewAlert(one, b"{}", "0" * 64) for one in new])
    async with database.read() as tx:
        return [one.alert for one in await alerts.several(tx, [one.id for one in new])]


@pytest.mark.parametrize("alert", [BARE, FULL], ids=["bare", "full"])
async def test_an_alert_is_read_as_it_was_kept(database: Database, alert: Alert) -> None:
    assert await kept(database, alert) == [alert]


async def test_an_alert_that_an_earlier_version_kept_is_read_alike(database: Database) -> None:
    await kept(database, BARE)
    parts: dict[str, Any] = {
        "volume": dict.fromkeys(("observed", "baseline", "factor", "z")) | {"unit": "mentions"},
        "sentiment": dict.fromkeys(("positive", "neutral", "negative", "score")),
        "location": dict.fromkeys(("text", "province_code", "ward_code", "lat", "lng")),
    }
    unsaid = ("first_seen", "last_seen", "window_minutes", "reach", "severity_hint", "confidence")
    before = {"title": BARE.title, "lang": "vi", "status": "actual", "kind": "spike", "summary": "", "topics": []}
    before |= parts | dict.fromkeys(unsaid) | {"sources": []}
    async with database.write() as tx:
        await tx.execute(update(schema.alerts).values(content=before))
    async with database.read() as tx:
        found = await alerts.get(tx, BARE.id)
    assert found is not None
    assert found.alert == BARE


@pytest.mark.parametrize("count", [1, 90, 91, 250])
async def test_however_many_come_at_once_all_are_there_in_order(database: Database, count: int) -> None:
    names = [f"{number:04}" for number in range(count)]
    await kept(database, *(Alert(name, "default", name, NOW, name) for name in names))
    async with database.read() as tx:
        assert await alerts.unplaced(tx, 1000) == names
        first = (await tx.execute(schema.alerts.select().limit(1))).one()
    assert (first.received_at, first.raw, first.outcome, first.thread) == (NOW, b"{}", "accepted", None)


async def test_what_was_sent_is_not_read_along_with_what_was_understood(database: Database) -> None:
    """It may have ten megabytes, and a storm brings a thousand at once."""
    await kept(database, BARE)
    asked: list[str] = []
    event.listen(
        database.reader.sync_engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: asked.append(statement),
    )
    async with database.read() as tx:
        assert await alerts.get(tx, "a") is not None
        assert [one.alert for one in await alerts.several(tx, ["a"])] == [BARE]
        assert [alert for _, alert in await alerts.waiting(tx, 0, 1)] == [BARE]
        await alerts.find_earlier(tx, "default", ["b-1"])
        await alerts.of_incident(tx, "m")
        await alerts.opening(tx, "m")
    questions = [statement for statement in asked if statement.startswith("SELECT")]
    assert len(questions) >= 6
    assert not [question for question in questions if "raw" in question]
