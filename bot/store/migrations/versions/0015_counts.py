"""Mention counts: bins, topics with the state of their detector, what it said, what cards show of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "count_streams",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("feed", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("hour", sa.BigInteger(), nullable=True),
        sa.Column("watch", sa.LargeBinary(), nullable=True),
        sa.Column("forecaster", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_streams")),
        sa.UniqueConstraint("feed", "kind", "seconds", name=op.f("uq_count_streams_feed_kind_seconds")),
    )
    op.create_table(
        "count_topics",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("stream_id", NUMBER, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sensitivity", sa.String(length=16), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["count_streams.id"], name=op.f("fk_count_topics_stream_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_topics")),
        sa.UniqueConstraint("stream_id", "slot", name=op.f("uq_count_topics_stream_id_slot")),
        sa.UniqueConstraint("stream_id", "name", name=op.f("uq_count_topics_stream_id_name")),
    )
    op.create_table(
        "mention_counts",
        sa.Column("topic_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stream_id", NUMBER, nullable=False),
        sa.Column("mentions", sa.Float(), nullable=False),
        sa.Column("negative", sa.Float(), nullable=True),
        sa.Column("positive", sa.Float(), nullable=True),
        sa.Column("by_source", JSON, nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["count_topics.id"], name=op.f("fk_mention_counts_topic_id")),
        sa.ForeignKeyConstraint(["stream_id"], ["count_streams.id"], name=op.f("fk_mention_counts_stream_id")),
        sa.PrimaryKeyConstraint("topic_id", "start", name=op.f("pk_mention_counts")),
    )
    op.create_index("ix_mention_counts_stream_start", "mention_counts", ["stream_id", "start"])
    op.create_table(
        "topic_signals",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("topic_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("observed", sa.Float(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("factor", sa.Float(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("became", sa.String(length=16), nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["topic_id"], ["count_topics.id"], name=op.f("fk_topic_signals_topic_id")),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_topic_signals_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_signals")),
    )
    op.create_index("ix_topic_signals_topic_id_at", "topic_signals", ["topic_id", "at"])
    op.create_table(
        "topic_outlooks",
        sa.Column("topic_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recent", sa.Float(), nullable=False),
        sa.Column("forecast", JSON, nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["count_topics.id"], name=op.f("fk_topic_outlooks_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_topic_outlooks")),
    )
    op.create_table(
        "statement_curves",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topic_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("forecast", JSON, nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["count_topics.id"], name=op.f("fk_statement_curves_topic_id")),
        sa.PrimaryKeyConstraint("incident_id", "version", "topic_id", name=op.f("pk_statement_curves")),
    )
    op.create_table(
        "incident_pictures",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("topic_id", NUMBER, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=256), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_incident_pictures_incident_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["count_topics.id"], name=op.f("fk_incident_pictures_topic_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_incident_pictures")),
    )


def downgrade() -> None:
    op.drop_table("incident_pictures")
    op.drop_table("statement_curves")
    op.drop_table("topic_outlooks")
    op.drop_index("ix_topic_signals_topic_id_at", "topic_signals")
    op.drop_table("topic_signals")
    op.drop_index("ix_mention_counts_stream_start", "mention_counts")
    for table in ("mention_counts", "count_topics", "count_streams"):
        op.drop_table(table)
