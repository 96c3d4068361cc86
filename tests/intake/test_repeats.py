"""Nothing is stored twice, and nothing is taken for a repetition that is not one."""

from __future__ import annotations

import hashlib
import json
import re

from sqlalchemy import event, update

from bot.assembly.feeds import feed_config
from bot.intake import FeedConfig
from bot.intake.formats.rss import RSS
from bot.settings.feeds import Feed
from bot.store import schema
from bot.store.database import Database
from tests.intake.conftest import Client, OpenDoor
from tests.intake.formats.reading import sample
from tests.intake.kept import quarantined, stored


async def test_the_same_webhook_id_and_body_is_a_duplicate_and_stores_nothing(door: Client, database: Database) -> None:
    headers = {"webhook-id": "msg_1"}
    first = await (await door.post("/v1/alerts", json={"title": "x"}, headers=headers)).json()
    again = await door.post("/v1/alerts", json={"title": "x"}, headers=headers)
    body = await again.json()
    assert (again.status, body["accepted"], body["duplicates"]) == (202, 0, 1)
    assert body["results"][0]["id"] == first["results"][0]["id"]
    assert len(await stored(database)) == 1


async def test_a_large_request_that_comes_again_is_answered_item_by_item_with_few_questions(
    door: Client, database: Database
) -> None:
    """Whoever heard no answer sends all of it again, and others wait for their turn to write meanwhile."""
    headers = {"webhook-id": "msg_1"}
    items = [{"title": "x"}, {"titel": "y"}, {"title": "z", "summary": "Độ mật: mật"}] * 200
    first = await (await door.post("/v1/alerts", json=items, headers=headers)).json()
    asked: list[str] = []
    event.listen(
        database.writer.sync_engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: asked.append(statement),
    )
    again = await (await door.post("/v1/alerts", json=items, headers=headers)).json()
    assert (again["accepted"], again["duplicates"], again["quarantined"], again["refused"]) == (0, 200, 200, 200)
    assert [one["id"] for one in again["results"]] == [one["id"] for one in first["results"]]
    assert len(asked) < 20


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
