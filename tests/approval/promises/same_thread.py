"""SQLite called where it is awaited, without a thread between: the same driver calls in the same order, sooner.

Only the hop to another thread is left out of :mod:`aiosqlite`; statements, transactions, pragmas and the file are the
same. ``yielding`` lets other tasks run at each call, where two people are to act at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Generator, Iterator
from typing import Any

import aiosqlite.core

_yielding = False


class _AtOnce:
    """Where calls for the thread were queued: they are made instead."""

    def put_nowait(self, item: tuple[Any, Callable[[], Any]]) -> None:
        future, function = item
        future.set_result(function())


class SameThreadConnection(aiosqlite.core.Connection):
    """One connection, used where it was opened."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tx = _AtOnce()  # type: ignore[assignment]  # SQLAlchemy sets the isolation level through it

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if _yielding:
            await asyncio.sleep(0)
        return fn(*args, **kwargs)

    async def _connect(self) -> SameThreadConnection:
        if self._connection is None:
            self._connection = self._connector()
        return self

    def __await__(self) -> Generator[Any, None, aiosqlite.core.Connection]:
        return self._connect().__await__()

    def stop(self) -> None:
        self._running = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextlib.contextmanager
def same_thread() -> Iterator[None]:
    """Every connection that is opened in here is of this kind."""
    before = aiosqlite.core.Connection
    aiosqlite.core.Connection = SameThreadConnection  # type: ignore[misc]
    try:
        yield
    finally:
        aiosqlite.core.Connection = before  # type: ignore[misc]


@contextlib.contextmanager
def yielding() -> Iterator[None]:
    """Others may run between two calls in here."""
    global _yielding
    _yielding = True
    try:
        yield
    finally:
        _yielding = False
