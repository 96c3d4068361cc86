"""The tables of the second way: letters to people whom the first channel did not reach, and the links in them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from bot.store.schema import metadata
from bot.store.types import Instant, Json

signoff_tickets = Table(
    "signoff_tickets",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("address", String(254), nullable=False),
    Column("incident_id", String(64), ForeignKey("incidents.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("opened_at", Instant),
    Column("session", String(64)),
    Column("used_at", Instant),
    Column("replaced_at", Instant),
    Index("ix_signoff_tickets_incident_person", "incident_id", "person"),
)

signoff_acts = Table(
    "signoff_acts",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("ticket", String(32), ForeignKey("signoff_tickets.id"), nullable=False),
    Column("person", String(64), nullable=False),
    Column("act", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("code", String(32), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("reason", String(64)),
    Column("refused", Boolean),
    Column("told", Json),
    Index("ix_signoff_acts_ticket", "ticket", "received_at"),
    Index("ix_signoff_acts_person", "person", "received_at"),
    Index(
        "ix_signoff_acts_undone",
        "received_at",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

email_letters = Table(
    "email_letters",
    metadata,
    Column("ticket", String(32), ForeignKey("signoff_tickets.id"), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("cause", String(16), nullable=False),
    Column("cause_since", Instant),
    Column("task", String(16)),
    Column("state", String(16), nullable=False),
    Column("not_before", Instant),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("updated_at", Instant, nullable=False),
    Column("error", Text),
    Index("ix_email_letters_state", "state", "not_before"),
)

email_refusals = Table(
    "email_refusals",
    metadata,
    Column("address", String(254), primary_key=True),
    Column("error", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
