"""Accepted means durable; what cannot be understood is kept with the reason; nothing is stored twice."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.assembly.feeds import feed_config
from bot.intake import FeedConfig
from bot.intake.body import parse
from bot.intake.formats.alertmanager import alertmanager
from bot.intake.formats.cap import CAP
from bot.intake.formats.grafana import grafana
from bot.intake.formats.port import Format, json_items
from bot.intake.formats.rss import RSS
from bot.model.alert import AlertStatus
from bot.settings.feeds import Feed
from bot.store import alerts, quarantine, schema
from bot.store.database import Database, StoreUnavailable
from tests.intake.conftest import Client, OpenDoor
from tests.intake.formats.reading import sample, sample_json


async def stored(database: Database) -> list[str]:
    async with database.read() as tx:
        return list(await alerts.unplaced(tx))


async def quarantined(database: Database) -> list[str]:
    async with database.read() as tx:
        return [item.reason for item in await quarantine.waiting(tx)]


async def test_only_a_title_is_required(door: Client, database: Database) -> None:
    answer = await door.post("/v1/alerts", json={"title": "Nước máy có mùi dầu"})
    body = await answer.json()
    assert (answer.status, body["accepted"], body["duplicates"], body["quarantined"]) == (202, 1, 0, 0)
    (result,) = body["results"]
    assert result["outcome"] == "accepted"
    assert result["incident"] is None
    assert await stored(database) == [result["id"]]


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


async def test_the_good_of_an_array_are_accepted_and_the_bad_are_kept_apart(door: Client, database: Database) -> None:
    answer = await door.post("/v1/alerts", json=[{"title": "Một"}, {"titel": "hai"}, 3, {"title": "Bốn"}])
    body = await answer.json()
    assert (answer.status, body["accepted"], body["quarantined"]) == (202, 2, 2)
    assert [r["outcome"] for r in body["results"]] == ["accepted", "quarantined", "quarantined", "accepted"]
    assert len(await quarantined(database)) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b'{"title": "x"',
        b'{"title": "\xff\xfe"}',
        b'{"title": "x", "reach": NaN}',
        b'{"title": "x", "reach": -Infinity}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"title": "x", "reach": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "words", "cut", "latin", "nan", "infinity", "deep-array", "deep-object", "huge-number"],
)
async def test_what_is_no_json_is_a_400(door: Client, database: Database, body: bytes) -> None:
    answer = await door.post("/v1/alerts", data=body)
    assert (answer.status, answer.content_type) == (400, "application/problem+json")
    assert set(await answer.json()) >= {"type", "title", "status", "detail"}
    assert await stored(database) == []


async def test_a_body_over_ten_mebibytes_is_a_413_said_or_unsaid(door: Client) -> None:
    big = b'{"title": "' + b"x" * (10 * 1024 * 1024) + b'"}'
    assert (await door.post("/v1/alerts", data=big)).status == 413

    async def chunks() -> Any:
        for _ in range(11):
            yield b"x" * 1024 * 1024

    assert (await door.post("/v1/alerts", data=chunks())).status == 413


@pytest.mark.parametrize("count", [0, 1001])
async def test_an_array_holds_one_to_a_thousand(door: Client, count: int) -> None:
    assert (await door.post("/v1/alerts", json=[{"title": "x"}] * count)).status == 422


async def test_a_title_of_fifty_thousand_characters_is_kept_whole(door: Client, database: Database) -> None:
    title = "Nước " * 10_000
    answer = await (await door.post("/v1/alerts", json={"title": title})).json()
    async with database.read() as tx:
        found = await alerts.get(tx, answer["results"][0]["id"])
    assert found is not None
    assert found.alert.title == title.strip()


async def test_the_same_webhook_id_and_body_is_a_duplicate_and_stores_nothing(door: Client, database: Database) -> None:
    headers = {"webhook-id": "msg_1"}
    first = await (await door.post("/v1/alerts", json={"title": "x"}, headers=headers)).json()
    again = await door.post("/v1/alerts", json={"title": "x"}, headers=headers)
    body = await again.json()
    assert (again.status, body["accepted"], body["duplicates"]) == (202, 0, 1)
    assert body["results"][0]["id"] == first["results"][0]["id"]
    assert len(await stored(database)) == 1


async def test_the_same_webhook_id_with_another_body_is_a_conflict(door: Client, database: Database) -> None:
    headers = {"webhook-id": "msg_1"}
    await door.post("/v1/alerts", json={"title": "x"}, headers=headers)
    answer = await door.post("/v1/alerts", json={"title": "y"}, headers=headers)
    assert (answer.status, answer.content_type) == (409, "application/problem+json")
    assert len(await stored(database)) == 1


async def test_a_feeds_own_id_makes_a_repeated_alert_a_duplicate(door: Client, database: Database) -> None:
    first = await (await door.post("/v1/alerts", json={"id": "a", "title": "x"})).json()
    again = await (await door.post("/v1/alerts", json={"id": "a", "title": "x"})).json()
    assert again["results"][0] == first["results"][0] | {"outcome": "duplicate", "reason": "same_id"}
    other = await door.post("/v1/alerts", json={"id": "a", "title": "another"})
    assert (await other.json())["results"][0]["outcome"] == "quarantined"


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


async def test_an_entry_is_the_same_when_its_feed_is_renamed(open_door: OpenDoor, database: Database) -> None:
    door = await open_door(rss=FeedConfig(format=RSS))
    entries = sample("rss/rss2.xml")
    first = await (await door.post("/v1/feeds/rss", data=entries)).json()
    renamed = re.sub(rb"<title>[^<]*</title>", "<title>Báo Mẫu mới</title>".encode(), entries, count=1)
    assert renamed != entries
    again = await (await door.post("/v1/feeds/rss", data=renamed)).json()
    assert (again["duplicates"], again["quarantined"]) == (first["accepted"], 0)
    assert await quarantined(database) == []


async def test_another_content_under_an_id_that_the_vendor_gave_is_kept_for_a_person(
    open_door: OpenDoor, database: Database
) -> None:
    plan = {"title": "t", "id": "ma", "thread": "chu_de"}
    door = await open_door(v=feed_config(Feed.model_validate({"format": "mapping", "bearer": "t", "mapping": plan})))
    outcomes = []
    for title in ("Cá chết", "Cá chết", "Nước đen"):
        item = {"t": title, "ma": "7", "chu_de": "song"}
        answer = await door.post("/v1/feeds/v", json=item, headers={"Authorization": "Bearer t"})
        outcomes.append((await answer.json())["results"][0]["outcome"])
    assert outcomes == ["accepted", "duplicate", "quarantined"]


async def test_what_an_earlier_version_kept_is_known(door: Client, database: Database) -> None:
    sent = {"id": "a", "title": "Nước máy có mùi dầu", "volume": {"observed": 1e-7}}
    await door.post("/v1/alerts", json=sent)
    as_before = json.dumps(sent, ensure_ascii=False).encode()  # it wrote spaces, and 1e-07
    async with database.write() as tx:
        await tx.execute(update(schema.alerts).values(body_sha256=hashlib.sha256(as_before).hexdigest()))
    again = await (await door.post("/v1/alerts", json=sent)).json()
    assert again["results"][0]["outcome"] == "duplicate"


async def test_half_a_surrogate_pair_sent_again_is_known_or_kept(door: Client, database: Database) -> None:
    sent = b'{"id": "a", "title": "x", "note": "\\ud800"}'
    outcomes = [(await (await door.post("/v1/alerts", data=sent)).json())["results"][0]["outcome"] for _ in "ab"]
    other = await (await door.post("/v1/alerts", data=sent.replace(b"x", b"y"))).json()
    assert [*outcomes, other["results"][0]["outcome"]] == ["accepted", "duplicate", "quarantined"]


async def test_without_a_store_the_answer_is_503_and_never_202(open_door: OpenDoor) -> None:
    class Gone:
        async def write_in_one_go(self, _work: Any) -> Any:
            raise StoreUnavailable("gone")

    door = await open_door(store=Gone())
    answer = await door.post("/v1/alerts", json={"title": "x"})
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


async def test_what_became_of_an_alert_can_be_asked(door: Client) -> None:
    sent = await (await door.post("/v1/alerts", json={"title": "x"})).json()
    alert_id = sent["results"][0]["id"]
    answer = await door.get(f"/v1/alerts/{alert_id}")
    assert (await answer.json()) == {
        "id": alert_id,
        "incident": None,
        "outcome": "accepted",
        "reason": "waiting_for_grouping",
    }
    assert (await door.get("/v1/alerts/no-such")).status == 404


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "volume", "sources", "first_seen", "id", "location", "x"]), inner, max_size=6
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
async def test_no_json_whatever_makes_a_500(door: Client, value: Any) -> None:
    answer = await door.post("/v1/alerts", data=json.dumps(value).encode("utf-8", "surrogatepass"))
    assert answer.status in (202, 400, 422)


CAP_FEED = FeedConfig(format=CAP)


async def test_warning_update_and_withdrawal_are_accepted_in_turn(open_door: OpenDoor, database: Database) -> None:
    door = await open_door(cap=CAP_FEED)
    early = await door.post("/v1/feeds/cap", data=sample("cap/cancel.xml"))
    assert early.status == 422  # it takes back what never came: kept for a person, who may have it read again
    for name in ("alert", "update", "cancel"):
        assert (await door.post("/v1/feeds/cap", data=sample(f"cap/{name}.xml"))).status == 202
    assert len(await stored(database)) == 3


async def test_a_withdrawal_that_is_a_drill_does_not_touch_what_is_real(
    open_door: OpenDoor, database: Database
) -> None:
    door = await open_door(cap=CAP_FEED)
    await door.post("/v1/feeds/cap", data=sample("cap/alert.xml"))
    drill = sample("cap/cancel.xml").replace(b"<status>Actual", b"<status>Exercise")
    assert (await door.post("/v1/feeds/cap", data=drill)).status == 422
    assert len(await stored(database)) == 1


async def test_a_drill_swallows_nothing_real_that_comes_under_its_id(open_door: OpenDoor, database: Database) -> None:
    trial = await open_door(default=FeedConfig(drill=AlertStatus.TEST))
    alert = {"id": "a-1", "title": "Nước máy có mùi dầu"}
    assert (await trial.post("/v1/alerts", json=alert)).status == 202
    live = await open_door(default=FeedConfig())  # the feed is connected, and the vendor sends the same again
    assert (await live.post("/v1/alerts", json=alert)).status == 422
    assert await quarantined(database) == ["id: 'a-1' was sent before as a drill, and is real now"]
    assert (await trial.post("/v1/alerts", json=alert)).status == 202  # as a drill it is known


async def test_a_body_that_is_no_xml_is_a_400_of_its_own(open_door: OpenDoor) -> None:
    door = await open_door(cap=CAP_FEED)
    answer = await door.post("/v1/feeds/cap", data=b"<alert>")
    assert (answer.status, (await answer.json())["type"]) == (400, "about:blank#not_xml")


async def test_a_fault_of_a_reader_loses_nothing(open_door: OpenDoor, database: Database) -> None:
    def broken(_item: Any, _arrival: Any) -> Any:
        raise ZeroDivisionError

    door = await open_door(odd=FeedConfig(format=Format("odd", json_items, broken)))
    assert (await door.post("/v1/feeds/odd", json={"title": "x"})).status == 422
    (reason,) = await quarantined(database)
    assert "ZeroDivisionError" in reason
