"""Looks and exports at the machine, each on the record as in the chat; yet no record keeps anybody from looking.

An administrator looks most urgently when something is wrong with the store. Where it takes no entry (a disk gone
read-only, a standby, a lock that somebody holds) the look goes on, and standard error says that it is not recorded.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import typer

from bot.cli.operator import operator_name, present
from bot.cli.reading import has_store
from bot.cli.writing import committed
from bot.model.audit import AuditEvent
from bot.settings import Settings


def a_look(act: str, incident_id: str | None = None, version: int | None = None, **details: Any) -> AuditEvent:
    """The entry of a look or an export by whoever sits at the machine; ``details`` carry no words and no secrets."""
    said = {"outcome": act, "refused": False, **details}
    return AuditEvent(act, operator_name(), present(), "cli", incident_id, version, said)


async def recorded(database: Any, settings: Settings, event: AuditEvent) -> None:
    """Add the entry in a short transaction of its own, and remember the chain's new head."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.store import audit
    from bot.store.database import StoreUnavailable

    try:
        await committed(database, lambda tx: audit.append(tx, event))
    except (StoreUnavailable, SQLAlchemyError, OSError) as error:
        unrecorded(event.act, str(error))
        return
    with suppress(StoreUnavailable, OSError):  # a head that lags behind is no fault
        async with database.read() as tx:
            await audit.remember_head(tx, audit.HeadFile(settings.data_dir / "audit-head.json"))


def record(settings: Settings, event: AuditEvent) -> None:
    """The same for a command that has no store open; the schema stays as it is, and no store is made."""
    if not has_store(settings):
        unrecorded(event.act, "there is no store yet")
        return

    async def recording() -> None:
        from bot.store.database import Database

        database = Database(settings.resolved_database_url)
        try:
            await recorded(database, settings, event)
        finally:
            await database.close()

    asyncio.run(recording())


def unrecorded(act: str, why: str) -> None:
    """Tell whoever looks that the record does not know of it."""
    typer.echo(f"{act}: not on the record: {why}", err=True)
