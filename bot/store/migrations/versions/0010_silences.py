"""Growth told once, silences, watched feeds, and notices that may be gathered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "growth_told",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("volume", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("press", sa.Integer(), nullable=False),
        sa.Column("places", JSON, nullable=False),
        sa.Column("mood", sa.Integer(), nullable=True),
        sa.Column("mood_at", INSTANT, nullable=True),
        sa.Column("seen_revision", sa.Integer(), server_default=sa.text("-1"), nullable=False),
        sa.Column("look_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_growth_told_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_growth_told")),
    )
    op.create_table(
        "silences",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("matcher", JSON, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why_wide", sa.String(length=32), nullable=True),
        sa.Column("announced_at", INSTANT, nullable=True),
        sa.Column("agreed_by", sa.String(length=64), nullable=True),
        sa.Column("agreed_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("told_end", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
        sa.UniqueConstraint("code", name=op.f("uq_silences_code")),
    )
    op.create_index("ix_silences_state_ends_at", "silences", ["state", "ends_at"])
    op.create_table(
        "silenced_alerts",
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("silence_id", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.Column("released_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_silenced_alerts_alert_id")),
        sa.ForeignKeyConstraint(["silence_id"], ["silences.id"], name=op.f("fk_silenced_alerts_silence_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_silenced_alerts")),
    )
    op.create_index("ix_silenced_alerts_silence_id", "silenced_alerts", ["silence_id"])
    op.create_table(
        "feed_pulses",
        sa.Column("feed", sa.String(length=64), nullable=False),
        sa.Column("minute", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("feed", "minute", name=op.f("pk_feed_pulses")),
    )
    op.create_table(
        "feed_watch",
        sa.Column("feed", sa.String(length=64), nullable=False),
        sa.Column("silent_since", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feed_watch")),
    )
    op.create_table(
        "watch_notes",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_watch_notes")),
    )
    op.create_index("ix_alerts_feed_received_at", "alerts", ["feed", "received_at"])
    op.create_index("ix_quarantine_feed_received_at", "quarantine", ["feed", "received_at"])
    op.add_column("telegram_outbox", sa.Column("digest", JSON, nullable=True))


def downgrade() -> None:
    op.drop_column("telegram_outbox", "digest")
    op.drop_index("ix_quarantine_feed_received_at", "quarantine")
    op.drop_index("ix_alerts_feed_received_at", "alerts")
    for table in ("watch_notes", "feed_watch", "feed_pulses", "silenced_alerts", "silences", "growth_told"):
        op.drop_table(table)
