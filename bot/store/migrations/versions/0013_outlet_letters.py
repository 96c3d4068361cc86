"""Each press address's own copy of a version that goes out by e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outlet_letters",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outlet", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=160), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_outlet_letters_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "version", "outlet", "address", name=op.f("pk_outlet_letters")),
        sa.UniqueConstraint("token", name=op.f("uq_outlet_letters_token")),
    )
    op.create_index("ix_outlet_letters_message_id", "outlet_letters", ["message_id"])


def downgrade() -> None:
    op.drop_table("outlet_letters")
