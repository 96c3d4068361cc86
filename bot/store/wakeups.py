"""Word from one process to the others of the same PostgreSQL that something was committed: a hint, never the truth."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg

from bot.store.database import Database, StoreUnavailable, full_url

_CHANNEL = "keng"


async def tell(database: Database) -> None:
    """Tell whoever listens.

    Raises:
        StoreUnavailable: nobody was told.
    """
    async with database.aside() as tx:
        await tx.exec_driver_sql(f"NOTIFY {_CHANNEL}")


async def heard(database: Database) -> AsyncIterator[None]:
    """Whenever somebody told something; several words may come as one.

    Raises:
        StoreUnavailable: the line is lost.
    """
    try:
        line = await psycopg.AsyncConnection.connect(
            full_url(database.url.set(drivername="postgresql")), autocommit=True, application_name="keng wakeups"
        )
        async with line:
            await line.execute(f"LISTEN {_CHANNEL}")
            async for _ in line.notifies():
                yield None
    except psycopg.OperationalError as error:
        raise StoreUnavailable(str(error)) from error
