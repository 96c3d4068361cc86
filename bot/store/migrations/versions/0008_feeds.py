"""Feeds: threads of alerts, a quarantine that can be settled, tallies, and how far polled feeds were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
THREADED = sa.text("thread IS NOT NULL")
RAW_KEPT = sa.text("length(raw) > 0")


def upgrade() -> None:
    op.add_column("alerts", sa.Column("thread", sa.String(length=256), nullable=True))
    op.create_index("ix_alerts_thread", "alerts", ["feed", "thread"], sqlite_where=THREADED, postgresql_where=THREADED)
    op.create_index("ix_alerts_raw_kept", "alerts", ["received_at"], sqlite_where=RAW_KEPT, postgresql_where=RAW_KEPT)
    op.add_column("quarantine", sa.Column("state", sa.String(length=16), server_default="waiting", nullable=False))
    op.add_column("quarantine", sa.Column("settled_at", INSTANT, nullable=True))
    op.add_column("quarantine", sa.Column("alert_id", sa.String(length=64), nullable=True))
    op.create_index("ix_quarantine_state", "quarantine", ["state", "received_at"])
    op.create_table(
        "feed_tallies",
        sa.Column("feed", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("feed", "what", name=op.f("pk_feed_tallies")),
    )
    op.create_table(
        "feed_positions",
        sa.Column("feed", sa.String(length=64), nullable=False),
        sa.Column("position", JSON, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feed_positions")),
    )


def downgrade() -> None:
    op.drop_table("feed_positions")
    op.drop_table("feed_tallies")
    op.drop_index("ix_quarantine_state", "quarantine")
    for column in ("alert_id", "settled_at", "state"):
        op.drop_column("quarantine", column)
    op.drop_index("ix_alerts_raw_kept", "alerts")
    op.drop_index("ix_alerts_thread", "alerts")
    op.drop_column("alerts", "thread")
