"""Payloads are forgotten in time, counts survive, and the duty room hears of a quarantine that grows."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bot.channels.base import Channel
from bot.intake import FeedConfig, Intake
from bot.intake.receiving import Received
from bot.keeping.upkeep import FeedUpkeep
from bot.model.alert import AlertOutcome
from bot.model.outcome import DUTY_ROOM, Notice
from bot.settings.retention import Retention
from bot.store import alerts, feeds, quarantine
from bot.store.database import Database, Tx
from tests.conftest import MovableClock


class Room:
    def __init__(self) -> None:
        self.told: dict[str, Notice] = {}

    async def tell_room(self, tx: Tx, key: str, notice: Notice) -> None:
        self.told.setdefault(key, notice)

    def wake(self) -> None:
        pass


class Desk:
    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database, self.clock, self.room = database, clock, Room()
        self.intake = Intake(database, clock, {"default": FeedConfig()}, on_accepted=lambda: None)
        channels = {"room": cast(Channel, self.room)}
        self.upkeep = FeedUpkeep(database, clock, self.intake, Retention(raw_days=7, quarantine_days=30), channels)

    async def comes(self, body: str) -> Received:
        return await self.intake.take_in("default", FeedConfig(), body.encode(), {}, None)


@pytest.fixture
def desk(database: Database, clock: MovableClock) -> Desk:
    return Desk(database, clock)


async def raw(desk: Desk, alert_id: str) -> Any:
    from sqlalchemy import select

    from bot.store.schema import alerts as table

    async with desk.database.read() as tx:
        return (await tx.execute(select(table.c.raw).where(table.c.id == alert_id))).scalar_one()


async def test_what_was_sent_is_forgotten_after_its_days_and_what_was_understood_is_not(desk: Desk) -> None:
    alert_id = (await desk.comes('{"title": "Cá chết", "odd": "x"}')).results[0].id
    desk.clock.advance(days=7, seconds=-1)
    await desk.upkeep.round()
    assert b"odd" in await raw(desk, alert_id)
    desk.clock.advance(minutes=11)
    await desk.upkeep.round()
    assert await raw(desk, alert_id) == b""
    async with desk.database.read() as tx:
        kept = await alerts.get(tx, alert_id)
    assert kept is not None
    assert kept.alert.title == "Cá chết"


async def test_the_same_alert_after_its_payload_was_forgotten_is_still_known(desk: Desk) -> None:
    await desk.comes('{"id": "a", "title": "Cá chết"}')
    desk.clock.advance(days=8)
    await desk.upkeep.round()
    assert (await desk.comes('{"id": "a", "title": "Cá chết"}')).results[0].outcome is AlertOutcome.DUPLICATE


async def test_the_quarantine_forgets_after_its_days(desk: Desk) -> None:
    item = (await desk.comes('{"title": 7}')).results[0].id
    desk.clock.advance(days=31)
    await desk.upkeep.round()
    async with desk.database.read() as tx:
        assert await quarantine.counts(tx) == {}
        gone = await quarantine.get(tx, item)
    assert gone is not None
    assert gone.raw == b""


async def test_counts_are_written_once_and_add_up_across_restarts(desk: Desk) -> None:
    await desk.comes('[{"title": "a"}, {"title": 7}]')
    await desk.upkeep.round()
    await desk.upkeep.round()
    again = Desk(desk.database, desk.clock)
    await again.comes('{"title": "b"}')
    await again.upkeep.round()
    async with desk.database.read() as tx:
        counted = {tally.what: tally.count for tally in await feeds.tallies(tx)}
    assert counted == {"accepted": 2, "quarantined": 1}


async def test_the_duty_room_hears_of_the_first_the_tenth_and_the_next_hours(desk: Desk) -> None:
    await desk.upkeep.round()
    assert desk.room.told == {}
    await desk.comes('{"title": 7}')
    await desk.upkeep.round()
    await desk.upkeep.round()
    (notice,) = desk.room.told.values()
    assert (notice.to, notice.values["new"], notice.values["feeds"]) == (DUTY_ROOM, "1", "default")
    for _ in range(12):
        await desk.comes('{"title": 7}')
    await desk.upkeep.round()
    assert len(desk.room.told) == 2
    desk.clock.advance(hours=1)
    await desk.upkeep.round()
    assert len(desk.room.told) == 2  # nothing new came
    await desk.comes('{"title": 7}')
    await desk.upkeep.round()
    assert len(desk.room.told) == 3


async def test_what_comes_just_before_the_full_hour_is_told_after_it(desk: Desk) -> None:
    desk.clock.advance(minutes=59, seconds=59)  # 19:59:59
    await desk.comes('{"title": 7}')
    desk.clock.advance(seconds=2)
    for _ in range(3):
        await desk.upkeep.round()
    (notice,) = desk.room.told.values()
    assert (notice.values["new"], notice.values["waiting"]) == ("1", "1")
    await desk.comes('{"title": 7}')
    await desk.upkeep.round()
    assert len(desk.room.told) == 2, "the first of this hour"


async def test_what_came_while_nobody_looked_is_told_by_a_process_that_starts_late(desk: Desk) -> None:
    await desk.comes('{"title": 7}')
    await desk.upkeep.round()
    desk.clock.advance(minutes=55)
    for _ in range(3):
        await desk.comes('{"title": 7}')
    desk.clock.advance(hours=2)  # the index is built, or another leads
    again = Desk(desk.database, desk.clock)
    for _ in range(3):
        await again.upkeep.round()
    (notice,) = again.room.told.values()
    assert (notice.values["new"], notice.values["waiting"]) == ("3", "4")


async def test_what_an_hour_was_too_full_to_tell_is_told_in_the_next(desk: Desk) -> None:
    for _ in range(3):
        await desk.comes('{"title": 7}')
        await desk.upkeep.round()
    assert len(desk.room.told) == 1
    desk.clock.advance(hours=1)
    await desk.upkeep.round()
    assert [notice.values["new"] for notice in desk.room.told.values()] == ["1", "2"]


async def test_an_item_that_is_committed_after_later_ones_were_told_is_told_too(desk: Desk) -> None:
    came = desk.clock.now()
    desk.clock.advance(seconds=30)
    await desk.comes('{"title": 7}')
    await desk.upkeep.round()
    async with desk.database.write() as tx:
        late = [quarantine.Quarantined(f"late{n}", "default", came, "title: missing", b"{}") for n in range(9)]
        await quarantine.add(tx, late)
    await desk.upkeep.round()
    assert [notice.values["new"] for notice in desk.room.told.values()] == ["1", "9"]


async def test_what_a_person_settled_meanwhile_does_not_hide_what_is_new(desk: Desk) -> None:
    first = (await desk.comes('{"title": 7}')).results[0].id
    await desk.upkeep.round()
    async with desk.database.write() as tx:
        await quarantine.expire(tx, first, desk.clock.now())
    desk.clock.advance(hours=1)
    await desk.upkeep.round()
    assert len(desk.room.told) == 1
    await desk.comes('{"title": 7}')
    await desk.upkeep.round()
    assert [notice.values["waiting"] for notice in desk.room.told.values()] == ["1", "1"]


async def test_a_clock_that_is_set_back_hides_nothing(desk: Desk) -> None:
    await desk.comes('{"title": 7}')
    await desk.upkeep.round()
    desk.clock.advance(hours=-3)
    await desk.comes('{"title": 7}')
    for _ in range(3):
        await desk.upkeep.round()
    assert [notice.values["new"] for notice in desk.room.told.values()] == ["1", "2"]
