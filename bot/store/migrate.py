"""Bringing the schema up to date: Alembic, run by Keng itself at start-up."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from bot.store.database import StoreUnavailable, sync_url

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(url: str) -> Config:
    """Alembic's configuration for a database URL as the settings give it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = sync_url(url)
    return config


def newest_revision() -> str | None:
    """The last of the migrations that this release has."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema up to ``revision``; blocking.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    try:
        command.upgrade(alembic_config(url), revision)
    except OperationalError as error:
        raise StoreUnavailable(f"database_url: {error.orig}") from error


def downgrade(url: str, revision: str = "base") -> None:
    """Take the schema back to ``revision``; blocking."""
    command.downgrade(alembic_config(url), revision)


async def upgrade_async(url: str) -> None:
    """Bring the schema up to date without holding the event loop."""
    await asyncio.to_thread(upgrade, url)
