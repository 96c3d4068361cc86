"""Connections and transactions: one writer at a time and many readers, on SQLite and on PostgreSQL (ADR 0021)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from psycopg.types.string import StrDumper
from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.sqlite_connection import open_connection
from bot.store.types import json_text

T = TypeVar("T")

Tx = AsyncConnection
"""A transaction: everything done on it is committed together or not at all."""

BUSY_TIMEOUT_MS = 10_000

IDLE_TRANSACTION_MS = 15_000
"""PostgreSQL ends a transaction that its process has left lying for so long: a frozen one must not stop the others."""

_RACES = frozenset({"SerializationFailure", "DeadlockDetected"})
"""The driver's names for what a transaction on PostgreSQL is told when it must be done again."""

_ENDED = frozenset({"AdminShutdown", "CrashShutdown", "CannotConnectNow", "TooManyConnections"})
"""And what it is told when the server is being ended or started, or full."""


class StoreUnavailable(Exception):
    """The database cannot be reached or is full; the caller may try again. Intake answers 503 with it."""


class LostRace(StoreUnavailable):
    """Another transaction was in the way of this one (PostgreSQL): nothing was done, and the same again may succeed."""


class Database:
    """The engines over one database.

    SQLite is opened in WAL mode with ``synchronous=FULL`` (an accepted alert survives a power cut), a busy timeout, and
    a single writing connection whose transactions begin IMMEDIATE, so that what was read inside one is still true when
    it writes. On PostgreSQL each writing transaction takes its turn first (:func:`take_turn`) for the same promise.
    """

    def __init__(self, url: str) -> None:
        """Take a URL as the settings give it: ``sqlite:///path`` or ``postgresql://…``."""
        self.url: URL = async_url(url)
        self._turn = asyncio.Lock()  # within this process nobody waits on a connection for somebody else's turn
        self._could_not_write = self._trying = False
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            Path(self.url.database or "").parent.mkdir(parents=True, exist_ok=True)
            made: dict[str, Any] = {"async_creator": partial(open_connection, str(self.url.database))}
            made["json_serializer"] = json_text
            self.writer = _engine(self.url, pool_size=1, max_overflow=0, pool_timeout=60, **made)
            self.reader = _engine(self.url, pool_size=4, max_overflow=4, **made)
            event.listen(self.writer.sync_engine, "connect", _sqlite_connect)
            event.listen(self.writer.sync_engine, "begin", _sqlite_begin_immediate)
            event.listen(self.reader.sync_engine, "connect", _sqlite_connect)
            event.listen(self.reader.sync_engine, "begin", _sqlite_begin)
        else:
            pool: dict[str, Any] = {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 5}
            pool["json_serializer"] = _json_without_nul
            self.writer = _engine(self.url, isolation_level="SERIALIZABLE", **pool)
            self.reader = _engine(self.url, isolation_level="REPEATABLE READ", **pool)
            event.listen(self.writer.sync_engine, "connect", _postgres_connect)
            event.listen(self.reader.sync_engine, "connect", _postgres_connect)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """A writing transaction; commits on leaving, rolls back on an exception.

        Raises:
            StoreUnavailable: the database is gone, locked for too long, read-only or full.
            LostRace: another transaction was in the way of this one.
        """
        async with self._own_turn(), self.writer.begin() as tx:
            await take_turn(tx)
            yield tx

    async def write_in_one_go(self, work: Callable[[Tx], Coroutine[Any, Any, T]]) -> T:
        """A writing transaction for work that waits for nothing but the store: on SQLite one journey to its thread.

        Raises:
            StoreUnavailable: as :meth:`write`.
        """
        if not self.is_sqlite:
            async with self.write() as tx:
                return await work(tx)
        async with self._own_turn(), self.writer.connect() as tx:
            return await in_one_go(tx, partial(_committed, work=work))

    @asynccontextmanager
    async def _own_turn(self) -> AsyncIterator[None]:
        """This process's turn to write; how it went is remembered for :meth:`trouble`."""
        try:
            async with self._turn, told_as_unavailable():
                yield
        except LostRace:
            raise
        except StoreUnavailable:
            self._could_not_write = True
            raise
        self._could_not_write = False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A reading transaction: a consistent view, nothing written.

        Raises:
            StoreUnavailable: the database is gone.
        """
        async with told_as_unavailable(), self.reader.connect() as tx:
            yield tx

    async def read_in_one_go(self, work: Callable[[Tx], Coroutine[Any, Any, T]]) -> T:
        """A reading transaction for work that waits for nothing but the store: on SQLite one journey to its thread.

        Raises:
            StoreUnavailable: as :meth:`read`.
        """
        async with self.read() as tx:
            return await in_one_go(tx, work)

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[Tx]:
        """A short transaction that waits for nobody's turn: for rows with one writer, or decided by one update.

        Raises:
            StoreUnavailable: the database is gone.
        """
        async with told_as_unavailable(), self.reader.connect() as tx:
            if not self.is_sqlite:
                await tx.execution_options(isolation_level="READ COMMITTED")
            yield tx
            await tx.commit()

    async def trouble(self) -> str:
        """In a word what is wrong with it, for anybody to read; empty while it is well.

        Where the last attempt to write failed it is tried again, for a full or read-only disk reads as ever.
        """
        try:
            async with self.read() as tx:
                await tx.exec_driver_sql("SELECT 1")
        except StoreUnavailable:
            return "cannot be read"
        if not self._could_not_write:
            return ""
        if self._trying:  # however many ask at once, one try waits for a turn; work that somebody waits for goes on
            return "cannot be written"
        self._trying = True
        try:
            async with self.write() as tx:
                await tx.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        except StoreUnavailable:
            return "cannot be written"
        finally:
            self._trying = False
        return ""

    async def close(self) -> None:
        """Give all connections back."""
        await self.writer.dispose()
        await self.reader.dispose()


async def in_one_go(tx: Tx, work: Callable[[Tx], Coroutine[Any, Any, T]]) -> T:
    """Do in a transaction what waits for nothing but the store: on SQLite one journey to the connection's thread."""
    if tx.dialect.name != "sqlite":
        return await work(tx)
    connection: Any = (await tx.get_raw_connection()).driver_connection
    done: T = await connection.stay(work(tx))
    return done


