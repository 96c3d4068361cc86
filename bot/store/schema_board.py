"""The table of the internal board's links, each with the session that it became."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from bot.store.schema import metadata
from bot.store.types import Instant

board_links = Table(
    "board_links",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("address", String(254), nullable=False),
    Column("token", String(64), nullable=False, unique=True),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("opened_at", Instant),
    Column("session", String(64), unique=True),
    Column("session_until", Instant),
    Column("ended_at", Instant),
    Index("ix_board_links_person_issued_at", "person", "issued_at"),
)
