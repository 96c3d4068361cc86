"""Rows that may be there already: an INSERT that can be told what to do then, in the words of either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Tx


def insert_for(tx: Tx, table: Table) -> Any:
    """An INSERT that takes ``on_conflict_do_nothing`` and ``on_conflict_do_update``, and counts its rows."""
    statement: Any = postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)
    return statement.execution_options(preserve_rowcount=True)  # for PostgreSQL, SQLAlchemy forgets it otherwise
