"""Enrolling a second factor by letter: links, and letters to one person about their own factor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "factor_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("wrong", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("session", sa.String(length=64), nullable=True),
        sa.Column("pairing", sa.String(length=16), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_links")),
    )
    op.create_index("ix_factor_links_person", "factor_links", ["person", "issued_at"])
    op.create_table(
        "personal_letters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("words", sa.String(length=32), nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.Column("link", sa.String(length=32), nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("not_before", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["link"], ["factor_links.id"], name=op.f("fk_personal_letters_link")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_letters")),
        sa.UniqueConstraint("key", name=op.f("uq_personal_letters_key")),
    )
    op.create_index("ix_personal_letters_state", "personal_letters", ["state", "not_before"])


def downgrade() -> None:
    op.drop_index("ix_personal_letters_state", "personal_letters")
    op.drop_table("personal_letters")
    op.drop_index("ix_factor_links_person", "factor_links")
    op.drop_table("factor_links")
