"""What people were told of growth, what is held back and why, and how Keng watches those who watch."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from bot.store.schema import alerts, metadata, quarantine
from bot.store.types import Instant, Json

growth_told = Table(
    "growth_told",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("volume", Float),
    Column("unit", String(64), nullable=False),
    Column("alerts", Integer, nullable=False),
    Column("press", Integer, nullable=False),
    Column("places", Json, nullable=False),
    Column("mood", Integer),
    Column("mood_at", Instant),
    Column("seen_revision", Integer, nullable=False, server_default=text("-1")),
    Column("look_at", Instant),
)

silences = Table(
    "silences",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("code", String(8), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("matcher", Json, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("why_wide", String(32)),
    Column("announced_at", Instant),
    Column("agreed_by", String(64)),
    Column("agreed_at", Instant),
    Column("ended_by", String(64)),
    Column("ended_at", Instant),
    Column("told_end", Boolean, nullable=False),
    Index("ix_silences_state_ends_at", "state", "ends_at"),
)

silenced_alerts = Table(
    "silenced_alerts",
    metadata,
    Column("alert_id", String(64), ForeignKey("alerts.id"), primary_key=True),
    Column("silence_id", String(64), ForeignKey("silences.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("released_at", Instant),
    Column("released_by", String(64)),
    Index("ix_silenced_alerts_silence_id", "silence_id"),
)

feed_pulses = Table(
    "feed_pulses",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("minute", Instant, primary_key=True),
)

feed_watch = Table(
    "feed_watch",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("silent_since", Instant, nullable=False),
    Column("told_at", Instant, nullable=False),
)

watch_notes = Table(
    "watch_notes",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("number", Integer),
)

Index("ix_alerts_feed_received_at", alerts.c.feed, alerts.c.received_at)
Index("ix_quarantine_feed_received_at", quarantine.c.feed, quarantine.c.received_at)
