"""``keng audit verify|export``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.reading import AsJson, Config, from_store, print_json

app = typer.Typer(no_args_is_help=True, help="Check and export the audit log.")


@app.command(epilog="Example:  keng audit verify --head /mnt/other-machine/audit-head.json")
def verify(
    config: Config = None,
    heads: Annotated[
        list[Path] | None, typer.Option("--head", help="Another copy of audit-head.json; may be given several times.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the whole chain against itself and against the heads kept outside the table."""
    from bot.model.audit import first_fault
    from bot.store import audit

    async def read(tx: Any, settings: Any) -> tuple[str | None, int]:
        entries = [entry async for entry in audit.entries(tx)]
        for file in (settings.data_dir / "audit-head.json", *(heads or ())):
            try:
                head = audit.HeadFile(file).read()
            except ValueError as error:
                return str(error), len(entries)
            if head is None and entries:
                return f"the head file {file} is missing", len(entries)
            fault = first_fault(entries, head)
            if fault is not None:
                return f"{fault} ({file})", len(entries)
        return None, len(entries)

    fault, count = from_store(config, read)
    if as_json:
        print_json({"whole": fault is None, "entries": count, "fault": fault})
    elif fault is None:
        typer.echo(f"audit log whole: {count} entries")
    if fault is not None:
        typer.echo(f"audit log BROKEN: {fault}", err=True)
        raise typer.Exit(1)


@app.command(epilog="Example:  keng audit export > audit.jsonl")
def export(config: Config = None) -> None:
    """Write the chain as JSON lines, oldest first; the chain then goes on with an entry of this export."""
    from bot.cli.on_record import a_look
    from bot.store import audit

    async def read(tx: Any, _settings: Any) -> list[Any]:
        return [entry async for entry in audit.entries(tx)]

    for entry in from_store(config, read, lambda found: a_look("export_audit", entries=len(found)) if found else None):
        print_json({"seq": entry.seq, **asdict(entry.event), "previous": entry.previous, "sha256": entry.sha256})
