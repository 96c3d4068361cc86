"""How commands use the store: settings, database, one transaction, one answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.model.audit import AuditEvent

T = TypeVar("T")

Config = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", exists=True, dir_okay=False, help="Settings file; default $KENG_CONFIG or keng.yaml."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


def from_store(
    config: Path | None,
    read: Callable[[Any, Settings], Awaitable[T]],
    entry: Callable[[T], AuditEvent | None] | None = None,
) -> T:
    """The result of ``read(tx, settings)``.

    ``entry`` gives the look's entry in the record, which is written before anybody sees the result; None: no entry.
    """
    settings = load_settings(config)

    async def reading(url: str) -> T:
        from bot.cli.schema import ready
        from bot.store.database import Database
        from bot.store.migrate import upgrade_async

        if has_store(settings):
            await ready(settings)
        else:
            await upgrade_async(url)
        database = Database(url)
        try:
            async with database.read() as tx:
                found = await read(tx, settings)
            event = None if entry is None else entry(found)
            if event is not None and has_store(settings):  # of what is not there yet nothing was seen
                from bot.cli.on_record import recorded

                await recorded(database, settings, event)
            return found
        finally:
            await database.close()

    with _looked_into(settings) as url:
        return asyncio.run(reading(url))


@contextmanager
def _looked_into(settings: Settings) -> Iterator[str]:
    """The store's address; before the first start that of an empty one that is thrown away, for looking makes none."""
    if has_store(settings):
        yield settings.resolved_database_url
        return
    from bot.cli.schema import none_yet

    typer.echo(none_yet(settings), err=True)  # whoever looks from the wrong folder must not take it for an empty desk
    with TemporaryDirectory(prefix="keng-") as folder:
        yield f"sqlite:///{folder}/keng.db"


def has_store(settings: Settings) -> bool:
    """False before the first start, when there is no database file yet; looking must not make one."""
    from bot.store.database import sync_url

    url = sync_url(settings.resolved_database_url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def in_store(config: Path | None, write: Callable[[Any, Settings], Awaitable[T]]) -> T:
    """The result of ``write(tx, settings)``, committed; a running Keng goes on meanwhile."""
    settings = load_settings(config)

    async def writing() -> T:
        from bot.cli.schema import ready
        from bot.store.audit import HeadFile, remember_head
        from bot.store.database import Database

        await ready(settings)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = Database(settings.resolved_database_url)
        try:
            async with database.write() as tx:
                result = await write(tx, settings)
            async with database.read() as tx:  # what was done by hand is on the record like everything else
                await remember_head(tx, HeadFile(settings.data_dir / "audit-head.json"))
            return result
        finally:
            await database.close()

    return asyncio.run(writing())


def json_line(value: Any) -> str:
    """The value on one line of JSON; instants as ISO 8601."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def print_json(value: Any) -> None:
    """The same to standard output."""
    typer.echo(json_line(value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot be written as JSON: {type(value).__name__}")
