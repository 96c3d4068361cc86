"""``keng newsroom export``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.reading import AsJson, Config, print_json

app = typer.Typer(no_args_is_help=True, help="The newsroom: what the public reads.")


@app.callback()
def newsroom() -> None:
    """The newsroom: what the public reads."""


@app.command(epilog="Example:  keng newsroom export /srv/www/newsroom --base https://tin.tinh.example/newsroom")
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write it; an earlier export there is replaced in one step.")],
    base: Annotated[
        str | None, typer.Option(help="The address the folder is served under; without it, no sitemap.")
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Write the newsroom as files for any web server: pages, feeds, styles, hashes. No drafts and no drills."""
    if base is not None and not base.startswith(("http://", "https://")):
        raise typer.BadParameter("must begin with https:// (or http://)", param_hint="--base")
    raise typer.Exit(asyncio.run(_export(config, folder.resolve(), base, as_json=as_json)))


async def _export(config: Path | None, folder: Path, base: str | None, *, as_json: bool) -> int:
    from bot.assembly.static_export import asks_at
    from bot.cli.schema import ready
    from bot.data import Data
    from bot.model.clock import SystemClock
    from bot.outlets.static_export import FolderRefused
    from bot.settings import load_settings
    from bot.store.database import Database
    from bot.web.export import Export, Target

    settings = load_settings(config)
    agency = Data.load(settings).organisation.current().agency
    await ready(settings)
    database = Database(settings.resolved_database_url)
    try:
        target = Target(folder, base, asks_at(settings))
        written = await Export(database, SystemClock(), lambda: agency, target).write()
    except FolderRefused as error:
        typer.echo(str(error), err=True)
        return 1
    except BlockingIOError:
        typer.echo(f"{folder}: another process is writing it; try again", err=True)
        return 1
    except OSError as error:
        typer.echo(f"{folder}: {error.strerror or error}", err=True)
        return 1
    finally:
        await database.close()
    if as_json:
        print_json({"folder": str(target.folder), "files": written.files, "statements": written.statements})
    else:
        typer.echo(f"{folder}: {written.statements} statements, {written.files} files", err=True)
    return 0
