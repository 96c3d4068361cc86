"""``keng move-store``: everything that happened, carried from SQLite into PostgreSQL (or back) and proven to be there.

What the workflow library has ended is not carried over: the tables decide, its history is only a memory of names
(ADR 0004). What it has not ended would be lost, so then nothing is moved until a ``keng serve`` has finished it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.keeping import archive
from bot.keeping.restore import refuse_where_somebody_works
from bot.model.audit import AuditEvent, AuditHead, first_fault
from bot.settings import Settings
from bot.store import audit
from bot.store.audit import HeadFile
from bot.store.contents import Content, content_of
from bot.store.database import full_url, sync_url
from bot.store.instance_lock import InstanceLock
from bot.store.migrate import newest_revision, upgrade_async
from bot.store.moving import (
    Replaced,
    copy_table,
    foreign_tables,
    is_empty,
    moved_tables,
    open_to_fill,
    set_counters,
)
from bot.store.read_only import encoding, open_to_read, revision, work


class NotMoved(Exception):
    """Nothing was moved: the store that is in use is as it was, the other database as empty as before."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was carried over: each table's content, and how long the record is, without the entry of the move.

    ``replaced``: how many values of a table had characters that PostgreSQL cannot keep.
    """

    tables: Mapping[str, Content]
    entries: int
    replaced: Mapping[str, int] = field(default_factory=dict)


async def move(settings: Settings, to: str, now: datetime, by: str) -> Moved:
    """Copy the present store into the empty database at ``to``, and prove that all of it is there; all or nothing.

    The present store is only read. ``by`` is who moves it, for the record, whose next entry in the new store says so.

    Raises:
        NotMoved: it cannot or must not be moved now; the message says why and what to do.
        CannotMove: the other database does not take a row.
        AnotherInstance: a Keng works on one of the two.
        StoreUnavailable: the other database cannot be brought to today's schema.
    """
    source, target = _addresses(settings, to)
    _refuse_without_a_store(source)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = InstanceLock(settings.data_dir / "keng.lock")
    lock.take()
    try:
        with _told("database_url"):
            await refuse_where_somebody_works(full_url(source), source.get_backend_name())
            _refuse_what_is_not_ready(source, settings)
        with _told("--to"):
            _refuse_what_is_used(target, settings)
            await upgrade_async(full_url(target))
            return _carry(source, target, settings, now, by)
    finally:
        lock.release()


def _addresses(settings: Settings, to: str) -> tuple[URL, URL]:
    try:
        target = sync_url(to.replace("{data_dir}", str(settings.data_dir)))
    except (ArgumentError, ValueError):
        raise NotMoved("--to: not the address of a database; expected postgresql://USER:PASSWORD@HOST/NAME") from None
    source = sync_url(settings.resolved_database_url)
    if source.get_backend_name() == target.get_backend_name():
        raise NotMoved(
            f"--to: the present store is {source.get_backend_name()} as well; within one kind use keng backup and "
            "restore"
        )
    return source, target


def _refuse_without_a_store(source: URL) -> None:
    if source.get_backend_name() == "sqlite" and not Path(source.database or "").exists():
        raise NotMoved(f"{source.database}: there is no store yet; set database_url to the new address and start Keng")


def _refuse_what_is_not_ready(source: URL, settings: Settings) -> None:
    with open_to_read(source) as connection:
        _refuse_another_revision(connection)
        left = work(connection, unfinished=True) if source.get_backend_name() == "postgresql" else []
    if source.get_backend_name() == "sqlite":
        left = _left_in_the_file(settings)
    if left:
        raise NotMoved(
            f"{len(left)} pieces of work are not finished ({', '.join(left[:5])}{' …' if len(left) > 5 else ''}) and "
            "would be left behind: start `keng serve`, let it finish them, stop it, and move again"
        )


def _refuse_another_revision(connection: Connection) -> None:
    found, newest = revision(connection), newest_revision()
    if found != newest:
        raise NotMoved(
            f"the present store is at revision {found or 'none'}, this release's is {newest}: start `keng serve` of "
            "this release once, stop it, and move again"
        )


def _left_in_the_file(settings: Settings) -> list[str]:
    file = settings.data_dir / archive.WORKFLOWS
    if not file.exists():
        return []
    with open_to_read(sync_url(f"sqlite:///{file}")) as connection:
        return work(connection, unfinished=True)


def _refuse_what_is_used(target: URL, settings: Settings) -> None:
    if target.get_backend_name() == "sqlite":
        if left := _left_in_the_file(settings):
            raise NotMoved(f"{settings.data_dir / archive.WORKFLOWS}: holds unfinished work ({left[0]}); put it aside")
        if not Path(target.database or "").exists():
            return
    with open_to_read(target) as connection:
        if theirs := foreign_tables(connection):
            raise NotMoved(f"--to: not empty: it has tables that are not Keng's ({', '.join(theirs[:5])}); {_CREATE}")
        if not is_empty(connection) or (target.get_backend_name() == "postgresql" and work(connection)):
            raise NotMoved(f"--to: a Keng has worked there already, and two records cannot be made one; {_CREATE}")
        if (its := encoding(connection)) != "UTF8":
            raise NotMoved(f"--to: its encoding is {its}; make it with createdb --encoding UTF8")


_CREATE = "name an empty database (createdb) of its own"


def _carry(source: URL, target: URL, settings: Settings, now: datetime, by: str) -> Moved:
    replaced, contents = Replaced(), dict[str, Content]()
    with open_to_read(source) as here, open_to_fill(target) as there:
        _refuse_another_revision(here)  # a migration in between
        if not is_empty(there):
            raise NotMoved(f"--to: somebody began to use it just now; {_CREATE}")
        for table in moved_tables():
            contents[table.name] = copy_table(here, there, table, replaced)
            set_counters(there, table)
        for table in moved_tables():
            _compare(table.name, contents[table.name], content_of(there, table))
        _verify(there, _head(settings, here))
        _refuse_what_came_meanwhile(source, here)
        rows = sum(content.rows for content in contents.values())
        details: dict[str, Any] = {"outcome": "move_store", "refused": False, "rows": rows}
        details |= {"from": source.get_backend_name(), "to": target.get_backend_name()}
        audit.append_blocking(there, AuditEvent("move_store", by, now, "cli", details=details))
    return Moved(contents, contents["audit"].rows, replaced.by_table)


def _refuse_what_came_meanwhile(source: URL, read: Connection) -> None:
    """A command at the machine needs no lock, and what it did would stay behind."""
    with open_to_read(source) as now:
        if audit.head_blocking(now) != audit.head_blocking(read):
            raise NotMoved("somebody changed the present store meanwhile (see `keng audit export`): move again")


def _compare(table: str, read: Content, found: Content) -> None:
    if read != found:
        raise NotMoved(
            f"{table}: what stands in the new database is not what was read ({read.rows} rows, {read.sha256[:12]}; "
            f"there {found.rows}, {found.sha256[:12]}); nothing was kept there"
        )


def _head(settings: Settings, source: Connection) -> AuditHead | None:
    try:
        remembered = HeadFile(settings.data_dir / archive.HEAD).read()
    except ValueError as error:
        raise NotMoved(str(error)) from error
    return remembered or audit.head_blocking(source)


def _verify(target: Connection, head: AuditHead | None) -> None:
    fault = first_fault(audit.entries_blocking(target), head)
    if fault is not None:
        raise NotMoved(
            f"the audit log is BROKEN: {fault}; see `keng audit verify`. Nothing was kept in the new database"
        )


@contextmanager
def _told(setting: str) -> Iterator[None]:
    """What a database says against it, in its words, with the address it was named by left out."""
    try:
        yield
    except DBAPIError as error:
        raise NotMoved(f"{setting}: {str(error.orig).strip()}") from error
