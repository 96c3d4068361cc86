"""Every table, in the order in which an alert meets them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.store.types import Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RowNumber = BigInteger().with_variant(Integer(), "sqlite")
"""A counting primary key; SQLite counts by itself only in a column of exactly this type."""

# What came in at the door.

webhook_receipts = Table(
    "webhook_receipts",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("webhook_id", String(256), primary_key=True),
    Column("body_sha256", String(64), nullable=False),
    Column("answer", Json, nullable=False),
    Column("received_at", Instant, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("seq", RowNumber, nullable=False, unique=True),
    Column("feed", String(64), nullable=False),
    Column("source_id", String(256)),
    Column("thread", String(256)),
    Column("body_sha256", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("content", Json, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("incident_id", String(64), ForeignKey("incidents.id")),
    Column("placed_at", Instant),
    UniqueConstraint("feed", "source_id"),
    Index(
        "ix_alerts_unplaced", "seq", sqlite_where=text("placed_at IS NULL"), postgresql_where=text("placed_at IS NULL")
    ),
    Index("ix_alerts_incident_id", "incident_id"),
    Index(
        "ix_alerts_thread",
        "feed",
        "thread",
        sqlite_where=text("thread IS NOT NULL"),
        postgresql_where=text("thread IS NOT NULL"),
    ),
    Index(
        "ix_alerts_raw_kept",
        "received_at",
        sqlite_where=text("length(raw) > 0"),
        postgresql_where=text("length(raw) > 0"),
    ),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("feed", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False, server_default="waiting"),
    Column("settled_at", Instant),
    Column("alert_id", String(64)),
    Index("ix_quarantine_state", "state", "received_at"),
)

feed_tallies = Table(
    "feed_tallies",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("what", String(32), primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("last_at", Instant, nullable=False),
)

feed_positions = Table(
    "feed_positions",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("position", Json, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

# The incident and its words.

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("code", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("level", Integer, nullable=False),
    Column("playbook", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("growth", Json, nullable=False),
    Column("location", Json, nullable=False),
    Column("candidates", Json, nullable=False),
    Column("match_reason", String(64), nullable=False),
    Column("playbook_chosen_by", String(64)),
    Column("accepted_at", Instant),
    Column("accepted_by", String(64)),
    Column("closed_at", Instant),
    Column("closed_by", String(64)),
    Column("rules_version", String(32), nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("open", Boolean, nullable=False),
    Column("event_at", Instant),
    Column("alert_received_at", Instant),
    Column("impact_determined_at", Instant),
    Column("impact_determined_by", String(64)),
    Column("last_act_at", Instant),
    Column("policy", String(64)),
    Column("clocks_revision", Integer, nullable=False, server_default=text("-1")),
    Column("muted_until", Instant),
    Column("muted_by", String(64)),
    Column("merged_into", String(64)),
    Column("split_from", String(64)),
    Column("handed_to", String(64)),
    Column("may_belong_to", String(64)),
    Index("uq_incidents_open_code", "code", unique=True, sqlite_where=text("open"), postgresql_where=text("open")),
    Index("ix_incidents_state", "state"),
    Index(
        "ix_incidents_merged_into",
        "merged_into",
        sqlite_where=text("merged_into IS NOT NULL"),
        postgresql_where=text("merged_into IS NOT NULL"),
    ),
)

incident_sketches = Table(
    "incident_sketches",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("sketch", Json, nullable=False),
    Column("vectors", LargeBinary, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("slot", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    Column("as_of", Instant),
    Column("told_by", String(64), nullable=False, server_default=""),
)

statements = Table(
    "statements",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("texts", Json, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("author", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("playbook", String(64), nullable=False),
    Column("reason", Text),
    Column("approved_at", Instant),
    Column("approved_by", String(64)),
    Column("published_at", Instant),
    Column("promises_at", Instant),
    Column("kind", String(16), nullable=False, server_default="initial"),
    Column("refers_to", Integer),
    Index("ix_statements_published_at", "published_at"),
    Index("ix_statements_sha256", "sha256"),
    Column("facts", Json),
    Column("rephrases", Integer),
)

rumours = Table(
    "rumours",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("claim", Text, nullable=False),
    Column("noted_by", String(64), nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("label", String(16), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("labelled_by", String(64), nullable=False),
    Column("labelled_at", Instant),
    Column("impact", String(16)),
    Column("answer", String(32)),
)

readings = Table(
    "readings",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)
"""Who was shown every text of a version whole, where a card shows only the first."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("outlet", String(32), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant),
    Column("reference", String(256)),
    Column("error", Text),
    Column("asked", Boolean, nullable=False, server_default=false()),
    Column("updated_at", Instant, nullable=False),
    Index("ix_deliveries_state", "state"),
)

# What officials know better than matching.

corrections = Table(
    "corrections",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("incident_id", String(64), ForeignKey("incidents.id"), nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("matched_playbook", String(64)),
    Column("matched_confidence", Float, nullable=False),
    Column("matched_reason", String(64), nullable=False),
    Column("chosen", String(64)),
    Column("remark", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", String(64)),
    Column("decided_why", Text),
    Column("style", String(64)),
    Column("example", Text),
    Index(
        "uq_corrections_waiting",
        "incident_id",
        unique=True,
        sqlite_where=text("state = 'proposed'"),
        postgresql_where=text("state = 'proposed'"),
    ),
    Index("ix_corrections_incident_id", "incident_id"),
)

# Time: the policies that incidents were opened under, the clocks that run, and whom they could not reach.

policies = Table(
    "policies",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", Json, nullable=False),
    Column("kept_at", Instant, nullable=False),
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("rule", String(64), primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("taken", Integer, nullable=False),
    Column("next_at", Instant),
    Column("holders", Json, nullable=False),
    Column("claimed_at", Instant, nullable=False),
    Index("ix_deadlines_state_next_at", "state", "next_at"),
)

deadline_gaps = Table(
    "deadline_gaps",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("found_at", Instant, nullable=False),
)

# The record.

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("act", String(64), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("incident_id", String(64)),
    Column("version", Integer),
    Column("details", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Index("ix_audit_incident_id", "incident_id"),
)
