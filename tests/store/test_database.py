"""What the store promises its users: consistent reading, errors that may be shown, and a try again where one helps."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import column, insert, select, table
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.store.database import Database, LostRace, StoreUnavailable
from bot.store.schema_telegram import telegram_state, telegram_updates
from bot.store.telegram_inbox import put_state, state
from tests.store.samples import NIGHT

SECRET = "điều không được ghi vào nhật ký"


async def put(database: Database, name: str, value: str) -> None:
    async with database.write() as tx:
        await tx.execute(insert(telegram_state).values(name=name, value=value))


async def test_what_is_read_in_one_transaction_is_of_one_moment(database: Database) -> None:
    await put(database, "a", "1")
    async with database.read() as tx:
        before = (await tx.execute(select(telegram_state.c.name))).scalars().all()
        await put(database, "b", "1")
        after = (await tx.execute(select(telegram_state.c.name))).scalars().all()
    assert before == after == ["a"]


async def test_an_error_of_the_store_names_no_values(database: Database) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        async with database.write() as tx:
            await tx.execute(insert(table("nowhere", column("words"))).values(words=SECRET))
    assert "nowhere" in str(caught.value)
    assert SECRET not in str(caught.value)


async def test_a_fault_of_a_statement_names_no_values_either(database: Database) -> None:
    await put(database, "a", "1")
    with pytest.raises(IntegrityError, match=r"(?i)unique") as caught:
        await put(database, "a", SECRET)
    assert SECRET not in str(caught.value)


async def test_a_store_that_can_only_be_read_says_so_until_it_can_be_written_again(database: Database) -> None:
    await put(database, "a", "1")
    await only_to_be_read(database, True)
    assert await database.trouble() == "", "nobody knows before somebody tried"
    with pytest.raises(StoreUnavailable):
        await put(database, "b", "1")
    assert await database.trouble() == "cannot be written"
    await only_to_be_read(database, False)
    assert await database.trouble() == ""
    await put(database, "b", "1")


async def test_however_many_ask_how_it_is_they_do_not_stand_in_line_before_the_work(database: Database) -> None:
    await only_to_be_read(database, True)
    with pytest.raises(StoreUnavailable):
        await put(database, "a", "1")
    await only_to_be_read(database, False)
    async with database.write(), asyncio.timeout(10):
        asked = [asyncio.create_task(database.trouble()) for _ in range(20)]
        answers = asyncio.as_completed(asked)
        assert {await next(answers) for _ in asked[1:]} == {"cannot be written"}
    assert await next(answers) == ""


async def only_to_be_read(database: Database, yes: bool) -> None:
    """What a disk that was mounted read-only does, to the one connection that was opened for writing."""
    async with database.writer.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        if database.is_sqlite:
            await driver.execute(f"PRAGMA query_only = {int(yes)}")
        else:
            await driver.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION READ {'ONLY' if yes else 'WRITE'}")
            await driver.commit()


@pytest.mark.parametrize("kind", ["SerializationFailure", "DeadlockDetected"])
async def test_a_transaction_that_lost_a_race_may_be_tried_again(database: Database, kind: str) -> None:
    lost = type(kind, (Exception,), {})("could not serialize access")
    with pytest.raises(LostRace):
        async with database.write():
            raise OperationalError("COMMIT", {}, lost)


async def test_no_character_that_somebody_sends_makes_a_row_that_cannot_be_stored(database: Database) -> None:
    hostile = "a\x00b \\u0000 \\\x00 \u202e"
    async with database.write() as tx:
        await tx.execute(insert(telegram_updates).values(update_id=1, raw={"text": hostile}, received_at=NIGHT))
        await tx.execute(insert(telegram_state).values(name="x", value=hostile))
    async with database.read() as tx:
        raw = (await tx.execute(select(telegram_updates.c.raw))).scalar_one()
        value = (await tx.execute(select(telegram_state.c.value))).scalar_one()
    kept = hostile if database.is_sqlite else hostile.replace("\x00", "\ufffd")
    assert raw["text"] == value == kept


async def test_writers_of_two_processes_take_turns_and_none_is_sent_away(database: Database, database_url: str) -> None:
    other = Database(database_url)

    async def count_up(through: Database) -> None:
        for _ in range(20):
            async with through.write() as tx:
                found = await tx.execute(select(telegram_state.c.value).where(telegram_state.c.name == "n"))
                await put_state(tx, "n", str(int(found.scalar_one_or_none() or 0) + 1))

    await asyncio.gather(count_up(database), count_up(other))
    async with database.read() as tx:
        assert await state(tx, "n") == "40"
    await other.close()


async def test_an_instant_is_the_same_whatever_zone_the_server_lives_in(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(insert(telegram_updates).values(update_id=1, raw={}, received_at=NIGHT))
    async with database.read() as tx:
        assert (await tx.execute(select(telegram_updates.c.received_at))).scalar_one() == NIGHT
