"""What a letter asked of its reader: whoever is asked something else about the same words is written to again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("email_letters", sa.Column("task", sa.String(16)))


def downgrade() -> None:
    op.drop_column("email_letters", "task")
