"""Counts at the door: durable before 202, refused with a reason, late and repeated ones told apart, bounded."""

from __future__ import annotations

import base64
import json
import math
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake import FeedConfig
from bot.intake.body import NotJson
from bot.intake.counts.reading import Brought, Unreadable, read, read_body
from bot.intake.signature import new_secret
from bot.store import counts, mention_counts
from bot.store.database import Database, StoreUnavailable
from bot.store.mention_counts import Counted
from tests.conftest import MovableClock
from tests.intake.conftest import INTAKE, Client, OpenDoor

BIN = 300


def a_bin(clock: MovableClock, ago: int = 1, **fields: Any) -> dict[str, Any]:
    """A count of the bin that ended `ago` - 1 bins before the current one."""
    now = int(clock.now().timestamp())
    start = now - now % BIN - ago * BIN
    return {"topic": "Nước máy có mùi dầu", "start": start, "seconds": BIN, "count": 3} | fields


async def kept(database: Database) -> dict[str, list[Counted]]:
    async with database.read() as tx:
        return {topic.name: await mention_counts.history(tx, topic.id, 0) for topic, _ in await counts.all_topics(tx)}


async def refused(door: Client, *items: Any) -> list[str]:
    answer = await (await door.post("/v1/counts", json=list(items))).json()
    return [one["reason"] for one in answer["refused"]]


async def test_a_count_is_durable_before_it_is_answered(door: Client, database: Database, clock: MovableClock) -> None:
    sent = a_bin(clock, by_source={"facebook": 2, "báo": 1}, by_sentiment={"negative": 2, "neutral": 1})
    answer = await door.post("/v1/counts", json=sent)
    assert (answer.status, await answer.json()) == (202, {"accepted": 1, "late": 0, "refused": []})
    (one,) = (await kept(database))["Nước máy có mùi dầu"]
    assert (one.count, one.negative, one.positive, one.late) == (3, 2, 0, False)
    assert one.by_source == {"facebook": 2, "báo": 1}


async def test_an_array_is_answered_item_by_item(door: Client, database: Database, clock: MovableClock) -> None:
    answer = await door.post("/v1/counts", json=[a_bin(clock), a_bin(clock, count=-1), a_bin(clock, 2, count=0)])
    assert answer.status == 202
    assert await answer.json() == {"accepted": 2, "late": 0, "refused": [{"index": 1, "reason": "negative"}]}
    assert [one.count for one in (await kept(database))["Nước máy có mùi dầu"]] == [0, 3]


async def test_what_is_no_count_is_refused_with_its_reason(door: Client, clock: MovableClock) -> None:
    good = a_bin(clock)
    assert await refused(
        door,
        good,
        "a text",
        good | {"topic": ""},
        good | {"topic": 7},
        good | {"topic": "d" * 10_000},
        good | {"start": "hôm qua"},
        good | {"start": True},
        good | {"start": good["start"] + 7},
        good | {"start": good["start"] + 86_400},
        good | {"start": good["start"] - 90 * 86_400},
        good | {"seconds": 5},
        good | {"seconds": 300.5},
        good | {"count": "3"},
        good | {"count": True},
        good | {"count": 1e13},
        good | {"by_sentiment": {"negative": 4}},
        good | {"by_sentiment": {"angry": 1}},
        good | {"by_source": {"facebook": -1}},
        good | {"by_source": {str(n): 1 for n in range(1000)}},
        good | {"topic": "TÀI LIỆU MẬT về nước sạch"},
    ) == [
        "not_an_object",
        "no_name",
        "no_name",
        "name_too_long",
        "no_time",
        "no_time",
        "start_not_a_multiple_of_the_length",
        "in_the_future",
        "too_old",
        "length_not_60_to_86400",
        "length_not_60_to_86400",
        "not_a_number",
        "not_a_number",
        "too_large",
        "sentiment_exceeds_count",
        "sentiment_unclear",
        "sources_unclear",
        "sources_unclear",
        "marked_secret",
    ]


