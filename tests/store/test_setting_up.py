"""Several processes that start together on one PostgreSQL set it up one after the other."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot.store.database import Database, full_url
from bot.store.setting_up import alone_setting_up


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_on_sqlite_one_process_has_the_file_and_nobody_is_waited_for(database: Database) -> None:
    both_at_it, steps = asyncio.Barrier(2), list[str]()

    async def sets_up() -> None:
        async with alone_setting_up(database):
            steps.append("begins")
            await both_at_it.wait()
            steps.append("ends")

    async with asyncio.timeout(5):
        await asyncio.gather(sets_up(), sets_up())
    assert steps == ["begins", "begins", "ends", "ends"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_never_set_it_up_at_the_same_time(database: Database) -> None:
    another = Database(full_url(database.url).replace("+psycopg", ""))
    at_it: list[str] = []

    async def sets_up(name: str, own: Database) -> None:
        async with alone_setting_up(own, look_again=0.01):
            at_it.append(f"{name} begins")
            await asyncio.sleep(0.05)
            at_it.append(f"{name} ends")

    try:
        await asyncio.gather(sets_up("one", database), sets_up("another", another))
    finally:
        await another.close()
    names = [step.split()[0] for step in at_it]
    assert names[0] == names[1] != names[2] == names[3], at_it


async def test_one_that_fails_or_is_stopped_keeps_nobody_waiting(database: Database) -> None:
    async def never_ends() -> None:
        async with alone_setting_up(database):
            await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="no room"):
        async with alone_setting_up(database):
            raise RuntimeError("no room")
    stopped = asyncio.create_task(never_ends())
    await asyncio.sleep(0.1)
    stopped.cancel()
    with suppress(asyncio.CancelledError):
        await stopped
    async with asyncio.timeout(5), alone_setting_up(database):
        pass
