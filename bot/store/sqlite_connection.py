"""SQLite from the event loop with one journey a statement: to the connection's thread and back.

The driver's own cursors travel for each step of a statement (make a cursor, execute, fetch, close it), and each journey
costs more than most statements do. Here the first rows come along with the statement, and nothing is left to close.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, Final, Self, TypeVar

import aiosqlite

T = TypeVar("T")

ROWS_THAT_COME_ALONG: Final = 1_000
"""Of a greater answer the rest is fetched when it is asked for: whoever streams the record does not get it whole."""

_CHUNK: Final = 64


async def open_connection(path: str) -> Connection:
    """A connection to the database file at ``path``."""
    # As SQLAlchemy does it: what runs on the connection's thread is looked up from the event loop, and a connection
    # that is forgotten does not hold the process.
    connection = Connection(partial(sqlite3.connect, path, check_same_thread=False), _CHUNK)
    connection._thread.daemon = True
    await connection
    return connection


class Connection(aiosqlite.Connection):
    """A connection as SQLAlchemy's dialect of the driver uses it."""

    def cursor(self) -> Statement:  # type: ignore[override]  # theirs makes a journey, and is awaited
        """What the next statement is run with; no journey."""
        return Statement(self)

    _is_clean = False
    """True when the last journey came back, and ended a transaction."""

    async def travel(self, what: Callable[..., T], *args: Any) -> T:
        """Do something on the connection's thread; there already, without a journey."""
        self._is_clean = False
        if threading.current_thread() is self._thread:
            return what(*args)
        done: T = await self._execute(what, *args)  # type: ignore[no-untyped-call]  # aiosqlite annotates only what is public
        return done

    async def stay(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work that waits for nothing but this connection: all of it on the connection's thread, in one journey.

        Whoever asked may go away; the work is done to its end before anybody else has the connection.
        """
        if not self._running:  # its thread has gone home, and would never answer
            work.close()
            raise ValueError("connection closed")
        self._is_clean = False
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((done, partial(_to_its_end, work)))
        try:
            return await asyncio.shield(done)
        finally:
            if not done.done():
                await asyncio.wait({done})

    async def commit(self) -> None:
        """End the transaction."""
        await self.travel(self._conn.commit)
        self._is_clean = True

    async def rollback(self) -> None:
        """Take back what is not committed; the pool asks for it whenever a connection is given back."""
        if not self._is_clean:
            await self.travel(self._conn.rollback)
            self._is_clean = True


def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never has to wait: on the connection's thread each statement is done when it is asked for.

    Raises:
        RuntimeError: it waits for something else.
    """
    try:
        work.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    work.close()
    raise RuntimeError("work on a connection's thread waits for something else than the connection")


class Statement:
    """A cursor for one statement after the other."""

    def __init__(self, connection: Connection) -> None:
        """Nothing was run yet."""
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: Any = None
        self.rowcount: int = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        """The dialect enters what it is given."""
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement and bring its first rows."""
        await self._connection.travel(self._run, operation, parameters)

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run a statement with each of these."""
        await self._connection.travel(self._run_many, operation, parameters)

    async def fetchone(self) -> Any:
        """The next row; None after the last."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        wanted = size or self.arraysize
        if self._cursor is not None and len(self._rows) < wanted:
            self._rows += await self._connection.travel(self._cursor.fetchmany, wanted - len(self._rows))
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        return rows

    async def fetchall(self) -> list[Any]:
        """All rows that are left."""
        if self._cursor is not None:
            self._rows += await self._connection.travel(self._cursor.fetchall)
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Give up what was not fetched."""
        if self._cursor is not None:
            cursor, self._cursor = self._cursor, None
            await self._connection.travel(cursor.close)

    # On the connection's thread.

    def _run(self, operation: str, parameters: Sequence[Any]) -> None:
        cursor = self._connection._conn.execute(operation, parameters)
        self._note(cursor)
        self._rows = cursor.fetchmany(ROWS_THAT_COME_ALONG) if cursor.description else []
        if len(self._rows) < ROWS_THAT_COME_ALONG:
            cursor.close()
        else:
            self._cursor = cursor

    def _run_many(self, operation: str, parameters: Iterable[Sequence[Any]]) -> None:
        cursor = self._connection._conn.executemany(operation, parameters)
        self._note(cursor)
        cursor.close()

    def _note(self, cursor: sqlite3.Cursor) -> None:
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
