"""A backup holds everything, also work in flight; what is put back is checked, and nothing goes out twice by it."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, delete, inspect, text

from bot.approval import versions
from bot.cli.faults import KNOWN_FAULTS
from bot.keeping import archive, backup
from bot.keeping.archive import NoBackup
from bot.keeping.restore import NotRestored, restore
from bot.model.audit import SYSTEM, AuditEvent
from bot.settings import Settings
from bot.store import audit, copies, deliveries, incidents, publishing_stops
from bot.store.audit import HeadFile, remember_head
from bot.store.copies import CannotCopy
from bot.store.database import Database, sync_url
from bot.store.instance_lock import AnotherInstance, InstanceLock
from bot.store.key_file import KEY_FILES, load_key
from bot.store.schema import audit as audit_table
from tests.approval.office import desk
from tests.postgres import TEMPLATE, Server
from tests.store.samples import NIGHT, an_incident

LATER = NIGHT + timedelta(hours=1)


class Office:
    """An installation in which something happened, and a place for another one."""

    def __init__(self, settings: Settings, elsewhere: Settings, database: Database) -> None:
        self.settings, self.elsewhere, self.database = settings, elsewhere, database
        self.file = settings.data_dir.parent / "copy.tar"
        self.incident = an_incident()

    async def works(self, number: int = 1) -> None:
        async with self.database.write() as tx:
            event = AuditEvent("edit", "p1", NIGHT, details={"chữ": "ạ", "n": number})
            await audit.append(tx, event)
        async with self.database.read() as tx:
            await remember_head(tx, HeadFile(self.settings.data_dir / "audit-head.json"))

    async def back_up(self, **options: Any) -> archive.Manifest:
        return await backup.back_up(self.settings, self.file, NIGHT, **options)


@pytest.fixture
async def office(
    request: pytest.FixtureRequest, database_url: str, database: Database, tmp_path: Path
) -> AsyncIterator[Office]:
    here, there = tmp_path / "here", tmp_path / "there"
    elsewhere = f"sqlite:///{there / 'keng.db'}"
    if not database.is_sqlite:
        server: Server = request.getfixturevalue("postgres")
        elsewhere = server.url(server.create())
    made = Office(
        Settings(data_dir=here, database_url=database_url), Settings(data_dir=there, database_url=elsewhere), database
    )
    for key in KEY_FILES:
        load_key(here / key)
    async with database.write() as tx:
        await incidents.add(tx, made.incident)
        await versions.draft(tx, desk(NIGHT), made.incident, by="system")
        await deliveries.queue(tx, made.incident.id, 1, "telegram_channel", NIGHT)
    for number in range(3):
        await made.works(number)
    yield made


def rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in every table."""
    engine = create_engine(sync_url(url))
    with engine.connect() as connection:
        found = {
            name: sorted(map(tuple, connection.execute(text(f'SELECT * FROM "{name}"'))), key=repr)
            for name in inspect(connection).get_table_names()
        }
    engine.dispose()
    return found


async def test_what_is_put_back_elsewhere_is_what_was_there(office: Office) -> None:
    before = rows(office.settings.database_url)
    await office.back_up()
    restored = await restore(office.elsewhere, office.file, LATER, replace=False)
    after = rows(office.elsewhere.database_url)
    assert restored.entries == 4
    assert [row[2] for row in after.pop("audit") if row not in before["audit"]] == ["restore"]
    before.pop("audit")
    assert (len(before.pop("deliveries")), len(after.pop("deliveries"))) == (1, 1)
    assert (len(before.pop("publishing_stops")), len(after.pop("publishing_stops"))) == (0, 1)
    assert after == before
    for file in KEY_FILES:
        there = office.elsewhere.data_dir / file
        assert there.read_bytes() == (office.settings.data_dir / file).read_bytes()
        assert stat.S_IMODE(there.stat().st_mode) == 0o600
    assert HeadFile(office.elsewhere.data_dir / "audit-head.json").read() is not None


