"""Migrations go up, down and up again, and end at the schema that the code uses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select

from bot.model.statement import Author, StatementState, StatementVersion, version_sha256
from bot.model.watching import LyingTold
from bot.store import incidents, statements, watching
from bot.store.database import Database, Tx, sync_url
from bot.store.migrate import downgrade, upgrade
from bot.store.schema import metadata
from bot.store.schema_watching import watch_notes
from tests.store.samples import NIGHT, an_incident

T = TypeVar("T")


def test_up_down_and_up_again_ends_at_the_schema(database_url: str) -> None:
    url = database_url
    downgrade(url)
    engine = create_engine(sync_url(url))
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


async def test_what_an_older_release_kept_is_read_after_the_upgrade(database_url: str) -> None:
    url = database_url
    incident, texts = an_incident(), {"vi/full": "Thông tin ban đầu."}
    words = StatementVersion(
        incident_id=incident.id,
        version=1,
        state=StatementState.DRAFT,
        texts=texts,
        sha256=version_sha256(texts),
        author=Author.TEMPLATE,
        created_at=NIGHT,
        created_by="system",
        playbook=incident.playbook,
    )
    await _in_store(url, lambda tx: incidents.add(tx, incident))
    await _in_store(url, lambda tx: statements.add_version(tx, words))
    await asyncio.to_thread(downgrade, url, "0001")
    await asyncio.to_thread(upgrade, url)
    assert await _in_store(url, lambda tx: incidents.get(tx, incident.id)) == incident
    assert await _in_store(url, lambda tx: statements.current(tx, incident.id)) == words


async def test_what_people_were_told_before_an_upgrade_or_its_withdrawal_stays_known(database_url: str) -> None:
    url, later = database_url, NIGHT + timedelta(minutes=20)
    lying, quarantine = LyingTold(17, later, NIGHT), watching.ToldNumber(100, later)
    await _in_store(url, lambda tx: watching.put_lying_told(tx, lying))
    await _in_store(url, lambda tx: watching.put_told_number(tx, watching.QUARANTINE_TOLD, quarantine))
    await _in_store(url, lambda tx: watching.put_note(tx, "quarantine_told:100", NIGHT))  # two releases side by side
    await asyncio.to_thread(downgrade, url, "0019")
    assert await _in_store(url, _names_of_notes) == ["lying", "lying_told:17", "quarantine_told:100"]
    await _in_store(url, lambda tx: watching.put_note(tx, "quarantine_told:10", NIGHT))  # an earlier number
    await asyncio.to_thread(upgrade, url)
    assert await _in_store(url, watching.lying_told) == lying
    assert await _in_store(url, lambda tx: watching.told_number(tx, watching.QUARANTINE_TOLD)) == quarantine
    assert await _in_store(url, _names_of_notes) == ["lying", "lying_told", "quarantine_told"]


async def _names_of_notes(tx: Tx) -> list[str]:
    return list((await tx.execute(select(watch_notes.c.name).order_by(watch_notes.c.name))).scalars())


async def _in_store(url: str, read: Callable[[Tx], Awaitable[T]]) -> T:
    """Do one thing in a transaction of a process of its own."""
    database = Database(url)
    try:
        async with database.write() as tx:
            return await read(tx)
    finally:
        await database.close()