async def test_a_request_of_which_nothing_is_taken_is_a_422_with_the_reasons(door: Client, clock: MovableClock) -> None:
    answer = await door.post("/v1/counts", json=a_bin(clock, count=-3))
    assert answer.status == 422
    problem = await answer.json()
    assert (problem["accepted"], problem["refused"]) == (0, [{"index": 0, "reason": "negative"}])


@pytest.mark.parametrize("body", [b"", b"{", b'{"count": NaN}', b'{"count": Infinity}', b"\xff", b"[" * 5000])
async def test_what_is_no_json_is_a_400(door: Client, body: bytes) -> None:
    assert (await door.post("/v1/counts", data=body)).status == 400


def test_however_deep_a_body_is_nested_it_is_read_or_no_json() -> None:
    """What the parser lets through by a hair is too deep for what looks for marks of secrecy behind it."""
    read_bodies = 0
    for depth in range(1_200):
        with suppress(NotJson):
            read_body(b'{"more": ' + b"[" * depth + '"MẬT"'.encode() + b"]" * depth + b"}")
            read_bodies += 1
    assert 0 < read_bodies < 1_200


async def test_a_number_beyond_all_numbers_is_too_large(door: Client, clock: MovableClock) -> None:
    body = json.dumps(a_bin(clock)).replace('"count": 3', '"count": 1e999')
    answer = await (await door.post("/v1/counts", data=body.encode())).json()
    assert [one["reason"] for one in answer["refused"]] == ["too_large"]


async def test_a_fractional_count_is_taken_as_it_is(door: Client, database: Database, clock: MovableClock) -> None:
    await door.post("/v1/counts", json=a_bin(clock, count=2.5))
    assert [one.count for one in (await kept(database))["Nước máy có mùi dầu"]] == [2.5]


async def test_until_its_bin_is_judged_the_latest_count_holds(
    door: Client, database: Database, clock: MovableClock
) -> None:
    for count in (3, 3, 5):
        answer = await door.post("/v1/counts", json=a_bin(clock, count=count))
        assert await answer.json() == {"accepted": 1, "late": 0, "refused": []}
    assert [one.count for one in (await kept(database))["Nước máy có mùi dầu"]] == [5]


async def test_a_count_for_a_judged_bin_is_late_and_kept_to_look_at(
    door: Client, database: Database, clock: MovableClock
) -> None:
    await door.post("/v1/counts", json=a_bin(clock, 2))
    async with database.write() as tx:
        (stream,) = await counts.streams(tx)
        judged = a_bin(clock, 2)["start"]
        await counts.put_state(tx, replace(stream, closed=judged), b"", None)
    answer = await door.post("/v1/counts", json=[a_bin(clock, 2, count=9), a_bin(clock, 3), a_bin(clock, 1)])
    assert await answer.json() == {"accepted": 1, "late": 2, "refused": []}
    found = (await kept(database))["Nước máy có mùi dầu"]
    assert [(one.count, one.late) for one in found] == [(3, True), (9, False), (3, False)]


async def test_a_topic_keeps_its_bin_length(door: Client, clock: MovableClock) -> None:
    await door.post("/v1/counts", json=a_bin(clock))
    now = int(clock.now().timestamp())
    other = a_bin(clock, start=now - now % 900 - 900, seconds=900)
    assert await refused(door, other) == ["other_length_than_before"]


async def test_daily_bins_begin_when_the_first_one_began(door: Client, clock: MovableClock) -> None:
    day = a_bin(clock, start=(clock.now() - timedelta(days=3)).strftime("%Y-%m-%dT00:00"), seconds=86_400)
    assert (await door.post("/v1/counts", json=day)).status == 202
    overlapping = day | {"start": (clock.now() - timedelta(days=2)).strftime("%Y-%m-%dT06:00")}
    assert await refused(door, overlapping) == ["start_not_a_multiple_of_the_length"]


async def test_a_feed_may_have_so_many_topics_and_no_more(
    open_door: OpenDoor, database: Database, clock: MovableClock
) -> None:
    door = await open_door()
    many = [a_bin(clock, topic=f"chủ đề {n}") for n in range(700)]
    answer = await (await door.post("/v1/counts", json=many)).json()
    assert answer["accepted"] == 500
    assert {one["reason"] for one in answer["refused"]} == {"too_many_topics"}
    assert len(await kept(database)) == 500
    again = await door.post("/v1/counts", json=many[:500])
    assert (await again.json())["accepted"] == 500, "those that there are go on"


