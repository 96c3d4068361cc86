"""Finding what was merged into an incident without reading them all: every card asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_WHERE = sa.text("merged_into IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_incidents_merged_into", "incidents", ["merged_into"], sqlite_where=_WHERE, postgresql_where=_WHERE
    )


def downgrade() -> None:
    op.drop_index("ix_incidents_merged_into", table_name="incidents")
