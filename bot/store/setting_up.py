"""Taking turns to set a database up: of several processes that start together on one PostgreSQL, one does it.

Keng's own migrations wait for each other by themselves (``migrations/env.py``). The workflow library's do not: it looks
whether its tables are there and makes them if not, and two that looked at once both make them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from bot.store.database import Database, told_as_unavailable
from bot.store.locks import SETTING_UP

_TAKE, _GIVE = text("SELECT pg_try_advisory_lock(:lock)"), text("SELECT pg_advisory_unlock(:lock)")


@asynccontextmanager
async def alone_setting_up(database: Database, look_again: float = 0.2) -> AsyncIterator[None]:
    """Wait until no other process sets this database up, then keep others waiting; ``look_again`` is in seconds.

    A process that dies lets go with its connection. On SQLite there is one process anyway. The waiting holds no
    transaction open: the library builds indexes concurrently, and PostgreSQL would wait for ours, and we for it.

    Raises:
        StoreUnavailable: the database is gone.
    """
    if database.is_sqlite:
        yield
        return
    async with told_as_unavailable(), database.reader.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        while not await connection.scalar(_TAKE, {"lock": SETTING_UP}):  # noqa: ASYNC110 - who lets go is outside
            await asyncio.sleep(look_again)
        try:
            yield
        finally:
            await connection.execute(_GIVE, {"lock": SETTING_UP})