async def test_words_that_were_queued_are_not_sent_again_but_asked_about(office: Office) -> None:
    await office.back_up()
    assert (await restore(office.elsewhere, office.file, LATER, replace=False)).doubtful == 1
    database = Database(office.elsewhere.database_url)
    async with database.read() as tx:
        assert await deliveries.due(tx, LATER) == []
        assert [(d.outlet, d.asked) for d in await deliveries.doubtful(tx)] == [("telegram_channel", False)]
    await database.close()


async def test_publishing_stands_still_after_a_restore_until_two_persons_have_looked(office: Office) -> None:
    await office.back_up()
    await restore(office.elsewhere, office.file, LATER, replace=False)
    database = Database(office.elsewhere.database_url)
    async with database.write() as tx:
        stopped = await publishing_stops.in_force(tx)
        assert stopped is not None
        assert (stopped.stopped_by, stopped.stopped_at) == (SYSTEM, LATER)
        assert stopped.reason.startswith("Đã khôi phục từ bản sao lưu")
        assert not await publishing_stops.end(tx, stopped, "one", LATER)
    await database.close()


async def test_a_restore_that_is_cut_off_leaves_nothing_queued(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    await office.back_up()
    monkeypatch.setattr("bot.keeping.restore._on_the_record", killed)
    with pytest.raises(KeyboardInterrupt):
        await restore(office.elsewhere, office.file, LATER, replace=False)
    database = Database(office.elsewhere.database_url)
    async with database.read() as tx:
        assert await deliveries.due(tx, LATER) == []
        assert len(await deliveries.doubtful(tx)) == 1
    await database.close()


async def test_a_backup_is_of_one_moment_while_others_write(office: Office) -> None:
    stop = False

    async def others() -> None:
        while not stop:
            await office.works()
            await asyncio.sleep(0)

    writing = asyncio.create_task(others())
    manifest = await asyncio.to_thread(lambda: asyncio.run(office.back_up()))
    stop = True
    await writing
    restored = await restore(office.elsewhere, office.file, LATER, replace=False)
    assert manifest.audit_head is not None
    assert restored.entries - 1 >= manifest.audit_head.seq


async def test_a_store_in_which_something_happened_is_not_overwritten_unasked(office: Office) -> None:
    await office.back_up()
    await office.works(9)
    with pytest.raises(NotRestored, match="--replace"):
        await restore(office.settings, office.file, LATER, replace=False)
    assert len(rows(office.settings.database_url)["audit"]) == 4
    await office.database.close()
    restored = await restore(office.settings, office.file, LATER, replace=True)
    assert restored.entries == 4
    assert [row[2] for row in rows(office.settings.database_url)["audit"]] == ["edit", "edit", "edit", "restore"]
    assert list(office.settings.data_dir.glob("audit-head.json.before-restore-*"))


async def test_a_command_in_a_process_of_its_own_puts_every_table_aside(office: Office) -> None:
    """There nothing else has imported the modules in which the tables stand."""
    await office.back_up()
    await office.works(9)
    await office.database.close()
    settings = {"KENG_DATABASE_URL": office.settings.database_url, "KENG_DATA_DIR": str(office.settings.data_dir)}
    command = [sys.executable, "-m", "bot", "restore", str(office.file), "--replace"]
    environment = os.environ | settings | {"PYTHONPATH": os.pathsep.join(sys.path)}
    folder = office.file.parent
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "audit log whole: 4 entries" in done.stderr) == (0, True), done.stderr
    assert [row[2] for row in rows(office.settings.database_url)["audit"]] == ["edit", "edit", "edit", "restore"]


async def test_whoever_puts_it_back_it_belongs_to_the_owner_of_the_data_folder(office: Office) -> None:
    await office.back_up()
    office.elsewhere.data_dir.mkdir()
    if os.geteuid() == 0:  # root is who restores on a broken machine; anybody else can give nothing away
        os.chown(office.elsewhere.data_dir, 12345, 12345)
    service = office.elsewhere.data_dir.stat().st_uid
    await restore(office.elsewhere, office.file, LATER, replace=False)
    assert {file.stat().st_uid for file in office.elsewhere.data_dir.iterdir()} == {service}


