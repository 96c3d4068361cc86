"""The second way: letters, and the sign-off links in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UNDONE = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "signoff_tickets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("session", sa.String(length=64), nullable=True),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("replaced_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_signoff_tickets_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signoff_tickets")),
    )
    op.create_index("ix_signoff_tickets_incident_person", "signoff_tickets", ["incident_id", "person"])
    op.create_table(
        "signoff_acts",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("ticket", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=True),
        sa.Column("told", JSON, nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["signoff_tickets.id"], name=op.f("fk_signoff_acts_ticket")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_signoff_acts")),
    )
    op.create_index("ix_signoff_acts_ticket", "signoff_acts", ["ticket", "received_at"])
    op.create_index("ix_signoff_acts_person", "signoff_acts", ["person", "received_at"])
    op.create_index(
        "ix_signoff_acts_undone", "signoff_acts", ["received_at"], sqlite_where=UNDONE, postgresql_where=UNDONE
    )
    op.create_table(
        "email_letters",
        sa.Column("ticket", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("cause_since", INSTANT, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("not_before", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["signoff_tickets.id"], name=op.f("fk_email_letters_ticket")),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_email_letters")),
    )
    op.create_index("ix_email_letters_state", "email_letters", ["state", "not_before"])
    op.create_table(
        "email_refusals",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_email_refusals")),
    )


def downgrade() -> None:
    for table in ("email_refusals", "email_letters", "signoff_acts", "signoff_tickets"):
        op.drop_table(table)
