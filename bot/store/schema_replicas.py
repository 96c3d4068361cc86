"""The tables by which several processes work on one database: who is there, who leads, whose turn it is to write."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from bot.store.schema import metadata
from bot.store.types import Instant

writing_turn = Table("writing_turn", metadata, Column("id", Integer, primary_key=True, autoincrement=False))
"""Always empty: on PostgreSQL a writing transaction locks it first, so that there is one at a time."""

replicas = Table(
    "replicas",
    metadata,
    Column("executor", String(64), primary_key=True),
    Column("instance", String(64), nullable=False),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("keys", String(64), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Instant, nullable=False),
)
