"""Accepted means durable; what cannot be understood is kept with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from bot.intake import FeedConfig
from bot.intake.formats.port import Format, json_items
from bot.store import alerts
from bot.store.database import Database, StoreUnavailable
from tests.intake.conftest import Client, OpenDoor
from tests.intake.kept import quarantined, stored


async def test_only_a_title_is_required(door: Client, database: Database) -> None:
    answer = await door.post("/v1/alerts", json={"title": "Nước máy có mùi dầu"})
    body = await answer.json()
    assert (answer.status, body["accepted"], body["duplicates"], body["quarantined"]) == (202, 1, 0, 0)
    (result,) = body["results"]
    assert result["outcome"] == "accepted"
    assert result["incident"] is None
    assert await stored(database) == [result["id"]]


async def test_the_good_of_an_array_are_accepted_and_the_bad_are_kept_apart(door: Client, database: Database) -> None:
    answer = await door.post("/v1/alerts", json=[{"title": "Một"}, {"titel": "hai"}, 3, {"title": "Bốn"}])
    body = await answer.json()
    assert (answer.status, body["accepted"], body["quarantined"]) == (202, 2, 2)
    assert [r["outcome"] for r in body["results"]] == ["accepted", "quarantined", "quarantined", "accepted"]
    assert len(await quarantined(database)) == 2


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


async def test_without_a_store_the_answer_is_503_and_never_202(open_door: OpenDoor) -> None:
    class Gone:
        async def write_in_one_go(self, _work: Any) -> Any:
            raise StoreUnavailable("gone")

    door = await open_door(store=Gone())
    answer = await door.post("/v1/alerts", json={"title": "x"})
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


async def test_a_fault_of_a_reader_loses_nothing(open_door: OpenDoor, database: Database) -> None:
    def broken(_item: Any, _arrival: Any) -> Any:
        raise ZeroDivisionError

    door = await open_door(odd=FeedConfig(format=Format("odd", json_items, broken)))
    assert (await door.post("/v1/feeds/odd", json={"title": "x"})).status == 422
    (reason,) = await quarantined(database)
    assert "ZeroDivisionError" in reason


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
