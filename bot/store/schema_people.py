"""Tables about people: which account is whose, what the head authorised, what was changed about the duty roster."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, text

from bot.store.schema import metadata
from bot.store.types import Instant, Json

bindings = Table(
    "bindings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("address", String(256), nullable=False),
    Column("bound_at", Instant, nullable=False),
    Column("bound_by", String(64), nullable=False),
    Column("released_at", Instant),
    Column("released_by", String(64)),
    Index(
        "uq_bindings_address",
        "channel",
        "address",
        unique=True,
        sqlite_where=text("released_at IS NULL"),
        postgresql_where=text("released_at IS NULL"),
    ),
)

enrolment_codes = Table(
    "enrolment_codes",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("additional", Boolean, nullable=False),
    Column("only_for", String(256)),
    Column("used_at", Instant),
    Column("used_by", String(256)),
)

people_requests = Table(
    "people_requests",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("code", String(8), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("person", String(64), nullable=False),
    Column("content", Json, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", String(64)),
    Column("agreed", Boolean),
    Index(
        "uq_people_requests_code",
        "code",
        unique=True,
        sqlite_where=text("decided_at IS NULL"),
        postgresql_where=text("decided_at IS NULL"),
    ),
)

authorisations = Table(
    "authorisations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("incident_id", String(64), ForeignKey("incidents.id"), nullable=False),
    Column("document", Text, nullable=False),
    Column("granted_by", String(64), nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("valid_to", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", String(64)),
    Index("ix_authorisations_incident_id", "incident_id"),
)

duty_changes = Table(
    "duty_changes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("absence", Boolean, nullable=False),
    Column("reason", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("said_by", String(64), nullable=False),
    Column("said_at", Instant, nullable=False),
    Index("ix_duty_changes_ends", "ends"),
)

accused_units = Table(
    "accused_units",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("said_by", String(64), nullable=False),
    Column("said_at", Instant, nullable=False),
)
