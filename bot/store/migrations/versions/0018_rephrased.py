"""Which version a machine rephrased, so that it stays known whose words they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statements", sa.Column("rephrases", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("statements", "rephrases")
