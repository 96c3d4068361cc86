"""``keng backup``: one file with everything that happened, made while Keng works."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from bot import __version__
from bot.keeping import archive
from bot.keeping.archive import Manifest
from bot.model.audit import AuditHead
from bot.settings import Settings
from bot.store import audit
from bot.store.copies import CannotCopy, copy_sqlite, dump_postgres
from bot.store.database import Database, sync_url
from bot.store.key_file import KEY_FILES


async def back_up(settings: Settings, target: Path, now: datetime, *, keys: bool = True) -> Manifest:
    """Write a backup to ``target``; ``keys`` tells whether the key files go with it.

    The workflow library's file is copied before the database of which it says what is done: an unfinished workflow
    whose step is in the database goes on behind it, whereas the other way round work could count as done that is not.

    Raises:
        CannotCopy: the store cannot be copied, or ``target`` cannot be a file there.
        OSError: the backup cannot be written.
    """
    check_target(target)
    with tempfile.TemporaryDirectory(prefix=".keng-backup-", dir=target.parent) as name:
        folder = Path(name)
        kind = sync_url(settings.resolved_database_url).get_backend_name()
        if kind == "sqlite":
            _copy_files(settings, folder)
            head = await _head(f"sqlite:///{folder / archive.SQLITE}")
        else:
            head = await _head(settings.resolved_database_url)  # before the dump: what it names must be in the dump
            dump_postgres(settings.resolved_database_url, folder / archive.POSTGRES)
        manifest = Manifest(kind, now, __version__, head, _complete(settings, folder, keys))
        archive.write(target, folder, manifest)
    return manifest


def check_target(target: Path) -> None:
    """Refuse a place where no file can be made.

    Raises:
        CannotCopy: says which, and what to do.
    """
    if target.is_dir():
        raise CannotCopy(f"{target}: is a folder; name a file in it, such as {target / 'keng.tar'}")
    if not target.parent.is_dir():
        raise CannotCopy(f"{target.parent.absolute()}: there is no such folder; make it first (install -d -m 0700)")


def _copy_files(settings: Settings, folder: Path) -> None:
    database = Path(sync_url(settings.resolved_database_url).database or "")
    if not database.exists():
        raise CannotCopy(f"{database}: there is no store yet")
    workflows = settings.data_dir / archive.WORKFLOWS
    if workflows.exists():
        copy_sqlite(workflows, folder / archive.WORKFLOWS)
    copy_sqlite(database, folder / archive.SQLITE)


def _complete(settings: Settings, folder: Path, keys: bool) -> dict[str, str]:
    """Add the small files; returns the hash of each by its name."""
    for file in (archive.HEAD, *(KEY_FILES if keys else ())):
        if (settings.data_dir / file).exists():
            shutil.copy2(settings.data_dir / file, folder / file)
    return {name: archive.sha256(folder / name) for name in archive.MEMBERS if (folder / name).exists()}


async def _head(url: str) -> AuditHead | None:
    database = Database(url)
    try:
        async with database.read() as tx:
            return await audit.head(tx)
    finally:
        await database.close()
