"""The audit chain: whatever is done to the table behind our back is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from bot.model.audit import AuditEvent, AuditHead, BrokenChain
from bot.store import audit
from bot.store.audit import HeadFile
from bot.store.database import Database
from bot.store.schema import audit as table
from tests.conftest import MovableClock


async def fault_in(database: Database, head: AuditHead | None) -> str:
    """What the check says of the chain; empty where it is whole."""
    async with database.read() as tx:
        try:
            await audit.check(tx, head)
        except BrokenChain as fault:
            return str(fault)
    return ""


@pytest.fixture
async def head(database: Database, clock: MovableClock) -> AuditHead:
    for number in range(5):
        async with database.write() as tx:
            entry = await audit.append(
                tx, AuditEvent("edit", "p1", clock.now(), incident_id="i", version=number, details={"chữ": "ạ", "n": 1})
            )
        clock.advance(seconds=1.5)
    return AuditHead(entry.seq, entry.sha256)


async def test_an_untouched_chain_is_whole(database: Database, head: AuditHead) -> None:
    assert await fault_in(database, head) == ""
    async with database.read() as tx:
        assert await audit.check(tx, head) == 5


async def test_a_changed_row_is_found(database: Database, head: AuditHead) -> None:
    async with database.write() as tx:
        await tx.execute(update(table).where(table.c.seq == 3).values(actor="p2"))
    assert "entry 3 was changed" in await fault_in(database, head)


async def test_details_that_cannot_be_read_any_more_are_found(database: Database, head: AuditHead) -> None:
    async with database.write() as tx:
        await tx.execute(update(table).where(table.c.seq == 3).values(details="{"))
    assert "entry 3 was changed" in await fault_in(database, head)


async def test_a_removed_row_is_found(database: Database, head: AuditHead) -> None:
    async with database.write() as tx:
        await tx.execute(delete(table).where(table.c.seq == 3))
    assert "entry 3 is missing" in await fault_in(database, head)


async def test_reordered_rows_are_found(database: Database, head: AuditHead) -> None:
    async with database.write() as tx:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            await tx.execute(text("UPDATE audit SET seq = :new WHERE seq = :old"), {"old": old, "new": new})
    assert await fault_in(database, head) != ""


async def test_a_cut_tail_is_found(database: Database, head: AuditHead) -> None:
    async with database.write() as tx:
        await tx.execute(delete(table).where(table.c.seq >= 4))
    assert "tail was cut" in await fault_in(database, head)


async def test_a_chain_rewritten_with_fitting_hashes_is_found(
    database: Database, head: AuditHead, clock: MovableClock
) -> None:
    async with database.write() as tx:
        await tx.execute(delete(table).where(table.c.seq == 5))
        await audit.append(tx, AuditEvent("edit", "forger", clock.now()))
    assert "rewritten" in await fault_in(database, head)


async def test_a_head_that_lags_behind_a_kill_is_no_fault(database: Database, head: AuditHead) -> None:
    async with database.read() as tx:
        third = [entry async for entry in audit.entries(tx)][2]
    assert await fault_in(database, AuditHead(3, third.sha256)) == ""


def test_the_head_file_keeps_the_newest_head_and_names_a_damaged_one(tmp_path: Path) -> None:
    file = HeadFile(tmp_path / "head.json")
    assert file.read() is None
    file.write(AuditHead(2, "b" * 64))
    file.write(AuditHead(1, "a" * 64))
    assert file.read() == AuditHead(2, "b" * 64)
    file.path.write_text("{")
    with pytest.raises(ValueError, match=r"head\.json"):
        file.read()


async def test_a_tail_cut_while_nothing_ran_is_not_forgotten_at_the_next_start(
    database: Database, head: AuditHead, clock: MovableClock, tmp_path: Path
) -> None:
    HeadFile(tmp_path / "head.json").write(head)
    async with database.write() as tx:
        await tx.execute(delete(table).where(table.c.seq >= 3))
        await audit.append(tx, AuditEvent("edit", "p1", clock.now()))
    restarted = HeadFile(tmp_path / "head.json")
    async with database.read() as tx:
        restarted.write(await audit.head(tx))
    assert restarted.read() == head
    for _ in range(5):
        async with database.write() as tx:
            await audit.append(tx, AuditEvent("edit", "p1", clock.now()))
    async with database.read() as tx:
        await audit.remember_head(tx, restarted)
    assert restarted.read() == head
    assert "not the one the head file names" in await fault_in(database, restarted.read())


async def test_the_head_is_remembered_across_a_restart(
    database: Database, head: AuditHead, clock: MovableClock, tmp_path: Path
) -> None:
    HeadFile(tmp_path / "head.json").write(head)
    async with database.write() as tx:
        entry = await audit.append(tx, AuditEvent("edit", "p1", clock.now()))
    restarted = HeadFile(tmp_path / "head.json")
    async with database.read() as tx:
        await audit.remember_head(tx, restarted)
    assert restarted.read() == AuditHead(entry.seq, entry.sha256)
