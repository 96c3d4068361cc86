"""``keng restore``: a backup put back, checked, and on the record.

Between the backup and its restoring, words may have gone out that the copy still holds as queued. They are not sent:
each turns doubtful, and people are asked to look (promise 7).
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.keeping import archive
from bot.keeping.archive import Manifest, NoBackup
from bot.locale import local_time, text
from bot.model.audit import SYSTEM, AuditEvent, AuditHead, BrokenChain
from bot.settings import Settings
from bot.store import audit, deliveries, outlet_letters, publishing_stops, replicas
from bot.store.copies import is_in_use, restore_postgres, tables
from bot.store.database import Database, sync_url
from bot.store.instance_lock import AnotherInstance, InstanceLock
from bot.store.key_file import KEY_FILES
from bot.store.migrate import upgrade_async

LIVES = 15.0
"""Seconds since its last heartbeat within which a process counts as running."""


class NotRestored(Exception):
    """Nothing was changed, unless the message says otherwise."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: the list of contents, how long the record is, and which copies were made doubtful."""

    manifest: Manifest
    entries: int
    doubtful: int


async def restore(settings: Settings, source: Path, now: datetime, *, replace: bool) -> Restored:
    """Put a backup in the place of the store; ``replace`` allows that something is there.

    Raises:
        NoBackup: the file is none, or damaged.
        NotRestored: something is there, the databases are of different kinds, or the record is broken.
        AnotherInstance: a Keng works on this store.
        CannotCopy: PostgreSQL's programs are missing, or refuse.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    url = settings.resolved_database_url
    kind = sync_url(url).get_backend_name()
    lock = InstanceLock(settings.data_dir / "keng.lock")
    if kind == "sqlite":
        lock.take()
    try:
        with tempfile.TemporaryDirectory(prefix=".keng-restore-", dir=settings.data_dir) as name:
            folder = Path(name)
            manifest = archive.unpack(source, folder)
            if manifest.database != kind:
                raise NotRestored(
                    f"{source} is a backup of {manifest.database}, but database_url names {kind}; "
                    "restore it where database_url is of the same kind"
                )
            await refuse_where_somebody_works(url, kind)
            if is_in_use(url) and not replace:
                raise NotRestored("this store is not empty; with --replace its content is put aside or removed")
            mark = f"before-restore-{now:%Y%m%dT%H%M%S}"
            if kind == "sqlite":
                copy = f"sqlite:///{folder / archive.SQLITE}"
                await _check(copy, manifest.audit_head)
                doubtful = await _hold_publishing(copy, manifest, now)
                _put_in_place(folder, settings, Path(sync_url(url).database or ""), mark)
            else:
                restore_postgres(url, folder / archive.POSTGRES)
                doubtful = await _hold_publishing(url, manifest, now)
            for file in (archive.HEAD, *KEY_FILES):
                if file in manifest.files:
                    _exchange(folder / file, settings.data_dir / file, mark)
        await _check(url, manifest.audit_head)
        return await _on_the_record(settings, manifest, now, doubtful)
    finally:
        lock.release()
        _give_to_the_owner(settings.data_dir)


async def refuse_where_somebody_works(url: str, kind: str) -> None:
    """Go on only where no process works on a PostgreSQL database; on SQLite the instance lock has seen to it.

    Raises:
        AnotherInstance: somebody does.
    """
    if kind == "sqlite" or "replicas" not in tables(url):  # the instance lock is held; or nobody was ever here
        return
    database = Database(url)
    try:
        async with database.aside() as tx:
            alive = [r for r in await replicas.everybody(tx) if r.age <= LIVES]
    finally:
        await database.close()
    if alive:
        names = ", ".join(f"{r.executor} on {r.host}" for r in alive)
        raise AnotherInstance(f"at work on this database: {names}; stop it first (or wait {LIVES:.0f} s after a kill)")


async def _check(url: str, head: AuditHead | None) -> int:
    """How long the record is, if it is whole and holds what it held when the backup was made."""
    database = Database(url)
    try:
        async with database.read() as tx:
            return await audit.check(tx, head)
    except BrokenChain as fault:
        raise NotRestored(f"the audit log of the backup is BROKEN: {fault}") from None
    finally:
        await database.close()


async def _hold_publishing(url: str, manifest: Manifest, now: datetime) -> int:
    """Turn what is queued doubtful and stop publishing, before the store is in place where it is a file.

    Whatever stops the rest, a Keng that is started afterwards sends nothing twice, and nothing on the strength of an
    approval that was taken back after the backup: two persons look, and let publishing go on.
    """
    await upgrade_async(url)
    reason = text("vi", "restore.stopped", at=local_time(manifest.made_at))
    database = Database(url)
    try:
        async with database.write() as tx:
            await publishing_stops.begin(tx, reason, SYSTEM, now)
            await outlet_letters.doubt_queued(tx, now)
            return await deliveries.doubt_queued(tx, now)
    finally:
        await database.close()


def _put_in_place(folder: Path, settings: Settings, database: Path, mark: str) -> None:
    database.parent.mkdir(parents=True, exist_ok=True)
    for beside in ("-wal", "-shm"):  # they belong to the one that is put aside
        for file in (database, settings.data_dir / archive.WORKFLOWS):
            _put_aside(file.with_name(file.name + beside), mark)
    _exchange(folder / archive.SQLITE, database, mark)
    _put_aside(settings.data_dir / archive.WORKFLOWS, mark)
    if (folder / archive.WORKFLOWS).exists():
        _exchange(folder / archive.WORKFLOWS, settings.data_dir / archive.WORKFLOWS, mark)


def _exchange(fresh: Path, place: Path, mark: str) -> None:
    if place.exists() and archive.sha256(place) == archive.sha256(fresh):
        return
    _put_aside(place, mark)
    target = place.with_name(f".{place.name}.restoring")
    target.write_bytes(fresh.read_bytes())
    target.chmod(fresh.stat().st_mode & 0o777)
    target.replace(place)


def _put_aside(file: Path, mark: str) -> None:
    if file.exists():
        file.rename(file.with_name(f"{file.name}.{mark}"))


def _give_to_the_owner(folder: Path) -> None:
    """What root put into somebody else's data folder is theirs: the service could not open it otherwise."""
    owner = folder.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for file in folder.iterdir():
        if file.is_file() and not file.is_symlink() and file.stat().st_uid == 0:
            os.chown(file, owner.st_uid, owner.st_gid)


async def _on_the_record(settings: Settings, manifest: Manifest, now: datetime, doubtful: int) -> Restored:
    database = Database(settings.resolved_database_url)
    try:
        async with database.write() as tx:
            details = {"made_at": manifest.made_at.isoformat(), "doubtful": doubtful}
            entry = await audit.append(tx, AuditEvent("restore", SYSTEM, now, "cli", details=details))
        async with database.read() as tx:
            await audit.remember_head(tx, audit.HeadFile(settings.data_dir / archive.HEAD))
    finally:
        await database.close()
    return Restored(manifest, entry.seq, doubtful)


__all__ = ["NoBackup", "NotRestored", "Restored", "refuse_where_somebody_works", "restore"]
