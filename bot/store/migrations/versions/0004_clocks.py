"""Clocks: the four instants, the policy of an incident, deadlines as rows, promised hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

OF_INCIDENTS = (
    "event_at",
    "alert_received_at",
    "impact_determined_at",
    "impact_determined_by",
    "last_act_at",
    "policy",
    "clocks_revision",
)


def upgrade() -> None:
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("event_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("alert_received_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("impact_determined_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("impact_determined_by", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("last_act_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("policy", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("clocks_revision", sa.Integer(), server_default=sa.text("-1"), nullable=False))
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("promises_at", INSTANT, nullable=True))
    op.create_table(
        "policies",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_policies"),
    )
    op.create_table(
        "deadlines",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("holders", JSON, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_deadlines_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "rule", name="pk_deadlines"),
    )
    op.create_index("ix_deadlines_state_next_at", "deadlines", ["state", "next_at"])
    op.create_table(
        "deadline_gaps",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_deadline_gaps_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "person", name="pk_deadline_gaps"),
    )


def downgrade() -> None:
    op.drop_table("deadline_gaps")
    op.drop_index("ix_deadlines_state_next_at", table_name="deadlines")
    op.drop_table("deadlines")
    op.drop_table("policies")
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.drop_column("promises_at")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        for name in OF_INCIDENTS:
            batch_op.drop_column(name)
