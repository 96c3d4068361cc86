"""Whole copies of the store, made while it is in use, and put back.

SQLite is copied by its backup interface, PostgreSQL by its own programs.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, func, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from bot.store.database import full_url, sync_url
from bot.store.schema import alerts, audit, incidents, quarantine
from bot.store.schema_telegram import telegram_updates
from bot.store.whole_schema import metadata

WORKFLOW_SCHEMA = "dbos"
"""Where the workflow library keeps its own in PostgreSQL."""

_PROGRAMS = Path("/usr/lib/postgresql")
"""Where Debian keeps them, by version."""

_TELLING = (alerts, incidents, audit, quarantine, telegram_updates)
"""A row in one of these is something that happened."""


class CannotCopy(Exception):
    """The copy cannot be made or put back; the message says why and what to do."""


def copy_sqlite(source: Path, target: Path) -> None:
    """A copy of one moment, while others write.

    Raises:
        CannotCopy: the file cannot be read, or is no database.
    """
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as there,
            closing(sqlite3.connect(target)) as here,
        ):
            there.backup(here)
            here.execute("PRAGMA journal_mode=DELETE")  # one file, whatever else lies beside the source
    except sqlite3.Error as error:
        raise CannotCopy(f"{source}: cannot be copied: {error}") from error


def dump_postgres(url: str, target: Path) -> None:
    """A dump in PostgreSQL's custom format, of one moment, while others write.

    Raises:
        CannotCopy: the program is missing, or refuses (its words are in the message).
    """
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], url)


def restore_postgres(url: str, source: Path) -> None:
    """Put a dump into a database, in one transaction; what Keng kept there before is removed first.

    Raises:
        CannotCopy: the program is missing, or refuses; then the database is as empty as before a first start.
    """
    _program("pg_restore")
    _remove_postgres(sync_url(url))
    _run(
        ["pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(source)],
        url,
        "--dbname",
    )


def tables(url: str) -> set[str]:
    """The names of what is there; none where there is no store yet."""
    address = sync_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return set()
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            return set(inspect(connection).get_table_names())
    except OperationalError as error:
        raise CannotCopy(f"database_url: {error.orig}") from error
    finally:
        engine.dispose()


def is_in_use(url: str) -> bool:
    """True when something happened in this store; False also where there is none yet."""
    known = tables(url)
    if not known:
        return False
    engine = create_engine(sync_url(url))
    try:
        with engine.connect() as connection:
            return any(
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in _TELLING
                if table.name in known
            )
    finally:
        engine.dispose()


def _remove_postgres(address: URL) -> None:
    engine = create_engine(address)
    ours = {*metadata.tables, "alembic_version"}
    try:
        with engine.begin() as connection:
            quote = connection.dialect.identifier_preparer.quote
            for name in sorted(ours & set(inspect(connection).get_table_names())):
                connection.exec_driver_sql(f"DROP TABLE {quote(name)} CASCADE")
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {WORKFLOW_SCHEMA} CASCADE")
    finally:
        engine.dispose()


def _run(command: list[str], url: str, option: str = "--dbname") -> None:
    address = sync_url(url).set(drivername="postgresql")
    password = address.password
    program, *rest = command
    # The password goes by the environment: arguments are anybody's to read.
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    where = full_url(address._replace(password=None))
    done = subprocess.run(  # noqa: S603
        [_program(program), option, where, *rest], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise CannotCopy(f"{program}: {done.stderr.strip() or f'ended with {done.returncode}'}")


def _program(name: str) -> str:
    """The path of one of PostgreSQL's programs; where Debian has several, the newest.

    Raises:
        CannotCopy: there is none.
    """
    newest = sorted(_PROGRAMS.glob(f"*/bin/{name}"), key=lambda p: -float(p.parts[-3]))
    found = str(newest[0]) if newest else shutil.which(name)
    if found is None:
        raise CannotCopy(
            f"{name} is not installed here; it comes with PostgreSQL's client (Debian: apt install postgresql-client), "
            "in the server's version or a newer one"
        )
    return found
