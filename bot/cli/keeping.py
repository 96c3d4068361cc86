"""``keng backup`` and ``keng restore``."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import typer


def back_up(config: Path | None, file: Path, *, keys: bool) -> int:
    """Make a backup; 0 when it is there. That it is taken is recorded first, so that the copy says so too."""
    from bot.cli.on_record import a_look, record
    from bot.keeping.backup import back_up as make
    from bot.settings import load_settings

    settings = load_settings(config)
    record(settings, a_look("take_backup", to=file.name, keys=keys))
    manifest = asyncio.run(make(settings, file, datetime.now(UTC), keys=keys))
    size = file.stat().st_size / 1e6
    entries = manifest.audit_head.seq if manifest.audit_head else 0
    typer.echo(f"{file}: {size:.1f} MB, {entries} audit entries, {', '.join(sorted(manifest.files))}", err=True)
    return 0


def restore(config: Path | None, file: Path, *, replace: bool) -> int:
    """Put a backup back; 0 when the record in it was found whole."""
    from bot.keeping.restore import restore as put_back
    from bot.settings import load_settings

    restored = asyncio.run(put_back(load_settings(config), file, datetime.now(UTC), replace=replace))
    typer.echo(
        f"restored as of {restored.manifest.made_at.isoformat()}; audit log whole: {restored.entries} entries", err=True
    )
    if restored.doubtful:
        typer.echo(f"{restored.doubtful} queued publications turned doubtful: people are asked to look", err=True)
    typer.echo("publishing stands still until two persons let it go on (/mocongbo in the chat)", err=True)
    return 0
