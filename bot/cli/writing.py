"""How a command changes the store: one transaction beside a running Keng, begun again when that one was in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from bot.settings import Settings

T = TypeVar("T")


def to_store(settings: Settings, write: Callable[[Any], Awaitable[T]], undo: Callable[[], None] | None = None) -> T:
    """The result of ``write(tx)``, committed; afterwards the head of the audit chain is remembered.

    ``write`` may run several times, each time with nothing in the store of the time before. ``undo`` takes back what it
    did elsewhere; it is called once if nothing was committed.
    """

    async def writing() -> T:
        from bot.cli.schema import ready
        from bot.store import audit
        from bot.store.database import Database, StoreUnavailable

        await ready(settings)
        database = Database(settings.resolved_database_url)
        try:
            try:
                result = await committed(database, write)
            except BaseException:
                if undo is not None:
                    undo()
                raise
            with suppress(StoreUnavailable, OSError):  # a head that lags behind is no fault
                settings.data_dir.mkdir(parents=True, exist_ok=True)
                async with database.read() as tx:
                    await audit.remember_head(tx, audit.HeadFile(settings.data_dir / "audit-head.json"))
            return result
        finally:
            await database.close()

    return asyncio.run(writing())


async def committed(database: Any, write: Callable[[Any], Awaitable[T]]) -> T:
    """The result of ``write(tx)`` in a transaction that is begun again when another one was in the way.

    Raises:
        StoreUnavailable: the store takes nothing now.
    """
    from bot.store.races import until_it_wins

    async def attempt() -> T:
        async with database.write() as tx:
            return await write(tx)

    return await until_it_wins(attempt)
