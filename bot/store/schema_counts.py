"""The tables of mention counts: what was counted, what the detector knows, what it said, what a card shows of it.

Instants of bins are whole seconds since 1970: they are reckoned with, bin by bin.
"""

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
    String,
    Table,
    UniqueConstraint,
    false,
)

from bot.store.schema import RowNumber, metadata
from bot.store.types import Instant, Json

count_streams = Table(
    "count_streams",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("feed", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("origin", Integer, nullable=False),
    Column("closed", BigInteger),
    Column("hour", BigInteger),
    Column("watch", LargeBinary),
    Column("forecaster", LargeBinary),
    UniqueConstraint("feed", "kind", "seconds"),
)
"""Topics of one feed that share a bin length: judged together, bin by bin. ``closed`` began the latest judged bin."""

count_topics = Table(
    "count_topics",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("stream_id", RowNumber, ForeignKey("count_streams.id"), nullable=False),
    Column("slot", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("sensitivity", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("stream_id", "slot"),
    UniqueConstraint("stream_id", "name"),
)

mention_counts = Table(
    "mention_counts",
    metadata,
    Column("topic_id", RowNumber, ForeignKey("count_topics.id"), primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", RowNumber, ForeignKey("count_streams.id"), nullable=False),
    Column("mentions", Float, nullable=False),
    Column("negative", Float),
    Column("positive", Float),
    Column("by_source", Json),
    Column("low", Float),
    Column("high", Float),
    Column("late", Boolean, nullable=False, server_default=false()),
    Column("received_at", Instant, nullable=False),
    Index("ix_mention_counts_stream_start", "stream_id", "start"),
)
"""``low`` and ``high`` are what the detector expected when it judged the bin; ``late`` ones it never saw."""

topic_signals = Table(
    "topic_signals",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("topic_id", RowNumber, ForeignKey("count_topics.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("why", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("observed", Float, nullable=False),
    Column("expected", Float, nullable=False),
    Column("factor", Float, nullable=False),
    Column("score", Float, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("became", String(16), nullable=False),
    Column("alert_id", String(64), ForeignKey("alerts.id")),
    Index("ix_topic_signals_topic_id_at", "topic_id", "at"),
)
"""What the detector said. ``became``: an alert, a word to the duty room, or nothing because it was too old."""

topic_outlooks = Table(
    "topic_outlooks",
    metadata,
    Column("topic_id", RowNumber, ForeignKey("count_topics.id"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("recent", Float, nullable=False),
    Column("forecast", Json, nullable=False),
    Column("shown_at", BigInteger, nullable=False),
)
"""The latest forecast of a topic whose matter is open, as its card says it."""

statement_curves = Table(
    "statement_curves",
    metadata,
    Column("incident_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("topic_id", RowNumber, ForeignKey("count_topics.id"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("forecast", Json, nullable=False),
)
"""The forecast made when a statement was published, from what was known before."""

incident_pictures = Table(
    "incident_pictures",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("topic_id", RowNumber, ForeignKey("count_topics.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("mark", String(256), nullable=False),
    Column("at", Instant, nullable=False),
)
"""Which picture of a matter is on show: ``mark`` is what was worth drawing it for, ``seq`` its number."""
