"""A real PostgreSQL of our own for tests: made in a temporary folder, reached through a socket, ended with the tests.

Debian's package `postgresql` carries what is needed. Each test gets a database copied from a template that the
migrations of Keng and of the workflow library have already gone over.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

TEMPLATE = "keng_template"
_FOLDERS = "/usr/lib/postgresql"

_MEMORY = Path("/dev/shm")
_WANTED = 4 << 30
"""Bytes that must be free in memory before a server whose data nobody needs afterwards is kept there."""


def programs() -> Path:
    """The folder of initdb and its like; their absence is a failure in CI and reported as not run elsewhere."""
    for found in sorted(Path(_FOLDERS).glob("*/bin"), key=lambda p: -float(p.parent.name)):
        if (found / "initdb").exists():
            return found
    if name := shutil.which("initdb"):
        return Path(name).resolve().parent
    if os.environ.get("CI"):
        pytest.fail("no PostgreSQL in CI")
    pytest.skip("not run: no PostgreSQL on this machine")


class Server:
    """One server. It refuses to run as root, so there it is started as the package's user, else as nobody."""

    def __init__(self, *, durable: bool) -> None:
        """Make the cluster and start it. ``durable`` leaves ``fsync`` as it is by default."""
        self.programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="keng-pg-", dir=None if durable else _quick_folder()))
        self._user = _user() if os.geteuid() == 0 else None
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        try:
            self._make()
            self._process = self._start(durable)
            self._numbers = count(1)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def url(self, database: str) -> str:
        """The address of one database, as the settings take it."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database; returns its name."""
        name = f"t{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            # Half the time of the usual way, which writes every page to the log too.
            how = sql.SQL("STRATEGY file_copy" if connection.info.server_version >= 15_00_00 else "")
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template), how))
        return name

    def create_template(self) -> None:
        """The template of :meth:`create`: Keng's schema and the workflow library's."""
        from dbos import DBOS

        from bot.store.database import sync_url
        from bot.store.migrate import upgrade

        self._do(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        upgrade(self.url(TEMPLATE))
        DBOS.migrate(sync_url(self.url(TEMPLATE)).render_as_string(hide_password=False))

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def stop(self) -> None:
        """End it at once; what it held is thrown away."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def interrupt(self) -> None:
        """Let it be gone for a while, as a crash would."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=30)

    def resume(self) -> None:
        """Start it again over the same data."""
        self._process = self._start(self._durable)

    @contextmanager
    def only_to_be_read(self) -> Iterator[None]:
        """Let it refuse every write for a while, as a standby does, or a server on a disk gone read-only."""
        self._refuse_writes("on")
        try:
            yield
        finally:
            self._refuse_writes("off")

    def _refuse_writes(self, word: str) -> None:
        setting = sql.SQL("ALTER SYSTEM SET default_transaction_read_only = {}")
        self._do(setting.format(sql.Literal(word)))
        self._do(sql.SQL("SELECT pg_reload_conf()").format())

    def _make(self) -> None:
        made = subprocess.run(
            [self.programs / "initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-instructions"],
            user=self._user, cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr

    def _start(self, durable: bool) -> subprocess.Popen[bytes]:
        self._durable = durable
        settings = {
            "listen_addresses": "",  # nobody but this socket, in a folder of our own, so that no password is needed
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            "timezone": "Asia/Ho_Chi_Minh",  # instants must mean the same whatever the server thinks the time is
        }
        if not durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", *options],
                user=self._user,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_the_tests,
            )
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            try:
                psycopg.connect(self.url("postgres")).close()
                return process
            except psycopg.OperationalError:
                time.sleep(0.05)
        process.kill()
        raise AssertionError((self.folder / "log").read_text(errors="replace"))

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def _end_with_the_tests() -> None:
    """In the child, before it becomes the server: whoever kills the tests has killed it too (Linux)."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGQUIT)


def _quick_folder() -> Path | None:
    """Where files are made and removed fastest: some three hundred are, for each test. None is the usual place."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _WANTED
    return _MEMORY if roomy else None


def _user() -> str:
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for tests of what is stored and read: fast, since no test pulls its plug."""
    server = Server(durable=False)
    try:
        server.create_template()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[Server]:
    """A server as it comes, for tests that kill and for what is promised to be durable."""
    server = Server(durable=True)
    try:
        yield server
    finally:
        server.stop()
