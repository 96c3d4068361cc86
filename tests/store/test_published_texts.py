"""Words are findable from the transaction that publishes them, never before, and those of older releases as well."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.model.public_text import asked_for, loose_sha256, passage_digests
from bot.model.statement import Author, StatementState, StatementVersion, text_sha256, version_sha256
from bot.store import incidents, published_texts, statements
from bot.store.database import Database, Tx
from bot.store.migrate import downgrade, upgrade
from bot.store.schema import statements as table
from tests.store.samples import NIGHT, an_incident

TEXT = "THÔNG TIN\n\nNước máy phường Sông Thượng đã an toàn trở lại từ 6h00."
TEXTS = {"vi/full": TEXT, "vi/short": "Nước máy phường Sông Thượng đã an toàn."}


async def _draft(database: Database, **incident: bool) -> StatementVersion:
    made = an_incident(**incident)
    version = StatementVersion(
        incident_id=made.id,
        version=1,
        state=StatementState.APPROVED,
        texts=TEXTS,
        sha256=version_sha256(TEXTS),
        author=Author.PERSON,
        created_at=NIGHT,
        created_by="p1",
        playbook="x",
    )
    async with database.write() as tx:
        await incidents.add(tx, made)
        await statements.add_version(tx, version)
    return version


async def _known(tx: Tx) -> set[str]:
    """In how many ways the text is found."""
    ways = {
        "hash": await published_texts.by_hash(tx, text_sha256(TEXT)),
        "version": await published_texts.by_hash(tx, version_sha256(TEXTS)),
        "loosely": await published_texts.by_loose_hash(tx, loose_sha256(TEXT)),
        "alike": await published_texts.alike(tx, passage_digests(TEXT.replace("6h00", "9h00"))),
    }
    return {way for way, found in ways.items() if found}


async def test_a_text_is_found_once_it_is_published_and_not_before(database: Database) -> None:
    version = await _draft(database)
    async with database.read() as tx:
        assert await _known(tx) == set()
    async with database.write() as tx:
        assert await statements.enter(tx, version.incident_id, 1, StatementState.PUBLISHED, NIGHT)
        assert not await statements.enter(tx, version.incident_id, 1, StatementState.PUBLISHED, NIGHT), "once"
    async with database.read() as tx:
        assert await _known(tx) == {"hash", "version", "loosely", "alike"}
        (short,) = await published_texts.by_hash(tx, text_sha256(TEXTS["vi/short"]))
    assert (short.incident_id, short.variant) == (version.incident_id, "vi/short")


async def test_a_publication_that_is_rolled_back_leaves_nothing_to_find(database: Database) -> None:
    version = await _draft(database)
    try:
        async with database.write() as tx:
            await statements.enter(tx, version.incident_id, 1, StatementState.PUBLISHED, NIGHT)
            raise KeyError
    except KeyError:
        pass
    async with database.read() as tx:
        assert await _known(tx) == set()


async def test_a_drill_is_not_found_whatever_was_written(database: Database) -> None:
    version = await _draft(database, drill=True)
    async with database.write() as tx:  # no way of the program leads here
        await statements.enter(tx, version.incident_id, 1, StatementState.PUBLISHED, NIGHT)
    async with database.read() as tx:
        assert await _known(tx) == set()


async def test_what_was_taken_back_is_still_known(database: Database) -> None:
    version = await _draft(database)
    async with database.write() as tx:
        await statements.enter(tx, version.incident_id, 1, StatementState.PUBLISHED, NIGHT)
        await statements.enter(tx, version.incident_id, 1, StatementState.RETRACTED, NIGHT)
    async with database.read() as tx:
        assert "hash" in await _known(tx)


async def test_what_an_older_release_published_is_found_after_the_upgrade(database_url: str) -> None:
    before = Database(database_url)
    version = await _draft(before)
    draft = replace(version, version=2, state=StatementState.DRAFT, texts={"vi/full": "Dự thảo chưa ai duyệt."})
    async with before.write() as tx:
        await statements.add_version(tx, draft)
        await tx.execute(table.update().where(table.c.version == 1).values(state="corrected", published_at=NIGHT))
    await before.close()
    await asyncio.to_thread(downgrade, database_url, "0010")
    await asyncio.to_thread(upgrade, database_url)
    after = Database(database_url)
    async with after.read() as tx:
        assert await _known(tx) == {"hash", "version", "loosely", "alike"}
        assert await published_texts.by_hash(tx, text_sha256("Dự thảo chưa ai duyệt.")) == []
        query = table.select().where(await published_texts.holds(tx, asked_for("nuoc an toan")))
        assert [row.version for row in await tx.execute(query)] == [1]
    await after.close()
