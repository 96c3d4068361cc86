"""SQLite: a statement is one journey to the connection's thread, and no answer is cut short by that."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.store import sqlite_connection
from bot.store.database import Database, StoreUnavailable, Tx
from bot.store.sqlite_connection import ROWS_THAT_COME_ALONG, Connection

MANY = 2 * ROWS_THAT_COME_ALONG + 7
COUNTED = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) SELECT i FROM n"


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'store.db'}")
    async with made.write() as tx:
        await tx.execute(text("CREATE TABLE t (a INTEGER)"))
    yield made
    await made.close()


@pytest.fixture
def journeys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done on the connection's thread."""
    made: list[str] = []
    travel = Connection._execute

    async def noted(self: Connection, what: Any, *args: Any, **options: Any) -> Any:
        made.append(getattr(what, "__name__", repr(what)))
        return await travel(self, what, *args, **options)

    monkeypatch.setattr(sqlite_connection.Connection, "_execute", noted)
    return made


async def test_a_transaction_travels_once_for_each_statement(sqlite: Database, journeys: list[str]) -> None:
    async with sqlite.write() as tx:
        await tx.execute(text("INSERT INTO t VALUES (:a)"), [{"a": 1}, {"a": 2}])
        assert (await tx.execute(text("SELECT a FROM t"))).scalars().all() == [1, 2]
    assert journeys == ["_run", "_run_many", "_run", "commit"]  # the first is BEGIN


async def test_an_answer_of_any_length_comes_whole(sqlite: Database) -> None:
    async with sqlite.read() as tx:
        assert (await tx.execute(text(COUNTED))).scalars().all() == list(range(1, MANY + 1))
        assert (await tx.execute(text(COUNTED))).scalars().first() == 1
        assert (await tx.execute(text("SELECT 1 WHERE 0"))).scalars().all() == []


async def test_a_streamed_answer_comes_whole_and_in_order(sqlite: Database) -> None:
    async with sqlite.read() as tx:
        streamed = await tx.stream(text(COUNTED))
        assert [row.i async for row in streamed] == list(range(1, MANY + 1))
        left_early = await tx.stream(text(COUNTED))
        async for _ in left_early:
            break
        assert (await tx.execute(text("SELECT 7"))).scalar_one() == 7


async def test_what_is_taken_back_is_gone(sqlite: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with sqlite.write() as tx:
            await tx.execute(text("INSERT INTO t VALUES (1)"))
            raise ZeroDivisionError
    async with sqlite.write() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM t"))).scalar_one() == 0


async def test_whoever_goes_away_while_it_begins_leaves_no_transaction_behind(
    sqlite: Database, journeys: list[str], tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "store.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")

        async def write() -> None:
            async with sqlite.write() as tx:
                await tx.execute(text("INSERT INTO t VALUES (1)"))

        gone = asyncio.create_task(write())
        while not journeys:
            await asyncio.sleep(0)
        gone.cancel()
        other.execute("COMMIT")
        with pytest.raises(asyncio.CancelledError):
            await gone
    async with sqlite.write() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM t"))).scalar_one() == 0


async def insert_and_count(tx: Tx) -> int:
    await tx.execute(text("INSERT INTO t VALUES (:a)"), [{"a": 1}, {"a": 2}])
    return int((await tx.execute(text("SELECT count(*) FROM t"))).scalar_one())


async def test_work_for_the_store_alone_is_one_journey_and_committed(sqlite: Database, journeys: list[str]) -> None:
    assert [await sqlite.write_in_one_go(insert_and_count) for _ in "ab"] == [2, 4]
    assert journeys == []  # the only one is that of the work itself
    async with sqlite.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM t"))).scalar_one() == 4


async def test_what_is_read_for_the_store_alone_is_one_journey_and_one_view(
    sqlite: Database, journeys: list[str]
) -> None:
    async def count(tx: Tx) -> list[int]:
        return [int((await tx.execute(text("SELECT count(*) FROM t"))).scalar_one()) for _ in range(9)]

    await sqlite.write_in_one_go(insert_and_count)
    assert await sqlite.read_in_one_go(count) == [2] * 9
    before = len(journeys)
    await sqlite.read_in_one_go(count)
    assert len(journeys) - before <= 1  # the pool takes back what the transaction left: nothing


async def test_work_that_fails_leaves_nothing(sqlite: Database) -> None:
    async def fail(tx: Tx) -> None:
        await insert_and_count(tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await sqlite.write_in_one_go(fail)
    assert await sqlite.write_in_one_go(insert_and_count) == 2


async def test_work_that_waits_for_something_else_is_refused_and_leaves_nothing(sqlite: Database) -> None:
    async def wait(tx: Tx) -> None:
        await insert_and_count(tx)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError):
        await sqlite.write_in_one_go(wait)
    assert await sqlite.write_in_one_go(insert_and_count) == 2


async def test_work_whose_asker_goes_away_is_done_to_its_end(sqlite: Database, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "store.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")  # so that the work has to wait
        gone = asyncio.create_task(sqlite.write_in_one_go(insert_and_count))
        while not sqlite.writer.pool.checkedout():
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        other.execute("COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await sqlite.write_in_one_go(insert_and_count) == 4


async def test_an_outage_is_told_as_one(sqlite: Database) -> None:
    async def no_such_table(tx: Tx) -> None:
        await tx.execute(text("INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(StoreUnavailable):
        await sqlite.write_in_one_go(no_such_table)
    assert await sqlite.write_in_one_go(insert_and_count) == 2
