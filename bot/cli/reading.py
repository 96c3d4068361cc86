"""How commands use the store: settings, database, one transaction, one answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot.settings import Settings, load_settings

T = TypeVar("T")

Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="Settings file; default $KENG_CONFIG or keng.yaml.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


def from_store(config: Path | None, read: Callable[[Any, Settings], Awaitable[T]]) -> T:
    """The result of ``read(tx, settings)``."""
    settings = load_settings(config)

    async def reading() -> T:
        from bot.store.database import Database
        from bot.store.migrate import upgrade_async

        await upgrade_async(settings.resolved_database_url)
        database = Database(settings.resolved_database_url)
        try:
            async with database.read() as tx:
                return await read(tx, settings)
        finally:
            await database.close()

    return asyncio.run(reading())


def in_store(config: Path | None, write: Callable[[Any, Settings], Awaitable[T]]) -> T:
    """The result of ``write(tx, settings)``, committed; a running Keng goes on meanwhile."""
    settings = load_settings(config)

    async def writing() -> T:
        from bot.store.database import Database
        from bot.store.migrate import upgrade_async

        await upgrade_async(settings.resolved_database_url)
        database = Database(settings.resolved_database_url)
        try:
            async with database.write() as tx:
                return await write(tx, settings)
        finally:
            await database.close()

    return asyncio.run(writing())


def print_json(value: Any) -> None:
    """One line of JSON; instants as ISO 8601."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot be written as JSON: {type(value).__name__}")
