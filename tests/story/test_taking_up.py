"""What waits is taken up: many at once where they only make a known matter grow, with the same end as one by one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.grouping import placing
from bot.model.alert import Alert, AlertOutcome, AlertPhase, AlertStatus, Location, Volume
from bot.model.audit import AuditEntry
from bot.store import alerts, audit, incidents
from bot.store.ids import new_id
from bot.store.schema import alerts as alerts_table
from bot.story import taking_up
from bot.workflows import ENDS_WAIT_FOR
from tests.village import Village, village

__all__ = ["village"]

OIL, FIRE = "Nước máy có mùi dầu", "Cháy kho vải trong đêm"


def made(village: Village, title: str = OIL, **fields: object) -> Alert:
    now = village.clock.now()
    plain = Alert(new_id(now), "default", title, now, location=Location(text="phường Sông Thượng"))
    return replace(plain, **fields)


async def store(village: Village, *new: Alert) -> None:
    async with village.database.write() as tx:
        await alerts.add_all(tx, [alerts.NewAlert(one, b"{}", "0" * 64) for one in new])


@asynccontextmanager
async def taking_up_goes_on(village: Village) -> AsyncIterator[None]:
    task = asyncio.create_task(village.story.place_waiting_alerts())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def taken_up(village: Village, new: Sequence[Alert], *, but: int = 0) -> dict[str, alerts.StoredAlert]:
    """Store alerts as intake would and wait until all ``but`` some have their place."""
    await store(village, *new)

    async def places() -> dict[str, alerts.StoredAlert]:
        async with village.database.read() as tx:
            return {one.alert.id: one for one in await alerts.several(tx, [a.id for a in new])}

    async with taking_up_goes_on(village), asyncio.timeout(60):
        village.story.alerts_arrived()
        while True:
            async with village.database.read() as tx:
                left = len(await alerts.unplaced(tx, 10_000))
            if left <= but:
                return await places()
            await asyncio.sleep(0.01)


async def chain(village: Village) -> list[AuditEntry]:
    async with village.database.read() as tx:
        return [entry async for entry in audit.entries(tx)]


# A storm.


async def test_a_storm_about_two_matters_is_two_cases_and_nothing_is_missing(village: Village) -> None:
    storm = [made(village, (OIL, FIRE)[n % 2], volume=Volume(100.0 + n, 66)) for n in range(300)]
    placed = await taken_up(village, storm)
    cases = Counter(one.incident_id for one in placed.values())
    assert sorted(cases.values()) == [150, 150]
    assert Counter(one.outcome for one in placed.values()) == {AlertOutcome.OPENED: 2, AlertOutcome.JOINED: 298}
    async with village.database.read() as tx:
        growths = [(await incidents.get(tx, str(one))).growth for one in cases]
    assert [(g.alerts, g.volume.observed) for g in growths] == [(150, 398.0), (150, 399.0)]


async def test_each_alert_that_joined_is_on_the_record_and_the_chain_is_whole(village: Village) -> None:
    storm = [made(village) for _ in range(40)]
    await taken_up(village, storm)
    entries = await chain(village)
    joined = {entry.event.details["alert"] for entry in entries if entry.event.act == "join_incident"}
    assert joined == {one.id for one in storm[1:]}
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert all(later.previous == earlier.sha256 for earlier, later in pairwise(entries))


async def test_many_at_once_end_as_one_by_one(village: Village) -> None:
    """Threads, drills, ends and two matters in one row: the groups are those that single steps make."""

    def row(feed: str) -> list[Alert]:
        kinds = [
            {"title": OIL, "source_id": "t#1", "thread": "t"},
            {"title": FIRE, "thread": "t", "source_id": "t#2"},
            {"title": FIRE},
            {"title": FIRE, "status": AlertStatus.EXERCISE},
            {"title": OIL, "severity_hint": 4},
            {"title": "Hết", "phase": AlertPhase.RESOLVED, "thread": "t", "source_id": "t#3"},
            {"title": FIRE, "refers_to": ("t#2",)},
            {"title": OIL, "status": AlertStatus.EXERCISE},
            {"title": FIRE},
            {"title": OIL},
        ]
        return [made(village, feed=feed, **kind) for kind in kinds]

    def shape(alerts_in_order: Sequence[Alert], found: dict[str, alerts.StoredAlert]) -> list[tuple[int, str, str]]:
        order: list[str | None] = []
        said = []
        for one in alerts_in_order:
            stored = found[one.id]
            order += [] if stored.incident_id in order else [stored.incident_id]
            said.append((order.index(stored.incident_id), stored.outcome.value, stored.reason))
        return said

    together = row("default")
    many = shape(together, await taken_up(village, together))
    async with village.database.write() as tx:  # those matters are over: the same row again, step by step
        for one in await incidents.open_incidents(tx):
            await incidents.enter(tx, one.id, incidents.IncidentState.DISMISSED, None, village.clock.now())
    apart = row("other")
    for one in apart:
        await store(village, one)
        await village.story.place_alert(one.id)
    async with village.database.read() as tx:
        single = {one.alert.id: one for one in await alerts.several(tx, [a.id for a in apart])}
    assert many == shape(apart, single)


async def test_what_a_storm_goes_on_to_bring_is_gathered_before_it_is_taken(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small portions, each taken as soon as it comes, would take the processor from the door."""
    portions: list[int] = []
    whole = placing.join_many

    async def join_many(tx: object, portion: Sequence[taking_up.Heard], now: object) -> int:
        portions.append(len(portion))
        return await whole(tx, portion, now)

    async def three_more_come() -> None:
        for _ in range(3):
            await store(village, made(village))
            village.story.alerts_arrived()

    monkeypatch.setattr(placing, "join_many", join_many)
    monkeypatch.setattr(taking_up, "_let_gather", three_more_come)
    await store(village, *(made(village) for _ in range(taking_up.IN_A_STORM + 1)))
    async with taking_up_goes_on(village), asyncio.timeout(60):
        while portions[-1:] != [3]:
            await asyncio.sleep(0.01)


