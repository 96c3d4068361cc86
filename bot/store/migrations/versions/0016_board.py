"""The internal board: links that are opened once, with the sessions that they became."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "board_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("session", sa.String(length=64), nullable=True),
        sa.Column("session_until", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_links")),
        sa.UniqueConstraint("token", name=op.f("uq_board_links_token")),
        sa.UniqueConstraint("session", name=op.f("uq_board_links_session")),
    )
    op.create_index("ix_board_links_person_issued_at", "board_links", ["person", "issued_at"])


def downgrade() -> None:
    op.drop_index("ix_board_links_person_issued_at", "board_links")
    op.drop_table("board_links")
