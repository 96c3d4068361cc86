"""What the store promises its users: consistent reading, errors that may be shown, and a try again where one helps."""

from __future__ import annotations

import pytest
from sqlalchemy import column, insert, select, table
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from bot.store.database import Database, LostRace, StoreUnavailable
from bot.store.schema_telegram import telegram_state

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
    # What SQLite calls an outage is a fault of the statement on PostgreSQL; neither says what was to be written.
    with pytest.raises((StoreUnavailable, ProgrammingError)) as caught:
        async with database.write() as tx:
            await tx.execute(insert(table("nowhere", column("words"))).values(words=SECRET))
    assert "nowhere" in str(caught.value)
    assert SECRET not in str(caught.value)


async def test_a_fault_of_a_statement_names_no_values_either(database: Database) -> None:
    await put(database, "a", "1")
    with pytest.raises(IntegrityError, match=r"(?i)unique") as caught:
        await put(database, "a", SECRET)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("kind", ["SerializationFailure", "DeadlockDetected"])
async def test_a_transaction_that_lost_a_race_may_be_tried_again(database: Database, kind: str) -> None:
    lost = type(kind, (Exception,), {})("could not serialize access")
    with pytest.raises(LostRace):
        async with database.write():
            raise OperationalError("COMMIT", {}, lost)
