"""A database opened to be read and nothing else, and what it says of itself: its revision, its unfinished work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from alembic.migration import MigrationContext
from sqlalchemy import Connection, column, create_engine, inspect, select, table
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from bot.store.copies import WORKFLOW_SCHEMA

UNDER_WAY: Final = ("PENDING", "ENQUEUED", "DELAYED")
"""The workflow library's words for what it has begun and not ended."""

_STATUS: Final = "workflow_status"


@contextmanager
def open_to_read(url: URL) -> Iterator[Connection]:
    """One moment of a database, on a connection that cannot write; a file that is not there is not made.

    Raises:
        DBAPIError: it cannot be reached.
    """
    if url.get_backend_name() == "sqlite":
        where = f"file:{quote(str(Path(url.database or '').absolute()))}?mode=ro"
        engine = create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(where, uri=True, isolation_level=None), poolclass=NullPool
        )
    else:
        engine = create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            if url.get_backend_name() == "sqlite":
                connection.exec_driver_sql("BEGIN")
            else:
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")
                connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield connection
    finally:
        engine.dispose()


def revision(connection: Connection) -> str | None:
    """Which migration the schema was last brought to; None where there is none of Keng's."""
    return MigrationContext.configure(connection).get_current_revision()


def encoding(connection: Connection) -> str:
    """How a database keeps its text: ``UTF8``, or what else a PostgreSQL was made with."""
    if connection.dialect.name == "sqlite":
        return "UTF8"
    return str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())


def work(connection: Connection, *, unfinished: bool = False) -> list[str]:
    """The names of workflows that the library knows, the oldest first, or of those that have not ended.

    None where it never ran.
    """
    schema = WORKFLOW_SCHEMA if connection.dialect.name == "postgresql" else None
    if not inspect(connection).has_table(_STATUS, schema):
        return []
    status = table(_STATUS, column("workflow_uuid"), column("status"), column("created_at"), schema=schema)
    names = select(status.c.workflow_uuid).order_by(status.c.created_at)
    return list(connection.execute(names.where(status.c.status.in_(UNDER_WAY)) if unfinished else names).scalars())
