"""Requests that wait together are committed together; none takes another with it, starves it, or waits without end."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from bot.intake.gathering import MOST_TOGETHER, Gathering, TooManyWaiting
from bot.intake.receiving import IdReused, Received
from bot.store import quarantine
from bot.store.database import Database, LostRace, StoreUnavailable
from tests.intake.gathered import Slow, request, sent, stored


async def test_what_arrives_during_a_commit_is_committed_together(database: Database) -> None:
    slow = Slow(database)
    ended = await sent(slow, *(request(str(number)) for number in range(50)))
    assert slow.transactions == 2
    assert [one.accepted for one in ended if isinstance(one, Received)] == [1] * 50
    assert await stored(database) == [f"Việc {number}" for number in range(50)]


async def test_the_same_alert_twice_in_one_commit_is_one_alert(database: Database) -> None:
    _, first, second = await sent(Slow(database), request("0"), request("a"), request("a"))
    assert isinstance(first, Received)
    assert isinstance(second, Received)
    assert (first.accepted, second.accepted, second.duplicates) == (1, 0, 1)
    assert second.results[0].id == first.results[0].id
    assert await stored(database) == ["Việc 0", "Việc a"]


async def test_a_webhook_id_repeated_in_one_commit_is_known_and_with_another_body_refused(database: Database) -> None:
    first, again = request("a", webhook_id="w"), request("a", webhook_id="w")
    other = request("b", webhook_id="w")
    _, *ended = await sent(Slow(database), request("0"), first, again, other)
    assert [one.results[0].outcome.value for one in ended if isinstance(one, Received)] == ["accepted", "duplicate"]
    assert isinstance(ended[2], IdReused)
    assert await stored(database) == ["Việc 0", "Việc a"]


async def test_an_id_repeated_with_other_content_is_kept_for_people_to_see(database: Database) -> None:
    _, _, ended = await sent(Slow(database), request("0"), request("a"), request("a", word="Khác"))
    assert isinstance(ended, Received)
    assert ended.quarantined == 1
    async with database.read() as tx:
        (kept,) = await quarantine.waiting(tx)
    assert "'a' was sent before with other content" in kept.reason


async def test_a_feed_that_floods_delays_another_one_by_one_commit(database: Database) -> None:
    flood = [request(*(f"{n}-{i}" for i in range(500)), feed="loud") for n in range(12)]
    slow = Slow(database)
    await sent(slow, *flood, request("quiet", feed="quiet"))
    titles = await stored(database)
    assert len(titles) == 12 * 500 + 1
    assert titles.index("Việc quiet") <= 500 + MOST_TOGETHER


async def test_what_the_database_refuses_takes_nothing_else_with_it(database: Database) -> None:
    bad = request("bad")
    object.__setattr__(bad.items[0].alert, "received_at", datetime(2026, 11, 22))  # noqa: DTZ001 - refused by the store
    _, good, refused, also_good = await sent(Slow(database), request("0"), request("a"), bad, request("b"))
    assert isinstance(good, Received)
    assert isinstance(also_good, Received)
    assert isinstance(refused, Exception)
    assert await stored(database) == ["Việc 0", "Việc a", "Việc b"]


async def test_a_store_that_is_gone_is_told_to_everybody_who_waits(database: Database) -> None:
    slow = Slow(database, StoreUnavailable("gone"), StoreUnavailable("gone"))
    ended = await sent(slow, request("a"), request("b"), request("c"))
    assert [type(one) for one in ended] == [StoreUnavailable] * 3
    assert await stored(database) == []


async def test_a_race_that_was_lost_is_run_again(database: Database) -> None:
    slow = Slow(database, LostRace("in the way"), LostRace("in the way"))
    (ended,) = await sent(slow, request("a"))
    assert isinstance(ended, Received)
    assert slow.transactions == 3
    assert await stored(database) == ["Việc a"]


async def test_beyond_the_limit_senders_are_told_to_come_again(database: Database) -> None:
    ended = await sent(
        Slow(database), request("a"), request("b", "c", feed="2"), request("d", feed="3"), most_waiting=3
    )
    assert [type(one) for one in ended] == [Received, Received, TooManyWaiting]
    assert await stored(database) == ["Việc a", "Việc b", "Việc c"]


async def test_few_items_that_are_large_wait_no_longer_than_memory_allows(database: Database) -> None:
    small, large = request("a"), request("b", feed="2", word="x" * 5000)
    ended = await sent(Slow(database), small, large, request("c", feed="3", word="y" * 5000), most_bytes=8000)
    assert [type(one) for one in ended] == [Received, Received, TooManyWaiting]


async def test_a_request_above_the_limit_is_taken_when_nothing_waits(database: Database) -> None:
    (ended,) = await sent(Slow(database), request("a", "b", "c"), most_waiting=2)
    assert isinstance(ended, Received)
    assert ended.accepted == 3


async def test_a_sender_who_goes_away_does_not_stop_the_others(database: Database) -> None:
    slow = Slow(database)
    gathering = Gathering(slow)
    first = asyncio.create_task(gathering.store(request("a")))
    while not slow.transactions:
        await asyncio.sleep(0)
    gone, stays = (asyncio.create_task(gathering.store(request(name))) for name in "bc")
    await asyncio.sleep(0)
    gone.cancel()
    slow.may_go.set()
    results: list[Any] = await asyncio.gather(first, gone, stays, return_exceptions=True)
    assert isinstance(results[1], asyncio.CancelledError)
    assert isinstance(results[2], Received)
    assert gathering.waiting == 0
    with pytest.raises(asyncio.CancelledError):
        gone.result()