async def test_a_feed_that_brings_too_much_at_once_is_told_when_to_come_again(
    door: Client, clock: MovableClock
) -> None:
    topic = [a_bin(clock, topic=f"t{n % 400}") for n in range(10_000)]
    answers = [(await door.post("/v1/counts", json=topic)).status for _ in range(13)]
    assert answers == [202] * 12 + [429]
    clock.advance(seconds=60)
    assert (await door.post("/v1/counts", json=topic)).status == 202


async def test_the_same_names_in_other_letters_are_one_topic(
    door: Client, database: Database, clock: MovableClock
) -> None:
    for name in ("Nước  sạch\u200b", " Nước sạch", "Nu\u031bo\u031b\u0301c sa\u0323ch"):
        await door.post("/v1/counts", json=a_bin(clock, topic=name))
    assert list(await kept(database)) == ["Nước sạch"]


async def test_too_large_and_too_many_are_refused_whole(door: Client, clock: MovableClock) -> None:
    assert (await door.post("/v1/counts", data=b" " * (10 * 1024 * 1024 + 1))).status == 413
    assert (await door.post("/v1/counts", json=[a_bin(clock)] * 10_001)).status == 422
    assert (await door.post("/v1/counts", json=[])).status == 422


async def test_only_who_proves_to_be_a_feed_may_count(open_door: OpenDoor, clock: MovableClock) -> None:
    secret = new_secret(b"k" * 32)
    door = await open_door(
        default=FeedConfig(secrets=(secret,)), dem=FeedConfig(bearer="a-token"), goc=FeedConfig(basic="goc:mat-ma")
    )
    sent = a_bin(clock)
    assert (await door.post("/v1/counts", json=sent)).status == 401
    assert (await door.post("/v1/counts", json=sent, headers={"Authorization": "Bearer other"})).status == 401
    stranger = {"webhook-id": "m", "webhook-timestamp": str(int(clock.now().timestamp())), "webhook-signature": "v1,x"}
    assert (await door.post("/v1/counts", json=sent, headers=stranger)).status == 401
    assert (await door.post("/v1/counts", json=sent, headers={"Authorization": "Bearer a-token"})).status == 202
    basic = base64.b64encode(b"goc:mat-ma").decode()
    assert (await door.post("/v1/counts", json=sent, headers={"Authorization": f"Basic {basic}"})).status == 202
    tallies = door.app[INTAKE].tallies.totals()
    assert tallies["default", "not_authentic"] == 3
    assert tallies["dem", "counts"] == tallies["goc", "counts"] == 1


async def test_each_feed_has_topics_of_its_own(open_door: OpenDoor, database: Database, clock: MovableClock) -> None:
    door = await open_door(mot=FeedConfig(bearer="one"), hai=FeedConfig(bearer="two"))
    for token in ("one", "two"):
        await door.post("/v1/counts", json=a_bin(clock), headers={"Authorization": f"Bearer {token}"})
    async with database.read() as tx:
        assert [(s.feed, s.seconds) for s in await counts.streams(tx)] == [("mot", BIN), ("hai", BIN)]
        assert len(await counts.all_topics(tx)) == 2


class _Gone:
    """A store that cannot be reached."""

    def write(self) -> Any:
        raise StoreUnavailable("gone")


async def test_without_a_store_the_sender_is_told_to_come_again(
    open_door: OpenDoor, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it comes: what was not kept does not count against what the feed may bring."""
    monkeypatch.setattr("bot.intake.counts.http._AT_ONCE", 1.0)
    door = await open_door(_Gone())
    for _ in range(2):
        answer = await door.post("/v1/counts", json=a_bin(clock))
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["topic", "start", "seconds", "count", "by_sentiment", "by_source", "negative"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_is_sent_is_read_or_refused(value: Any) -> None:
    found = read(value)
    assert isinstance(found, Brought | Unreadable)
    if isinstance(found, Brought):
        assert not math.isnan(found.count.start)
