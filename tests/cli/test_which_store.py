"""Commands work on the store that the service works on, and change nothing under one of another release."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.database import StoreUnavailable
from bot.store.instance_lock import InstanceLock
from bot.store.key_file import KEY_FILES, load_key
from bot.store.migrate import newest_revision, upgrade
from tests.cli.commands import keng


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def earlier(tmp_path: Path) -> str:
    """The store that the release before this one left."""
    (tmp_path / "data").mkdir()
    url = f"sqlite:///{tmp_path / 'data' / 'keng.db'}"
    upgrade(url, "0021")
    return url


@pytest.fixture
def running(tmp_path: Path, earlier: str) -> Iterator[None]:
    lock = InstanceLock(tmp_path / "data" / "keng.lock")
    lock.take()
    yield
    lock.release()


def schema(tmp_path: Path) -> str:
    with closing(sqlite3.connect(tmp_path / "data" / "keng.db")) as kept:
        return str(kept.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.mark.parametrize("command", ["incidents list", "audit verify", "silences list"])
def test_where_there_is_no_store_there_is_nothing_to_see_and_the_place_is_named(tmp_path: Path, command: str) -> None:
    done = keng(*command.split())
    assert done.exit_code == 0
    assert done.stderr.startswith(f"{tmp_path}/data/keng.db: there is no store yet")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["people invite phat", "people release phat"])
def test_where_there_is_no_store_nothing_is_changed_in_one_that_nobody_reads(tmp_path: Path, command: str) -> None:
    done = keng(*command.split())
    assert done.exit_code == 1
    assert isinstance(done.exception, StoreUnavailable)
    assert str(done.exception).startswith(f"{tmp_path}/data/keng.db: there is no store yet")
    assert "--config" in str(done.exception)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["incidents list", "people invite phat"])
def test_a_new_release_changes_no_schema_under_the_old_one_that_runs(
    tmp_path: Path, running: None, command: str
) -> None:
    done = keng(*command.split())
    assert (done.exit_code, schema(tmp_path)) == (1, "0021")
    assert "restart that one with this release first" in str(done.exception)


def test_the_check_before_that_restart_goes_on_without_the_record(tmp_path: Path, running: None) -> None:
    done = keng("check")
    assert (done.exit_code, schema(tmp_path)) == (0, "0021"), done.output
    assert "note: accounts and what else the record knows were not looked at" in done.stdout


def test_where_nothing_runs_a_command_brings_the_store_up_to_date(tmp_path: Path, earlier: str) -> None:
    assert keng("incidents", "list").exit_code == 0
    assert schema(tmp_path) == newest_revision()


def test_the_check_names_the_files_that_it_read(tmp_path: Path) -> None:
    assert "settings:  no keng.yaml here" in keng("check").stderr
    (tmp_path / "keng.yaml").write_text("organisation: template\n", encoding="utf-8")
    told = keng("check").stderr
    assert f"settings:  {tmp_path}/keng.yaml\n" in told
    assert "/organisation/template\n" in told
    assert f"data:      {tmp_path}/data\n" in told


def test_a_secret_that_everybody_may_read_is_a_note(tmp_path: Path) -> None:
    secret = tmp_path / "telegram-token"
    secret.write_text("1:a\n")
    (tmp_path / "keng.yaml").write_text(f"telegram: {{token_file: {secret}}}\n", encoding="utf-8")
    secret.chmod(0o640)
    assert str(secret) not in keng("check").stdout
    secret.chmod(0o644)
    ways = all(folder.stat().st_mode & 0o001 for folder in secret.parents)
    assert (f"note: keng.yaml:1: everybody on this machine may read {secret}" in keng("check").stdout) == ways


def test_whoever_restores_without_the_keys_is_told_before_the_start_makes_others(
    tmp_path: Path, earlier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEY_FILES:
        load_key(tmp_path / "data" / name)
    copy = str(tmp_path / "copy.tar")
    assert keng("backup", "--without-keys", copy).exit_code == 0
    assert "Put their copies there" not in keng("restore", "--replace", copy).stderr
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path / "elsewhere"))
    told = keng("restore", copy).stderr
    assert f"button.key, signoff.key, secrets.key: not in this backup, and not in {tmp_path}/elsewhere" in told
    assert "before Keng starts" in told


def test_a_backup_that_has_no_folder_to_go_to_is_refused_before_it_is_on_the_record(
    tmp_path: Path, earlier: str
) -> None:
    for target, says in ((tmp_path / "none" / "a.tar", "there is no such folder"), (tmp_path, "is a folder")):
        done = keng("backup", str(target))
        assert (done.exit_code, says in str(done.exception)) == (1, True), done.output
    with closing(sqlite3.connect(tmp_path / "data" / "keng.db")) as kept:
        assert kept.execute("SELECT count(*) FROM audit").fetchone() == (0,)
