"""Migrations go up, down and up again, and end at the schema that the code uses."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from bot.store.migrate import downgrade, upgrade
from bot.store.schema import metadata


def test_up_down_and_up_again_ends_at_the_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'keng.db'}"
    upgrade(url)
    downgrade(url)
    engine = create_engine(url)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
