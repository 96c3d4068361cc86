"""No feed takes the others' room, and one whose pace is limited is told truly when to come again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.assembly.feeds import feed_configs
from bot.intake.feeds import FeedConfig
from bot.intake.gathering import FeedHasEnoughWaiting, TooManyWaiting
from bot.intake.receiving import Received
from bot.settings import SettingsFault, load_settings
from bot.store.database import Database, StoreUnavailable, Tx
from tests.conftest import MovableClock
from tests.intake.conftest import INTAKE, Client, OpenDoor
from tests.intake.gathered import Slow, request, sent, stored


def many(name: str, count: int) -> list[dict[str, str]]:
    return [{"id": f"{name}-{n}", "title": f"Việc {name} {n}"} for n in range(count)]


def events(door: Client) -> dict[tuple[str, str], int]:
    return door.server.app[INTAKE].tallies.totals()


def kinds(ended: list[Received | BaseException]) -> list[type]:
    return [type(one) for one in ended]


# The share of what may wait.


async def test_a_feed_that_floods_fills_half_and_a_quiet_one_is_still_taken(database: Database) -> None:
    flood = [request(f"{n}a", f"{n}b", feed="loud") for n in range(10)]
    ended = await sent(Slow(database), *flood, request("quiet", feed="quiet"), most_waiting=20)
    assert kinds(ended) == [Received] * 5 + [FeedHasEnoughWaiting] * 5 + [Received]
    assert len(await stored(database)) == 5 * 2 + 1


async def test_several_feeds_that_flood_together_leave_room_as_well(database: Database) -> None:
    flood = [request(f"{feed}-{n}", feed=feed) for feed in ("a", "b", "c") for n in range(30)]
    ended = await sent(Slow(database), *flood, request("quiet", feed="quiet"), most_waiting=32)
    taken = [kinds(ended[at : at + 30]).count(Received) for at in (0, 30, 60)]
    assert taken == [16, 8, 4]
    assert isinstance(ended[-1], Received)


async def test_large_items_of_one_feed_leave_memory_to_the_others(database: Database) -> None:
    flood = [request(f"{n}", feed="loud", word="x" * 1000) for n in range(10)]
    ended = await sent(Slow(database), *flood, request("quiet", feed="quiet"), most_bytes=9000)
    assert kinds(ended[:4]) == [Received] * 4
    assert set(kinds(ended[4:-1])) == {FeedHasEnoughWaiting}
    assert isinstance(ended[-1], Received)


async def test_where_all_room_is_taken_everybody_is_told_so(database: Database) -> None:
    feeds = [request(*(f"{feed}-{n}" for n in range(5)), feed=feed) for feed in ("a", "b", "c")]
    ended = await sent(Slow(database), *feeds, most_waiting=12)
    assert kinds(ended) == [Received, Received, TooManyWaiting]


async def test_a_flood_is_answered_429_and_counted_while_a_quiet_feed_is_taken(
    open_door: OpenDoor, database: Database
) -> None:
    slow = Slow(database)
    feeds = {"default": FeedConfig(), "quiet": FeedConfig()}
    door = await open_door(store=slow, **feeds)
    door.server.app[INTAKE].gathering.most_waiting = 20
    flood = [asyncio.create_task(door.post("/v1/alerts", json=many(str(n), 5))) for n in range(6)]
    refused, waiting = await asyncio.wait(flood, return_when=asyncio.FIRST_COMPLETED)
    while len(refused) < 4:
        more, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        refused |= more
    quiet = asyncio.create_task(door.post("/v1/feeds/quiet", json={"title": "Nước máy có mùi dầu"}))
    while door.server.app[INTAKE].gathering.waiting < 11:
        await asyncio.sleep(0)
    slow.may_go.set()
    assert (await quiet).status == 202
    answers = [await one for one in refused]
    assert {(a.status, a.headers["Retry-After"]) for a in answers} == {(429, "5")}
    assert (await answers[0].json())["type"] == "about:blank#feed_has_enough_waiting"
    assert [(await one).status for one in waiting] == [202, 202]
    assert events(door)["default", "no_room"] == 4
    assert len(await stored(database)) == 2 * 5 + 1
    assert (await door.post("/v1/alerts", json=many("later", 5))).status == 202, "its room is given back"


# The pace that settings allow.


async def limited(open_door: OpenDoor, per_minute: int = 60, **more: Any) -> Client:
    return await open_door(default=FeedConfig(per_minute=per_minute), free=FeedConfig(), **more)


async def test_beyond_its_pace_a_feed_is_answered_429_and_others_are_not(
    open_door: OpenDoor, database: Database
) -> None:
    door = await limited(open_door)
    assert (await door.post("/v1/alerts", json=many("a", 60))).status == 202
    answer = await door.post("/v1/alerts", json=many("b", 10), headers={"Accept-Language": "vi"})
    assert (answer.status, answer.headers["Retry-After"]) == (429, "10")
    said = await answer.json()
    assert said["type"] == "about:blank#too_fast"
    assert "60 cảnh báo mỗi phút" in said["detail"]
    assert (await door.post("/v1/feeds/free", json=many("c", 500))).status == 202
    assert events(door)["default", "too_fast"] == 1
    assert len(await stored(database)) == 560, "nothing of what was refused is stored"


@pytest.mark.parametrize(("per_minute", "count"), [(60, 10), (7, 3), (13, 13), (1000, 999), (1, 1)])
async def test_retry_after_is_true_to_the_second(
    open_door: OpenDoor, clock: MovableClock, per_minute: int, count: int
) -> None:
    door = await limited(open_door, per_minute)
    await door.post("/v1/alerts", json=many("a", per_minute))
    refused = await door.post("/v1/alerts", json=many("b", count))
    wait = int(refused.headers["Retry-After"])
    clock.advance(seconds=wait - 1)
    assert (await door.post("/v1/alerts", json=many("b", count))).status == 429
    clock.advance(seconds=1)
    assert (await door.post("/v1/alerts", json=many("b", count))).status == 202


async def test_a_request_larger_than_the_pace_is_taken_and_waited_for_afterwards(
    open_door: OpenDoor, clock: MovableClock
) -> None:
    door = await limited(open_door, 60)
    assert (await door.post("/v1/alerts", json=many("a", 300))).status == 202
    refused = await door.post("/v1/alerts", json=many("b", 300))
    assert (refused.status, refused.headers["Retry-After"]) == (429, "300")
    clock.advance(seconds=300)
    assert (await door.post("/v1/alerts", json=many("b", 300))).status == 202


async def test_what_could_not_be_stored_is_not_counted_against_a_feed(open_door: OpenDoor, database: Database) -> None:
    class GoneOnce:
        gone = True

        async def write_in_one_go(self, work: Callable[[Tx], Coroutine[Any, Any, Any]]) -> Any:
            if self.gone:
                self.gone = False
                raise StoreUnavailable("gone")
            return await database.write_in_one_go(work)

    door = await limited(open_door, 60, store=GoneOnce())
    assert (await door.post("/v1/alerts", json=many("a", 60))).status == 503
    assert (await door.post("/v1/alerts", json=many("a", 60))).status == 202
    assert (await door.post("/v1/alerts", json=many("b", 1))).status == 429


async def test_a_clock_set_back_lets_nobody_wait_longer(open_door: OpenDoor, clock: MovableClock) -> None:
    door = await limited(open_door, 60)
    await door.post("/v1/alerts", json=many("a", 60))
    clock.advance(seconds=-3600)
    refused = await door.post("/v1/alerts", json=many("b", 30))
    assert refused.headers["Retry-After"] == "30"
    clock.advance(seconds=30)
    assert (await door.post("/v1/alerts", json=many("b", 30))).status == 202


async def test_without_the_setting_a_feed_has_no_pace_to_keep(door: Client) -> None:
    assert {(await door.post("/v1/alerts", json=many(str(n), 1000))).status for n in range(10)} == {202}
    assert {what for _, what in events(door)} == {"accepted"}


def test_the_setting_reaches_the_door_and_is_refused_for_what_keng_fetches(tmp_path: Path) -> None:
    file = tmp_path / "keng.yaml"
    file.write_text("feeds: {a: {per_minute: 600}, b: {}}", encoding="utf-8")
    configs = feed_configs(load_settings(file, {}))
    assert (configs["a"].per_minute, configs["b"].per_minute) == (600, None)
    for wrong in ("{per_minute: 0}", "{per_minute: 5, format: rss, rss: {url: 'https://x.example.vn'}}"):
        file.write_text(f"feeds: {{a: {wrong}}}", encoding="utf-8")
        with pytest.raises(SettingsFault, match="per_minute"):
            load_settings(file, {})