async def _committed(tx: Tx, work: Callable[[Tx], Coroutine[Any, Any, T]]) -> T:
    async with tx.begin():
        return await work(tx)


async def take_turn(tx: Tx) -> None:
    """Wait until no other writing transaction is open, in this process or another; first of all in a transaction.

    SQLite has done so at BEGIN. On PostgreSQL only LOCK comes before the transaction's view of the data is taken, so
    that it shows everything the one before it committed; an advisory lock would not do.
    """
    if tx.dialect.name == "postgresql":
        await tx.exec_driver_sql("LOCK TABLE writing_turn IN EXCLUSIVE MODE")


def full_url(url: URL) -> str:
    """The URL as other libraries take it: with the password, which ``str`` leaves out."""
    return url.render_as_string(hide_password=False)


def async_url(url: str) -> URL:
    """The URL with the asynchronous driver of its database."""
    parsed = make_url(url)
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}.get(parsed.get_backend_name())
    if driver is None:
        raise ValueError(f"database_url: only sqlite and postgresql are supported, not {parsed.get_backend_name()!r}")
    return parsed.set(drivername=driver)


def sync_url(url: str) -> URL:
    """The URL with the blocking driver: what migrations and the workflow library use."""
    parsed = async_url(url)
    return parsed.set(drivername="sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg")


@asynccontextmanager
async def told_as_unavailable() -> AsyncIterator[None]:
    """Faults of the database itself and lost races become :class:`StoreUnavailable`; anything else is let through."""
    try:
        yield
    except DBAPIError as error:
        if not _is_outage(error):
            raise
        kind = LostRace if type(error.orig).__name__ in _RACES else StoreUnavailable
        raise kind(str(error.orig)) from error  # what the database said, without the statement it said it about
    except (PoolExhausted, OSError) as error:
        raise StoreUnavailable(str(error)) from error


def _engine(url: URL, **options: Any) -> AsyncEngine:
    # Errors must not name the values of a statement: they are what people wrote, and errors go into logs.
    return create_async_engine(url, hide_parameters=True, **options)


def _is_outage(error: DBAPIError) -> bool:
    """True for faults of the database itself (gone, full, locked) and lost races, False for faults of a statement."""
    return error.connection_invalidated or type(error.orig).__name__ in {
        "OperationalError",
        "InterfaceError",
        "DiskFull",
        "LockNotAvailable",
        "IdleInTransactionSessionTimeout",
        "ReadOnlySqlTransaction",
        "UndefinedTable",
        "UndefinedColumn",
        *_ENDED,
        *_RACES,
    }


def _sqlite_connect(connection: Any, _record: Any) -> None:
    # The driver's own implicit BEGIN is switched off: transactions are begun by _sqlite_begin_immediate alone.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")


def _sqlite_begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class _TextWithoutNul(StrDumper):
    """PostgreSQL has no text with a NUL: a hostile title must not make an incident that cannot be opened."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\x00", "\ufffd"))


def _json_without_nul(value: Any) -> str:
    return _NUL_ESCAPE.sub(r"\1\\ufffd", json_text(value))


_NUL_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def _postgres_connect(connection: Any, _record: Any) -> None:
    connection.driver_connection.adapters.register_dumper(str, _TextWithoutNul)
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_TRANSACTION_MS}")
    cursor.close()
    connection.commit()
