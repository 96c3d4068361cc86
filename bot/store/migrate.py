"""Bringing the schema up to date: Alembic, run by Keng itself at start-up."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine, pool
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.store.database import StoreUnavailable, sync_url

MIGRATIONS = Path(__file__).parent / "migrations"


class NewerStore(Exception):
    """The store is a later release's; an earlier one must not touch it."""


def alembic_config(url: str) -> Config:
    """Alembic's configuration for a database URL as the settings give it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = sync_url(url)
    return config


def newest_revision() -> str | None:
    """The last of the migrations that this release has."""
    return _scripts().get_current_head()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema up to ``revision``; blocking.

    Raises:
        StoreUnavailable: the database cannot be reached, or the file is none.
        NewerStore: a later release worked on it.
    """
    try:
        command.upgrade(alembic_config(url), revision)
    except CommandError as error:
        found = schema_of(url)
        if found is None or found in _known():
            raise
        schemas = f"schema {found}, this one knows {newest_revision()}"
        raise NewerStore(
            f"database_url: a later release of Keng worked on this store ({schemas}): "
            "start that release, or restore a backup that was made before the upgrade"
        ) from error
    except DBAPIError as error:
        told = _unavailable(url, error)
        if told is None:
            raise
        raise told from error


def schema_of(url: str) -> str | None:
    """The schema that the store has; None where there is none yet. Blocking; an SQLite file that is not there is made.

    Raises:
        StoreUnavailable: the database cannot be reached, or the file is none.
    """
    engine = create_engine(sync_url(url), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as error:
        told = _unavailable(url, error)
        if told is None:
            raise
        raise told from error
    finally:
        engine.dispose()


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def _unavailable(url: str, error: DBAPIError) -> StoreUnavailable | None:
    """The fault in words, with the file where there is one; None for what may be a fault of the program."""
    said = str(error.orig)
    address = sync_url(url)
    if address.get_backend_name() != "sqlite":
        return StoreUnavailable(f"database_url: {said}") if isinstance(error, OperationalError) else None
    file = Path(address.database or "").absolute()
    if "unable to open" in said or "readonly" in said:
        said += "; the folder must be there, and the user that runs Keng must be able to write into it"
    elif "not a database" in said or "malformed" in said:
        said += "; move it away and restore the last backup (keng restore), or name another data_dir"
    elif not isinstance(error, OperationalError | InterfaceError):
        return None
    return StoreUnavailable(f"{file}: {said}")


def downgrade(url: str, revision: str = "base") -> None:
    """Take the schema back to ``revision``; blocking."""
    command.downgrade(alembic_config(url), revision)


async def upgrade_async(url: str) -> None:
    """Bring the schema up to date without holding the event loop."""
    await asyncio.to_thread(upgrade, url)
