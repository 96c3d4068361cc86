"""Whence a fact comes and its cut-off, the facts behind each version, who was shown all its texts, rumour cards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("facts", sa.Column("source", sa.Text(), server_default="", nullable=False))
    op.add_column("facts", sa.Column("as_of", INSTANT, nullable=True))
    op.add_column("facts", sa.Column("told_by", sa.String(length=64), server_default="", nullable=False))
    op.add_column("statements", sa.Column("facts", JSON, nullable=True))
    op.create_table(
        "readings",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_readings_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "version", "person", name=op.f("pk_readings")),
    )
    op.create_table(
        "rumours",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.String(length=64), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("labelled_by", sa.String(length=64), nullable=False),
        sa.Column("labelled_at", INSTANT, nullable=True),
        sa.Column("impact", sa.String(length=16), nullable=True),
        sa.Column("answer", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_rumours_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "number", name=op.f("pk_rumours")),
    )


def downgrade() -> None:
    op.drop_table("rumours")
    op.drop_table("readings")
    op.drop_column("statements", "facts")
    for column in ("told_by", "as_of", "source"):
        op.drop_column("facts", column)
