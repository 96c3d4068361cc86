"""The tables of the gates: signatures, reasons for warnings, joint cases, second factors, wrong codes, stops."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.store.schema import RowNumber, metadata
from bot.store.types import Instant

signatures = Table(
    "signatures",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

lint_reasons = Table(
    "lint_reasons",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("rule", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

case_units = Table(
    "case_units",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("pairing", String(16), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("vouched_by", String(64)),
    Column("vouched_at", Instant),
    Column("last_step", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
)

wrong_codes = Table(
    "wrong_codes",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)

publishing_stops = Table(
    "publishing_stops",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("stopped_by", String(64), nullable=False),
    Column("stopped_at", Instant, nullable=False),
    Column("first_release_by", String(64)),
    Column("first_release_at", Instant),
    Column("released_by", String(64)),
    Column("released_at", Instant),
    Column("in_force", Boolean, nullable=False),
    Index(
        "uq_publishing_stops_in_force",
        "in_force",
        unique=True,
        sqlite_where=text("in_force"),
        postgresql_where=text("in_force"),
    ),
)
