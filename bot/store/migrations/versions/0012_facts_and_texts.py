"""Where a fact comes from and its cut-off, the facts behind each version, and who was shown every text of one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0010"
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


def downgrade() -> None:
    op.drop_table("readings")
    op.drop_column("statements", "facts")
    for column in ("told_by", "as_of", "source"):
        op.drop_column("facts", column)
