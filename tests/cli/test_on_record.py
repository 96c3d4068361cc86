"""Drafts that are read, and what is taken out at the machine: each is on the record, and no record stops a look."""

from __future__ import annotations

import json
import os
import pwd
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from bot.cli import operator
from bot.model.alert import Alert, AlertOutcome
from bot.model.audit import AuditEntry, AuditEvent
from bot.model.incident import Incident
from bot.store import alerts, audit, incidents
from bot.store import database as store
from bot.store.audit import HeadFile
from bot.store.database import Database, full_url, sync_url
from bot.store.ids import new_id
from bot.store.key_file import KEY_FILES, load_key
from tests.cli.commands import keng, keng_beside
from tests.drafting.documents.samples import a_version
from tests.store.samples import NIGHT


@pytest.fixture
async def matter(matter: Incident, database: Database) -> Incident:
    async with database.write() as tx:
        await audit.append(tx, AuditEvent("edit", "phat", NIGHT, incident_id=matter.id))
    return matter


async def record(database: Database) -> list[AuditEntry]:
    async with database.read() as tx:
        return [entry async for entry in audit.entries(tx)]


async def test_a_draft_that_is_read_is_on_the_record_each_time(
    matter: Incident, database: Database, tmp_path: Path
) -> None:
    for arguments in (("7K2", "--json"), (matter.id,)):
        shown = await keng_beside("incidents", "show", *arguments)
        assert (shown.exit_code, shown.stderr) == (0, ""), shown.output
    _, *looks = entries = await record(database)
    for look in looks:
        event = look.event
        assert (event.act, event.channel, event.incident_id, event.version) == ("show_incident", "cli", matter.id, 1)
        assert event.actor == f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
        assert event.details["sha256"] == a_version(incident_id=matter.id, version=1).sha256
    assert len(looks) == 2
    async with database.read() as tx:
        assert await audit.check(tx, HeadFile(tmp_path / "audit-head.json").read()) == len(entries)
    assert HeadFile(tmp_path / "audit-head.json").read() == await head(database), "a cut tail would be seen at once"


async def test_of_a_storm_every_alert_is_listed(matter: Incident, database: Database) -> None:
    growth = replace(matter.growth, alerts=1_001)
    async with database.write() as tx:
        await incidents.grow(tx, matter.id, growth, matter.level)
        for _ in range(growth.alerts):
            made = Alert(new_id(NIGHT), "default", "Nước đục", NIGHT)
            await alerts.add(tx, made, b"{}", "0" * 64)
            await alerts.place(tx, made.id, matter.id, AlertOutcome.JOINED, "same_words", NIGHT)
    shown = await keng_beside("incidents", "show", "7K2", "--json")
    assert len(json.loads(shown.stdout)["alert_list"]) == 1_001


async def head(database: Database) -> object:
    async with database.read() as tx:
        return await audit.head(tx)


async def test_titles_are_no_draft_and_what_is_not_there_was_not_read(matter: Incident, database: Database) -> None:
    assert (await keng_beside("incidents", "list", "--json")).exit_code == 0
    assert (await keng_beside("incidents", "show", "9Z9")).exit_code == 1
    assert len(await record(database)) == 1


async def test_an_export_of_the_record_is_its_next_entry(matter: Incident, database: Database) -> None:
    exported = await keng_beside("audit", "export")
    assert [json.loads(line)["act"] for line in exported.stdout.splitlines()] == ["edit"]
    last = (await record(database))[-1].event
    assert (last.act, last.channel, last.details["entries"]) == ("export_audit", "cli", 1)
    assert (await keng_beside("audit", "verify")).exit_code == 0


async def test_a_backup_says_itself_that_it_was_taken(matter: Incident, database: Database, tmp_path: Path) -> None:
    for key in KEY_FILES:
        load_key(tmp_path / key)
    (tmp_path / "elsewhere").mkdir()
    made = await keng_beside("backup", str(tmp_path / "elsewhere" / "today.tar"), "--without-keys")
    assert made.exit_code == 0, made.output
    assert "2 audit entries" in made.stderr
    last = (await record(database))[-1].event
    assert (last.act, last.details["to"], last.details["keys"]) == ("take_backup", "today.tar", False)


@pytest.mark.parametrize("form", ["ics", "json"])
async def test_a_roster_that_is_taken_out_is_on_the_record(matter: Incident, database: Database, form: str) -> None:
    assert (await keng_beside("people", "roster", "--weeks", "12")).exit_code == 0
    assert len(await record(database)) == 1, "the lines on the screen are a look at who is on duty"
    assert (await keng_beside("people", "roster", "--weeks", "12", f"--{form}")).exit_code == 0
    last = (await record(database))[-1].event
    assert (last.act, last.details["format"], last.details["weeks"]) == ("export_roster", form, 12)


LOOKS = (("incidents", "show", "7K2"), ("audit", "export"), ("backup", "today.tar"), ("people", "roster", "--ics"))


def only_to_be_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on whoever opens the store is told what a standby or a disk gone read-only would say."""
    if not database.is_sqlite:
        url = full_url(sync_url(str(database.url.render_as_string(hide_password=False))).set(drivername="postgresql"))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {database.url.database} SET default_transaction_read_only = on")
        return
    opened = store._sqlite_connect

    def connect(connection: object, _record: object) -> None:
        opened(connection, _record)
        connection.cursor().execute("PRAGMA query_only=ON")

    monkeypatch.setattr(store, "_sqlite_connect", connect)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look[0])
async def test_a_store_that_can_only_be_read_keeps_nobody_from_looking(
    matter: Incident, database: Database, monkeypatch: pytest.MonkeyPatch, look: tuple[str, ...]
) -> None:
    only_to_be_read(database, monkeypatch)
    shown = await keng_beside(*look)
    assert shown.exit_code == 0, shown.output
    assert "not on the record: " in shown.stderr
    assert "[SQL" not in shown.stderr, "what the store said, not what it was asked"
    assert len(await record(database)) == 1


async def test_a_store_that_somebody_holds_keeps_nobody_from_looking(
    matter: Incident, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_TIMEOUT_MS", 50)
    async with database.write():
        shown = await keng_beside("incidents", "show", "7K2", "--json")
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout)["code"] == "7K2"
    assert "show_incident: not on the record: " in shown.stderr


def test_before_the_first_start_nothing_is_recorded_and_no_store_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path / "data"))
    roster = keng("people", "roster", "--ics")
    assert (roster.exit_code, "export_roster: not on the record" in roster.stderr) == (0, True)
    assert keng("backup", "today.tar").exit_code == 1
    assert not (tmp_path / "data" / "keng.db").exists()


def test_a_backup_before_an_upgrade_leaves_the_schema_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.store.migrate import upgrade

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path))
    upgrade(f"sqlite:///{tmp_path / 'keng.db'}", "0001")
    made = keng("backup", "today.tar")
    assert (made.exit_code, "1 audit entries" in made.stderr) == (0, True), made.output
    with closing(sqlite3.connect(tmp_path / "keng.db")) as kept:
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_nobody_gives_himself_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    own = operator.operator_name()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert operator.operator_name() == own


def test_whoever_has_only_a_number_is_recorded_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container runs under a number that no file of names knows."""

    def nobody(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr("pwd.getpwuid", nobody)
    monkeypatch.setattr("os.getuid", lambda: 10001)
    assert operator.operator_name() == "cli:uid-10001"
