"""A store moves into a database of the other kind whole, is proven to be there, and goes on where it stopped."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy import create_engine, delete, insert, inspect, select, text, update

from bot.keeping import moving
from bot.keeping.moving import Moved, NotMoved, move
from bot.model.audit import AuditEvent, first_fault
from bot.settings import Settings
from bot.store import audit, incidents, publishing_stops
from bot.store.audit import HeadFile, remember_head
from bot.store.contents import Content
from bot.store.database import Database, full_url, sync_url
from bot.store.instance_lock import AnotherInstance, InstanceLock
from bot.store.migrate import downgrade, upgrade
from bot.store.moving import STAYS_BEHIND, CannotMove, moved_tables
from bot.store.schema import audit as audit_table
from bot.store.schema import incidents as incidents_table
from bot.store.schema import quarantine
from bot.store.schema_gates import publishing_stops as stops_table
from tests.cli.commands import keng_beside
from tests.keeping.everything import FILLED, fill, rows
from tests.postgres import Server
from tests.store.samples import NIGHT, an_incident


class Office:
    """An installation in which everything that exists has occurred, and an empty database of the other kind."""

    def __init__(self, settings: Settings, to: str, database: Database) -> None:
        self.settings, self.to, self.database = settings, to, database

    async def move(self) -> Moved:
        return await move(self.settings, self.to, NIGHT, "cli:quantri")

    async def there(self) -> Database:
        return Database(self.to)

    def is_empty_there(self) -> bool:
        address = sync_url(self.to)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
            return True
        engine = create_engine(address)
        with engine.connect() as connection:
            names = set(inspect(connection).get_table_names()) - {"alembic_version"}
            empty = not any(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar() for name in names)
        engine.dispose()
        return empty


@pytest.fixture
async def office(
    request: pytest.FixtureRequest, database_url: str, database: Database, tmp_path: Path
) -> AsyncIterator[Office]:
    folder = tmp_path / "data"
    folder.mkdir()
    to = f"sqlite:///{folder / 'moved.db'}"
    server: Server | None = None
    if database.is_sqlite:
        server = request.getfixturevalue("postgres")
        to = server.url(server.create())
    await fill(database)
    async with database.write() as tx:
        for number in range(3):
            await audit.append(tx, AuditEvent("edit", "phat", NIGHT, details={"chữ": "ạ\x00\\u0000", "n": number}))
    async with database.read() as tx:
        await remember_head(tx, HeadFile(folder / "audit-head.json"))
    yield Office(Settings(data_dir=folder, database_url=database_url), to, database)
    if server is not None:
        server.drop(sync_url(to).database or "")


async def test_everything_that_was_here_is_there(office: Office) -> None:
    before = await rows(office.database)
    assert {name for name, found in before.items() if not found} == set(), "everything that exists occurs"
    moved = await office.move()
    there = await office.there()
    after = await rows(there)
    await there.close()
    assert before.pop("audit") == [row for row in after.pop("audit") if "move_store" not in row]
    assert after == before
    assert {name: content.rows for name, content in moved.tables.items()} == {t.name: 3 for t in (*FILLED, audit_table)}


def test_every_table_is_moved_but_those_of_the_processes_at_work_on_a_database(database_url: str) -> None:
    engine = create_engine(sync_url(database_url))
    there = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert {table.name for table in moved_tables()} | STAYS_BEHIND == there


async def test_the_record_is_whole_there_and_says_that_it_was_moved(office: Office) -> None:
    assert (await office.move()).entries == 3
    there = await office.there()
    async with there.read() as tx:
        entries = [entry async for entry in audit.entries(tx)]
    await there.close()
    assert first_fault(entries, HeadFile(office.settings.data_dir / "audit-head.json").read()) is None
    last = entries[-1].event
    kinds = {"from": office.database.url.get_backend_name(), "to": there.url.get_backend_name()}
    assert (len(entries), last.act, last.actor, last.channel) == (4, "move_store", "cli:quantri", "cli")
    assert last.details.items() >= kinds.items()


async def test_what_numbers_its_rows_by_itself_goes_on_after_the_highest(office: Office) -> None:
    await office.move()
    there = await office.there()
    async with there.write() as tx:
        await tx.execute(update(stops_table).values(in_force=False))
        assert await publishing_stops.begin(tx, "Kênh bị chiếm", "phat", NIGHT)
        numbers = (await tx.execute(select(stops_table.c.id))).scalars().all()
    await there.close()
    assert sorted(numbers)[-1] == max(sorted(numbers)[:-1]) + 1


async def test_the_old_store_is_only_read(office: Office) -> None:
    await office.database.close()
    files = [f for f in office.settings.data_dir.parent.rglob("*.db") if f.name != "moved.db"]
    before = {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    content = await kept(office.settings.database_url)
    head = (office.settings.data_dir / "audit-head.json").read_bytes()
    await office.move()
    assert await kept(office.settings.database_url) == content
    assert {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files} == before
    assert (office.settings.data_dir / "audit-head.json").read_bytes() == head, "it is the proof for both"


async def kept(url: str) -> dict[str, list[str]]:
    database = Database(url)
    try:
        return await rows(database)
    finally:
        await database.close()


async def test_characters_that_postgresql_cannot_keep_are_counted(office: Office) -> None:
    moved = await office.move()
    if office.database.is_sqlite:
        assert moved.replaced["incidents"] > 0
        assert "telegram_chats" in moved.replaced
    else:
        assert moved.replaced == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_half_a_pair_in_json_does_not_stop_a_move(office: Office) -> None:
    async with office.database.write() as tx:
        words = {"a": "\ud83d", "b": "🚰", "c": "\\ud83d"}
        await tx.execute(update(incidents_table).values(growth=words))
    await office.move()
    there = await office.there()
    async with there.read() as tx:
        kept = (await tx.execute(select(incidents_table.c.growth))).scalars().all()
    await there.close()
    assert kept == [{"a": "\ufffd", "b": "🚰", "c": "\\ud83d"}] * 3


async def test_a_database_in_which_a_keng_worked_is_refused(office: Office) -> None:
    upgrade(office.to)
    other = await office.there()
    async with other.write() as tx:
        await incidents.add(tx, an_incident())
    with pytest.raises(NotMoved, match="a Keng has worked there"):
        await office.move()
    async with other.read() as tx:
        assert len((await tx.execute(select(incidents_table))).all()) == 1
    await other.close()


async def test_a_database_with_other_tables_is_refused(office: Office) -> None:
    engine = create_engine(sync_url(office.to))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE payroll (id int)")
    engine.dispose()
    with pytest.raises(NotMoved, match="payroll"):
        await office.move()


async def test_a_second_move_into_the_same_database_is_refused(office: Office) -> None:
    await office.move()
    with pytest.raises(NotMoved, match="a Keng has worked there"):
        await office.move()


async def test_a_store_on_which_a_keng_works_is_not_moved(office: Office) -> None:
    lock = InstanceLock(office.settings.data_dir / "keng.lock")
    if office.database.is_sqlite:
        lock.take()
    else:
        async with office.database.aside() as tx:
            await tx.exec_driver_sql(
                "INSERT INTO replicas VALUES ('keng-1', 'i', 'somewhere', 1, 'k', clock_timestamp(), clock_timestamp())"
            )
    with pytest.raises(AnotherInstance):
        await office.move()
    lock.release()
    assert office.is_empty_there()


async def test_a_store_of_an_older_release_is_not_moved(office: Office) -> None:
    await office.database.close()
    await asyncio.to_thread(downgrade, office.settings.database_url, "0021")
    with pytest.raises(NotMoved, match=r"revision 0021.*keng serve"):
        await office.move()
    assert office.is_empty_there()


async def test_where_there_is_no_store_yet_nothing_is_made(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "none")
    with pytest.raises(NotMoved, match="no store yet"):
        await move(settings, "postgresql://keng@nowhere.example/keng", NIGHT, "cli:quantri")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("to", ["postgres.example/keng", "mysql://keng@db.example/keng", ""])
async def test_an_address_that_is_none_is_refused_without_being_repeated(tmp_path: Path, to: str) -> None:
    with pytest.raises(NotMoved, match="postgresql://USER:PASSWORD@HOST/NAME"):
        await move(Settings(data_dir=tmp_path), to, NIGHT, "cli:quantri")


async def test_within_one_kind_backup_and_restore_are_named(office: Office) -> None:
    with pytest.raises(NotMoved, match="keng backup and restore"):
        await move(office.settings, office.settings.database_url, NIGHT, "cli:quantri")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_database_that_cannot_be_reached_is_told_in_its_words(office: Office, tmp_path: Path) -> None:
    with pytest.raises(NotMoved, match=r"--to: .*no-server") as told:
        await move(office.settings, f"postgresql://keng:geheim@/x?host={tmp_path}/no-server", NIGHT, "cli:quantri")
    assert "geheim" not in str(told.value)


async def test_a_broken_record_is_not_moved(office: Office) -> None:
    async with office.database.write() as tx:
        await tx.execute(delete(audit_table).where(audit_table.c.seq == 2))
    with pytest.raises(NotMoved, match="BROKEN"):
        await office.move()
    assert office.is_empty_there()


async def test_a_record_whose_tail_was_cut_is_not_moved(office: Office) -> None:
    async with office.database.write() as tx:
        await tx.execute(delete(audit_table).where(audit_table.c.seq == 3))
    with pytest.raises(NotMoved, match="tail was cut"):
        await office.move()
    assert office.is_empty_there()


async def test_what_does_not_arrive_as_it_was_read_is_not_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def written_otherwise(connection: Any, table: Any) -> Content:
        if table is quarantine:
            connection.execute(update(quarantine).where(quarantine.c.raw == b"\x00").values(raw=b"\x01"))
        return content_of(connection, table)

    content_of = moving.content_of
    monkeypatch.setattr(moving, "content_of", written_otherwise)
    with pytest.raises(NotMoved, match=r"quarantine: .*3 rows"):
        await office.move()
    assert office.is_empty_there()


async def test_what_a_command_does_to_the_old_store_meanwhile_is_not_left_behind(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beside(connection: Any, table: Any) -> Content:
        if table is audit_table:
            engine = create_engine(sync_url(office.settings.database_url))
            with engine.begin() as other:
                audit.append_blocking(other, AuditEvent("bind", "cli:quantri", NIGHT, "cli"))
            engine.dispose()
        return content_of(connection, table)

    content_of = moving.content_of
    monkeypatch.setattr(moving, "content_of", beside)
    with pytest.raises(NotMoved, match="meanwhile"):
        await office.move()
    assert office.is_empty_there()
    monkeypatch.setattr(moving, "content_of", content_of)
    assert (await office.move()).entries == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_row_that_the_other_database_does_not_take_is_named_by_its_table(office: Office) -> None:
    async with office.database.write() as tx:
        await tx.execute(update(incidents_table).values(playbook="x" * 65))
    with pytest.raises(CannotMove, match=r"incidents: .*too long"):
        await office.move()
    assert office.is_empty_there()


async def test_after_a_refusal_the_same_database_can_be_moved_into(office: Office) -> None:
    async with office.database.write() as tx:
        kept = (await tx.execute(select(audit_table).where(audit_table.c.seq == 2))).mappings().one()
        await tx.execute(delete(audit_table).where(audit_table.c.seq == 2))
    with pytest.raises(NotMoved):
        await office.move()
    async with office.database.write() as tx:
        await tx.execute(insert(audit_table).values(dict(kept)))
    assert (await office.move()).entries == 3


async def test_a_store_greater_than_a_portion_is_moved_whole(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.moving.ROWS", 7)
    monkeypatch.setattr("bot.store.moving.BYTES", 3000)
    async with office.database.write() as tx:
        for number in range(50):
            await incidents.add(tx, replace(an_incident(), id=f"i{number}", code=f"N{number}", title="x" * number * 10))
    moved = await office.move()
    assert moved.tables["incidents"].rows == 53


async def test_work_that_was_begun_and_not_ended_is_finished_first(office: Office) -> None:
    _has_begun(office, "deliver:1:1:newsroom:1", "PENDING")
    with pytest.raises(NotMoved, match=r"deliver:1:1:newsroom:1.*keng serve"):
        await office.move()
    assert office.is_empty_there()


async def test_work_that_ended_is_left_behind(office: Office) -> None:
    _has_begun(office, "deliver:1:1:newsroom:1", "SUCCESS")
    await office.move()


def _has_begun(office: Office, name: str, status: str) -> None:
    """The workflow library's own tables, with one workflow in them."""
    beside = f"sqlite:///{office.settings.data_dir / 'workflows.db'}"
    url = beside if office.database.is_sqlite else full_url(sync_url(office.settings.database_url))
    DBOS.migrate(url)
    engine = create_engine(url)
    schema = "" if office.database.is_sqlite else "dbos."
    with engine.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO {schema}workflow_status (workflow_uuid, status, created_at, updated_at, priority) "
                "VALUES (:name, :status, 1, 1, 0)"
            ),
            {"name": name, "status": status},
        )
    engine.dispose()


