"""The tables of enrolling by letter: links, and letters to one person about their own second factor."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.store.schema import metadata
from bot.store.types import Instant, Json

factor_links = Table(
    "factor_links",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("reader", String(64), nullable=False),
    Column("address", String(254), nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("wrong", Integer, nullable=False, server_default=text("0")),
    Column("opened_at", Instant),
    Column("session", String(64)),
    Column("pairing", String(16)),
    Column("ended_at", Instant),
    Column("ended", String(16)),
    Index("ix_factor_links_person", "person", "issued_at"),
)

personal_letters = Table(
    "personal_letters",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("person", String(64), nullable=False),
    Column("address", String(254), nullable=False),
    Column("words", String(32), nullable=False),
    Column("told", Json, nullable=False),
    Column("link", String(32), ForeignKey("factor_links.id")),
    Column("written_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("not_before", Instant),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("updated_at", Instant, nullable=False),
    Column("error", Text),
    Index("ix_personal_letters_state", "state", "not_before"),
)
