"""Alembic's environment: one connection, the URL handed over by :mod:`bot.store.migrate`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool

from bot.store.locks import MIGRATING
from bot.store.whole_schema import metadata


def run() -> None:
    """Run the migrations; SQLite changes tables by copying them (batch mode)."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # of several processes that start together, one migrates
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
            context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        engine.dispose()


run()
