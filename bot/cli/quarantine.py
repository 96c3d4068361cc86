"""``keng quarantine list|show``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bot.cli.reading import AsJson, Config, from_store, print_json

app = typer.Typer(no_args_is_help=True, help="Look at what could not be understood.")


@app.command("list", epilog="Example:  keng quarantine list")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """List what waits in quarantine, newest first, with the reason."""
    from bot.store import quarantine

    async def read(tx: Any, _settings: Any) -> list[Any]:
        return await quarantine.waiting(tx)

    for item in from_store(config, read):
        if as_json:
            print_json({"id": item.id, "feed": item.feed, "received_at": item.received_at, "reason": item.reason})
        else:
            typer.echo(f"{item.id}  {item.received_at:%Y-%m-%d %H:%M:%S}Z  {item.feed:<12} {item.reason}")


@app.command(epilog="Example:  keng quarantine show 019ab3…")
def show(item_id: Annotated[str, typer.Argument(help="The id from the list.")], config: Config = None) -> None:
    """Print one item exactly as it came."""
    from bot.store import quarantine

    async def read(tx: Any, _settings: Any) -> Any:
        return await quarantine.get(tx, item_id)

    item = from_store(config, read)
    if item is None:
        typer.echo(f"{item_id}: not in quarantine", err=True)
        raise typer.Exit(1)
    typer.echo(f"{item.feed}  {item.received_at.isoformat()}\n{item.reason}\n", err=True)
    typer.echo(item.raw.decode("utf-8", "replace"))
