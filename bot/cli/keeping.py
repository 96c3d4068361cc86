"""``keng backup``, ``keng restore`` and ``keng move-store``."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import typer


def back_up(config: Path | None, file: Path, *, keys: bool) -> int:
    """Make a backup; 0 when it is there. That it is taken is recorded first, so that the copy says so too."""
    from bot.cli.on_record import a_look, record
    from bot.keeping.backup import back_up as make
    from bot.keeping.backup import check_target
    from bot.settings import load_settings

    settings = load_settings(config)
    check_target(file)
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
    from bot.store.key_file import KEY_FILES

    settings = load_settings(config)
    restored = asyncio.run(put_back(settings, file, datetime.now(UTC), replace=replace))
    typer.echo(
        f"restored as of {restored.manifest.made_at.isoformat()}; audit log whole: {restored.entries} entries", err=True
    )
    if restored.doubtful:
        typer.echo(f"{restored.doubtful} queued publications turned doubtful: people are asked to look", err=True)
    lacking = [name for name in KEY_FILES if not (settings.data_dir / name).exists()]
    if lacking:
        typer.echo(
            f"{', '.join(lacking)}: not in this backup, and not in {settings.data_dir.absolute()}. Put their copies "
            "there before Keng starts: it would make new ones, old buttons and links would be refused, and everybody "
            "would enrol a second factor anew",
            err=True,
        )
    typer.echo("publishing stands still until two persons let it go on (/mocongbo in the chat)", err=True)
    return 0


def move_store(config: Path | None, to: str) -> int:
    """Move the store into a database of the other kind; 0 when all of it was found there.

    Each table with its rows and their hash goes to standard output.
    """
    from bot.cli.operator import operator_name
    from bot.keeping.moving import move
    from bot.settings import load_settings

    moved = asyncio.run(move(load_settings(config), to, datetime.now(UTC), operator_name()))
    for name, content in sorted(moved.tables.items()):
        typer.echo(f"{name:<20} {content.rows:>9} {content.sha256}")
    rows = sum(content.rows for content in moved.tables.values())
    typer.echo(
        f"moved and compared: {rows} rows of {len(moved.tables)} tables; "
        f"audit log whole: {moved.entries} entries, and one more of the move",
        err=True,
    )
    for name, number in moved.replaced.items():
        typer.echo(
            f"{name}: {number} values had characters that PostgreSQL cannot keep; each stands as U+FFFD", err=True
        )
    typer.echo(
        "set database_url to the new address and start Keng; the old store is as it was: keep it as a copy, and start "
        "no Keng on it (what it would send, the new one sends too)",
        err=True,
    )
    return 0


def address(to: str | None, to_file: Path | None) -> str:
    """The address to move to, given or in a file that keeps its password out of the list of processes.

    Raises:
        BadParameter: neither, both, or a file that says nothing.
    """
    if (to is None) == (to_file is None):
        raise typer.BadParameter("give one of --to and --to-file")
    if to_file is None:
        return to or ""
    read = to_file.read_text(encoding="utf-8").strip()
    if not read:
        raise typer.BadParameter(f"{to_file} is empty; put the address into it", param_hint="--to-file")
    return read
