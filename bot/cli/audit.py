"""``keng audit verify|export``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any

import typer

from bot.cli.reading import AsJson, Config, from_store, json_line, print_json

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
    from bot.model.audit import BrokenChain
    from bot.store import audit

    async def read(tx: Any, settings: Any) -> tuple[str | None, int]:
        count = await audit.number(tx)
        for file in (settings.data_dir / "audit-head.json", *(heads or ())):
            try:
                head = audit.HeadFile(file).read()
                await audit.check(tx, head)
            except ValueError as error:
                return str(error), count
            except BrokenChain as fault:
                return f"{fault} ({file})", count
            if head is None and count:
                return f"the head file {file} is missing", count
        return None, count

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

    with TemporaryFile("w+", encoding="utf-8") as lines:  # nobody sees it before it is recorded

        async def read(tx: Any, _settings: Any) -> int:
            count = 0
            async for entry in audit.entries(tx):
                chained = {"seq": entry.seq, **asdict(entry.event), "previous": entry.previous, "sha256": entry.sha256}
                lines.write(json_line(chained) + "\n")
                count += 1
            return count

        from_store(config, read, lambda count: a_look("export_audit", entries=count) if count else None)
        lines.seek(0)
        for line in lines:
            typer.echo(line, nl=False)