async def test_the_command_prints_what_was_moved(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_DATABASE_URL", office.settings.database_url)
    monkeypatch.setenv("KENG_DATA_DIR", str(office.settings.data_dir))
    (tmp_path / "address").write_text(f"{office.to}\n")
    done = await keng_beside("move-store", "--to-file", str(tmp_path / "address"))
    assert done.exit_code == 0, done.output
    printed = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert {name: number for name, (number, _) in printed.items()} == {t.name: "3" for t in (*FILLED, audit_table)}
    assert "audit log whole: 3 entries, and one more of the move" in done.stderr
    assert "set database_url" in done.stderr


async def test_the_command_wants_one_address() -> None:
    assert (await keng_beside("move-store")).exit_code == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_store_whose_process_was_killed_is_read_with_all_it_had_committed(
    office: Office, tmp_path: Path
) -> None:
    """What was committed last lies beside the file, where a killed process left it."""
    here = Path(sync_url(office.settings.database_url).database or "")
    left = tmp_path / "left"
    left.mkdir()
    for file in here.parent.glob(f"{here.name}*"):
        (left / file.name).write_bytes(file.read_bytes())
    (left / f"{here.name}-shm").unlink()
    assert (left / f"{here.name}-wal").stat().st_size > 0
    settings = Settings(data_dir=office.settings.data_dir, database_url=f"sqlite:///{left / here.name}")
    assert (await move(settings, office.to, NIGHT, "cli:quantri")).entries == 3