async def test_a_record_that_was_cut_before_the_backup_is_not_put_back(office: Office) -> None:
    async with office.database.write() as tx:
        await tx.execute(delete(audit_table).where(audit_table.c.seq == 2))
    await office.back_up()
    with pytest.raises(NotRestored, match="BROKEN"):
        await restore(office.elsewhere, office.file, LATER, replace=False)


@pytest.mark.parametrize("where", [200, 3000, -3000])
async def test_a_damaged_backup_changes_nothing(office: Office, where: int) -> None:
    await office.back_up()
    content = bytearray(office.file.read_bytes())
    content[where] ^= 0xFF
    office.file.write_bytes(content)
    try:
        await restore(office.elsewhere, office.file, LATER, replace=False)
    except NoBackup:
        assert not copies.is_in_use(office.elsewhere.database_url)
    else:  # the byte was one of those between the files, which mean nothing
        assert rows(office.elsewhere.database_url)["incidents"] == rows(office.settings.database_url)["incidents"]


async def test_a_file_that_is_no_backup_is_named(office: Office) -> None:
    office.file.write_text("no")
    with pytest.raises(NoBackup, match=r"copy\.tar"):
        await restore(office.elsewhere, office.file, LATER, replace=False)


async def test_a_member_that_climbs_out_of_the_folder_is_refused(office: Office, tmp_path: Path) -> None:
    await office.back_up()
    evil = tmp_path / "evil.tar"
    (tmp_path / "x").write_text("x")
    with tarfile.open(office.file) as source, tarfile.open(evil, "w") as target:
        for member in source:
            target.addfile(member, source.extractfile(member))
        target.add(tmp_path / "x", arcname="../x")
    with pytest.raises(NoBackup, match="does not belong"):
        await restore(office.elsewhere, evil, LATER, replace=False)


async def test_a_backup_is_for_its_owner_alone_and_may_go_without_the_keys(office: Office) -> None:
    manifest = await office.back_up(keys=False)
    assert stat.S_IMODE(office.file.stat().st_mode) == 0o600
    assert not set(manifest.files) & set(KEY_FILES)


async def test_nothing_is_put_back_under_a_keng_that_runs(office: Office) -> None:
    await office.back_up()
    if office.database.is_sqlite:
        lock = InstanceLock(office.settings.data_dir / "keng.lock")
        lock.take()
    else:
        async with office.database.aside() as tx:
            await tx.exec_driver_sql(
                "INSERT INTO replicas VALUES ('keng-1', 'i', 'somewhere', 1, 'k', clock_timestamp(), clock_timestamp())"
            )
    with pytest.raises(AnotherInstance):
        await restore(office.settings, office.file, LATER, replace=True)
    if office.database.is_sqlite:
        lock.release()


async def test_a_backup_of_the_other_kind_is_refused_with_what_to_do(office: Office, tmp_path: Path) -> None:
    await office.back_up()
    other = "postgresql://nobody@/none?host=/nowhere" if office.database.is_sqlite else f"sqlite:///{tmp_path}/x.db"
    with pytest.raises(NotRestored, match="database_url"):
        await restore(Settings(data_dir=tmp_path / "x", database_url=other), office.file, LATER, replace=False)


async def test_without_postgresqls_programs_the_message_says_what_to_install(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_PROGRAMS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings(data_dir=tmp_path, database_url=postgres.url(postgres.create(TEMPLATE)))
    with pytest.raises(CannotCopy, match="postgresql-client") as told:
        await backup.back_up(settings, tmp_path / "copy.tar", NIGHT)
    assert isinstance(told.value, KNOWN_FAULTS())
    assert not (tmp_path / "copy.tar").exists()
