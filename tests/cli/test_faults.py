"""What the machine refuses is told in a line that names the place and what to do, not as a traceback."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.faults import fault_of_the_machine
from bot.store.migrate import upgrade


def serve(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "serve", "--simulator"]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=120)


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = serve(KENG_DATA_DIR=str(tmp_path / "file" / "var"))
    assert told.returncode == 1
    assert told.stderr.strip().startswith(f"{tmp_path}/file")
    assert "name another place" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = serve(KENG_DATA_DIR=str(tmp_path), KENG_HTTP__PORT=str(port))
    assert told.returncode == 1
    assert str(port) in told.stderr
    assert "choose another http.port" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_disk_that_takes_nothing(number: int) -> None:
    told = fault_of_the_machine(OSError(number, os.strerror(number), "/srv/keng/secrets.key"))
    assert told is not None
    assert told.startswith(f"/srv/keng/secrets.key: {os.strerror(number)}: ")


def test_a_port_that_is_roots() -> None:
    told = fault_of_the_machine(OSError(errno.EACCES, "error while attempting to bind on address ('127.0.0.1', 80)"))
    assert told is not None
    assert "8080" in told


@pytest.mark.parametrize("number", [socket.EAI_NONAME, socket.EAI_AGAIN])
def test_a_name_that_is_no_address_of_this_machine(number: int) -> None:
    told = fault_of_the_machine(socket.gaierror(number, "Name or service not known"))
    assert told is not None
    assert "http.host" in told


@pytest.mark.parametrize("key", ["button.key", "secrets.key"])
def test_a_key_file_that_was_cut_short_is_named_with_what_is_lost_without_it(tmp_path: Path, key: str) -> None:
    (tmp_path / key).write_bytes(b"half")
    (tmp_path / key).chmod(0o600)
    told = serve(KENG_DATA_DIR=str(tmp_path))
    assert (told.returncode, told.stderr.count("\n")) == (1, 1), told.stderr
    assert told.stderr.startswith(f"{tmp_path}/{key}: 4 bytes are no key; put its copy back")


def test_a_copied_key_that_others_may_read(tmp_path: Path) -> None:
    (tmp_path / "secrets.key").write_bytes(b"k" * 32)
    (tmp_path / "secrets.key").chmod(0o644)
    told = serve(KENG_DATA_DIR=str(tmp_path))
    assert told.stderr.startswith(f"{tmp_path}/secrets.key: others may read this key; chmod 600"), told.stderr
    assert told.returncode == 1


def test_a_store_that_a_later_release_worked_on(tmp_path: Path) -> None:
    store = tmp_path / "keng.db"
    upgrade(f"sqlite:///{store}")
    with closing(sqlite3.connect(store)) as kept, kept:
        kept.execute("UPDATE alembic_version SET version_num = '9999'")
    told = serve(KENG_DATA_DIR=str(tmp_path))
    assert (told.returncode, "Traceback" in told.stderr) == (1, False), told.stderr
    assert "a later release of Keng worked on this store (schema 9999" in told.stderr
    assert "restore a backup" in told.stderr


def test_a_store_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "keng.db").write_text("no database at all, and longer than the head of one would be" * 20)
    told = serve(KENG_DATA_DIR=str(tmp_path))
    assert (told.returncode, "Traceback" in told.stderr) == (1, False), told.stderr
    assert told.stderr.startswith(f"{tmp_path}/keng.db: file is not a database; ")
    assert "keng restore" in told.stderr


def test_what_may_be_our_own_fault_keeps_its_traceback() -> None:
    assert fault_of_the_machine(OSError(errno.EBADF, "Bad file descriptor")) is None
    assert fault_of_the_machine(OSError("no number at all")) is None