# Nothing stands in the way of the rest.


async def test_any_number_of_messages_that_end_nothing_known_hold_nobody_up(village: Village) -> None:
    ends = [made(village, "Hết", phase=AlertPhase.RESOLVED, thread=f"x{n}") for n in range(taking_up.PORTION + 20)]
    await store(village, *ends)
    (placed,) = (await taken_up(village, [made(village)], but=len(ends))).values()
    assert placed.outcome is AlertOutcome.OPENED


async def test_a_message_that_ends_nothing_known_waits_no_longer_than_it_must(village: Village) -> None:
    end = made(village, "Hết", phase=AlertPhase.RESOLVED, thread="x")
    await store(village, end)
    assert not await village.story.place_alert(end.id)
    village.clock.advance(seconds=ENDS_WAIT_FOR.total_seconds())
    assert await village.story.place_alert(end.id)
    assert not await village.story.place_alert(end.id), "once is enough"
    async with village.database.read() as tx:
        stored = await alerts.get(tx, end.id)
        assert await incidents.open_incidents(tx) == []
    assert stored is not None
    assert (stored.incident_id, stored.reason) == (None, "ends_nothing_known")
    assert [(e.event.act, e.event.details["alert"]) for e in await chain(village)] == [("source_resolved", end.id)]


async def test_an_alert_that_cannot_be_placed_holds_nobody_up(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, whole = made(village, "Cháy chợ"), placing.join_many
    rest = [made(village) for _ in range(5)]

    async def join_many(tx: object, portion: Sequence[taking_up.Heard], now: object) -> int:
        if any(heard.alert.id == bad.id for heard in portion):
            raise ValueError("bad")
        return await whole(tx, portion, now)

    monkeypatch.setattr(placing, "join_many", join_many)
    alone = village.story.place_alert

    async def place_alert(alert_id: str) -> bool:
        if alert_id == bad.id:
            raise ValueError("bad")
        return await alone(alert_id)

    monkeypatch.setattr(village.story, "place_alert", place_alert)
    placed = await taken_up(village, [rest[0], bad, *rest[1:]], but=1)
    assert {one.incident_id is None for key, one in placed.items() if key != bad.id} == {False}
    assert placed[bad.id].incident_id is None


async def test_who_was_placed_meanwhile_is_not_placed_again(village: Village) -> None:
    """Another process was quicker: the portion is left alone, and each is looked at by itself."""
    storm = [made(village) for _ in range(4)]
    await store(village, *storm)
    for one in storm[:2]:
        await village.story.place_alert(one.id)
    heard = [taking_up.Heard(one, taking_up.hear(one, village.story.parts.meaning.read(_query(one)))) for one in storm]
    async with village.database.write() as tx:
        assert await placing.join_many(tx, heard, village.clock.now()) == 0
        assert await placing.join_many(tx, heard[2:], village.clock.now()) == 2
        assert await placing.join_many(tx, heard[2:], village.clock.now()) == 0
    async with village.database.read() as tx:
        rows = (await tx.execute(select(alerts_table.c.incident_id).distinct())).scalars().all()
        incident = await incidents.get(tx, str(rows[0]))
    assert len(rows) == 1
    assert incident is not None
    assert incident.growth.alerts == 4


async def test_growth_that_makes_a_matter_grave_ends_its_silence_and_says_so_on_the_record(village: Village) -> None:
    await taken_up(village, [made(village)])
    async with village.database.write() as tx:
        (opened,) = await incidents.open_incidents(tx)
        await incidents.set_level(tx, opened.id, opened.level, 2)
        await incidents.mute(tx, opened.id, "p103", village.clock.now() + timedelta(hours=12))
    await taken_up(village, [made(village, volume=Volume(900.0, 50.0, 18.0)), made(village)])
    async with village.database.read() as tx:
        grown = await incidents.get(tx, opened.id)
    assert grown is not None
    assert (grown.level, grown.muted_until) == (4, None)
    (entry,) = [entry.event for entry in await chain(village) if entry.event.act == "end_mute"]
    assert (entry.incident_id, entry.details["muted_by"], entry.details["level"]) == (opened.id, "p103", 4)


def _query(alert: Alert) -> taking_up.Query:
    return taking_up.Query(alert.title, alert.summary, "", alert.lang)
