"""SQLite called where it is awaited: no thread, no task and no greenlet between the product and its database.

The product's statements, transactions, pragmas, pools and the file are the same, and so is SQLAlchemy between them.
Left out is only how :mod:`aiosqlite` and SQLAlchemy wait for another thread, which takes more time here than the work.
``yielding`` lets other tasks run before each call, where two people are to act at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar
from unittest.mock import patch

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteExecutionContext_aiosqlite
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.event import attr as event_attr
from sqlalchemy.ext.asyncio import engine as async_engine
from sqlalchemy.ext.asyncio import result as async_result
from sqlalchemy.pool import Pool, QueuePool

from bot.store import database

_T = TypeVar("_T")
_engine = database._engine
_yielding = False


class _Cursor(sqlite3.Cursor):
    """Rows are fetched with the statement, as the asynchronous driver's adapter does."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._rows: deque[Any] = deque()

    def execute(self, sql: str, parameters: Any = ()) -> _Cursor:
        super().execute(sql, parameters)
        if self.description:
            self._rows = deque(super().fetchall())
        return self

    def __iter__(self) -> Any:  # rows are handed out once
        while self._rows:
            yield self._rows.popleft()

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or 1, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows, self._rows = list(self._rows), deque()
        return rows

    async def _async_soft_close(self) -> None:
        """SQLAlchemy asks for it; the rows are here already."""


class _Connection(sqlite3.Connection):
    """One connection, used in the thread that opened it."""

    def cursor(self, *args: Any, server_side: bool = False) -> Any:
        return super().cursor(_Cursor)

    async def stay(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Do work that waits for nothing but this connection; it is in its thread already."""
        return await work


class _Pool(QueuePool):
    """A pool that need not be waited for: whoever writes has the database's turn before."""

    _is_asyncio = True


class _Dialect(SQLiteDialect_pysqlite):
    """SQLite as an asynchronous engine takes it."""

    driver = "aiosqlite"
    is_async = True
    supports_statement_cache = True
    supports_server_side_cursors = True
    execution_ctx_cls = SQLiteExecutionContext_aiosqlite

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return _Pool

    def connect(self, *args: Any, **more: Any) -> Any:
        return sqlite3.connect(*args, factory=_Connection, **more)


async def _here(call: Callable[..., _T], *args: Any, _require_await: bool = False, **more: Any) -> _T:
    """In the place of SQLAlchemy's ``greenlet_spawn``: nothing in the call has to wait."""
    if _yielding:
        await asyncio.sleep(0)
    return call(*args, **more)


async def _to_its_end(doing: Coroutine[Any, Any, _T]) -> _T:
    """In the place of a task of its own for what must not be cancelled: nobody cancels here."""
    return await doing


def _of_this_kind(url: URL, **options: Any) -> async_engine.AsyncEngine:
    """An engine as the product makes it, but for the product's own way to SQLite's thread."""
    options.pop("async_creator", None)
    return _engine(url, **options)


@contextlib.contextmanager
def same_thread() -> Iterator[None]:
    """Every engine that is made in here is of this kind."""
    name = "sqlite.aiosqlite"
    before = registry.impls.get(name)
    registry.impls[name] = lambda: _Dialect
    try:
        with (
            patch.object(database, "_engine", _of_this_kind),
            patch.object(async_engine, "greenlet_spawn", _here),
            patch.object(async_result, "greenlet_spawn", _here),
            patch.object(async_engine, "_run_to_completion", _to_its_end),
            patch.object(event_attr, "AsyncAdaptedLock", threading.Lock),
        ):
            yield
    finally:
        del registry.impls[name]
        if before is not None:
            registry.impls[name] = before


@contextlib.contextmanager
def yielding() -> Iterator[None]:
    """Others may run between two calls in here."""
    global _yielding
    _yielding = True
    try:
        yield
    finally:
        _yielding = False
