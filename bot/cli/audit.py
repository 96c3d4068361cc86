"""``keng audit verify|export``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from bot.cli.reading import Config, from_store, print_json

app = typer.Typer(no_args_is_help=True, help="Check and export the audit log.")


@app.command(epilog="Example:  keng audit verify")
def verify(config: Config = None) -> None:
    """Check the whole chain against itself and against the head kept outside the table."""
    from bot.model.audit import first_fault
    from bot.store import audit

    async def read(tx: Any, settings: Any) -> tuple[str | None, int]:
        entries = [entry async for entry in audit.entries(tx)]
        try:
            head = audit.HeadFile(settings.data_dir / "audit-head.json").read()
        except ValueError as error:
            return str(error), len(entries)
        if head is None and entries:
            return f"the head file {settings.data_dir / 'audit-head.json'} is missing", len(entries)
        return first_fault(entries, head), len(entries)

    fault, count = from_store(config, read)
    if fault is not None:
        typer.echo(f"audit log BROKEN: {fault}", err=True)
        raise typer.Exit(1)
    typer.echo(f"audit log whole: {count} entries")


@app.command(epilog="Example:  keng audit export > audit.jsonl")
def export(config: Config = None) -> None:
    """Write the chain as JSON lines, oldest first."""
    from bot.store import audit

    async def read(tx: Any, _settings: Any) -> list[Any]:
        return [entry async for entry in audit.entries(tx)]

    for entry in from_store(config, read):
        print_json({"seq": entry.seq, **asdict(entry.event), "previous": entry.previous, "sha256": entry.sha256})
