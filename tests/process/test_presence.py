"""Of several processes on one PostgreSQL one leads; whoever dies is missed, and nobody works under another's name."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

import pytest
from sqlalchemy import func, update

from bot.process.presence import DEAD_AFTER, DESK, LEASE, Presence, Superseded
from bot.store import replicas
from bot.store.database import Database
from bot.store.instance_lock import AnotherInstance
from bot.store.replicas import Replica
from bot.store.schema_replicas import leases
from bot.store.schema_replicas import replicas as table
from tests.postgres import TEMPLATE, Server

Process = Callable[..., Presence]


@pytest.fixture
async def database(postgres: Server) -> Database:
    return Database(postgres.url(postgres.create(TEMPLATE)))


@pytest.fixture
def process(database: Database) -> Process:
    def made(name: str, keys: str = "same") -> Presence:
        return Presence(database, name, keys)

    return made


async def ready(presence: Presence, taken_over: list[str] | None = None) -> Presence:
    async def recover(executor: str) -> None:
        if taken_over is not None:
            taken_over.append(executor)

    await presence.enter()
    presence.may_lead(recover)
    await presence.beat()
    return presence


async def unseen(database: Database, executor: str, seconds: float) -> None:
    """Let time pass in the database, for one process and for the lease."""
    ago = func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    async with database.aside() as tx:
        await tx.execute(update(table).where(table.c.executor == executor).values(seen_at=table.c.seen_at - ago))
        await tx.execute(update(leases).where(leases.c.holder == executor).values(until=leases.c.until - ago))


async def known(database: Database) -> list[str]:
    async with database.aside() as tx:
        return [r.executor for r in await replicas.everybody(tx)]


async def test_the_first_leads_and_the_second_stands_by(process: Process) -> None:
    first, second = await ready(process("a")), await ready(process("b"))
    assert (first.leads, second.leads) == (True, False)


async def test_nobody_leads_before_it_can_do_the_work(process: Process, database: Database) -> None:
    starting = process("a")
    await starting.enter()
    await starting.beat()
    assert not starting.leads
    assert (await ready(process("b"))).leads


async def test_who_stays_away_is_followed_and_its_work_goes_on(process: Process, database: Database) -> None:
    await ready(process("a"))
    taken: list[str] = []
    second = await ready(process("b"), taken)
    await unseen(database, "a", LEASE + 1)
    await second.beat()
    assert (second.leads, taken) == (True, [])
    await unseen(database, "a", DEAD_AFTER - LEASE)
    await second.beat()
    assert (taken, await known(database)) == (["a"], ["b"])


async def test_what_cannot_be_taken_over_now_is_tried_again(process: Process, database: Database) -> None:
    await ready(process("a"))
    await unseen(database, "a", DEAD_AFTER + 1)
    troubles = [RuntimeError("no")]

    async def recover(_executor: str) -> None:
        if troubles:
            raise troubles.pop()

    second = process("b")
    await second.enter()
    second.may_lead(recover)
    with pytest.raises(RuntimeError):
        await second.beat()
    assert await known(database) == ["a", "b"]
    await second.beat()
    assert await known(database) == ["b"]


async def test_who_leaves_hands_over_at_once(process: Process, database: Database) -> None:
    first, taken = await ready(process("a")), list[str]()
    second = await ready(process("b"), taken)
    await first.leave()
    await second.beat()
    assert (first.leads, second.leads, taken) == (False, True, ["a"])


async def test_a_leader_that_cannot_renew_stops_before_another_may_begin(
    process: Process, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [1000.0]
    monkeypatch.setattr("bot.process.presence._seconds", lambda: seconds[0])
    first = await ready(process("a"))
    seconds[0] += LEASE - 2.5
    assert first.leads
    seconds[0] += 1
    assert not first.leads
    async with database.aside() as tx:
        assert await replicas.holder(tx, DESK) == "a"


async def test_duties_are_done_while_leading_and_end_with_it(
    process: Process, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds, log = [1000.0], list[str]()
    monkeypatch.setattr("bot.process.presence._seconds", lambda: seconds[0])

    async def duty() -> None:
        log.append("begins")
        try:
            await asyncio.Event().wait()
        finally:
            log.append("ends")

    presence = process("a")
    await presence.enter()
    leading = asyncio.create_task(presence.lead([duty]))
    await asyncio.sleep(0)
    assert log == []
    await ready(presence)
    while log != ["begins"]:
        await asyncio.sleep(0)
    leading.cancel()
    await asyncio.gather(leading, return_exceptions=True)
    assert log == ["begins", "ends"]


async def test_a_duty_that_ends_by_itself_is_a_fault(process: Process) -> None:
    async def duty() -> None:
        return

    presence = await ready(process("a"))
    with pytest.raises(RuntimeError, match="ended by itself"):
        await presence.lead([duty])


async def test_a_second_one_under_a_living_ones_name_is_refused(
    process: Process, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.process.presence.DEAD_AFTER", 0.5)
    monkeypatch.setattr("bot.process.presence.BEAT", 0.1)
    elsewhere = Replica("a", "there", "another-machine", os.getpid(), "same")
    async with database.aside() as tx:
        assert await replicas.enter(tx, elsewhere, None)

    async def lives() -> None:
        while True:
            async with database.aside() as tx:
                await replicas.beat(tx, elsewhere)
            await asyncio.sleep(0.05)

    living = asyncio.create_task(lives())
    with pytest.raises(AnotherInstance, match="KENG_EXECUTOR_ID"):
        await process("a").enter()
    living.cancel()


async def test_a_name_whose_process_was_killed_on_this_machine_is_free_at_once(
    process: Process, database: Database
) -> None:
    await process("a").enter()  # by this very process, as in a container where every start has the same number
    await asyncio.wait_for(process("a").enter(), 2)
    assert await known(database) == ["a"]


async def test_who_finds_its_name_taken_stops(process: Process, database: Database) -> None:
    frozen = await ready(process("a"))
    await process("a").enter()
    with pytest.raises(Superseded):
        await frozen.beat()
    assert not frozen.leads


async def test_who_was_taken_for_dead_and_lives_is_known_again(process: Process, database: Database) -> None:
    slow = await ready(process("a"))
    await unseen(database, "a", DEAD_AFTER + 1)
    await ready(process("b"))
    assert await known(database) == ["b"]
    await slow.beat()
    assert await known(database) == ["a", "b"]
    assert not slow.leads


async def test_one_that_signs_with_other_keys_is_refused_while_the_others_live(
    process: Process, database: Database
) -> None:
    await ready(process("a"))
    with pytest.raises(AnotherInstance, match=r"button\.key"):
        await process("b", keys="other").enter()
    await unseen(database, "a", DEAD_AFTER + 1)
    await process("b", keys="other").enter()


async def test_on_sqlite_a_process_is_alone_and_leads(tmp_path: object) -> None:
    alone = Presence(Database(f"sqlite:///{tmp_path}/keng.db"), "a", "same")
    await alone.enter()
    assert not alone.leads
    alone.may_lead(lambda _executor: asyncio.sleep(0))
    assert alone.leads
