"""The table of the outlets: each press address's own copy of a version."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.schema import metadata
from bot.store.types import Instant

outlet_letters = Table(
    "outlet_letters",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("outlet", String(32), primary_key=True),
    Column("address", String(254), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("token", String(32), nullable=False, unique=True),
    Column("message_id", String(160), nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("error", Text),
    Index("ix_outlet_letters_message_id", "message_id"),
)
