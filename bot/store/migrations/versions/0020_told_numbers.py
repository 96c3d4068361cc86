"""The number that people were told stands in a column of its own, and no longer in the name of the note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_NOTES = sa.table(
    "watch_notes",
    sa.column("name", sa.String),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("number", sa.Integer),
)
_OLD = _NOTES.c.name.contains("_told:", autoescape=True)


def upgrade() -> None:
    """``lying_told:17`` becomes ``lying_told`` with 17; of several numbers of one thing the latest is kept."""
    op.add_column("watch_notes", sa.Column("number", sa.Integer(), nullable=True))
    told = sa.select(_NOTES.c.name).where(_OLD)
    kept: set[str] = set()
    for old in op.get_bind().execute(told.order_by(_NOTES.c.at.desc())).scalars().all():
        name, _, number = old.rpartition(":")
        same = _NOTES.c.name == old
        op.execute(
            sa.delete(_NOTES).where(same)
            if name in kept
            else sa.update(_NOTES).where(same).values(name=name, number=int(number))
        )
        kept.add(name)


def downgrade() -> None:
    """Back into the name; what a process of the earlier release wrote beside this one gives way."""
    op.execute(sa.delete(_NOTES).where(_OLD))
    told = sa.select(_NOTES.c.name, _NOTES.c.number).where(_NOTES.c.number.is_not(None))
    for name, number in op.get_bind().execute(told).all():
        op.execute(sa.update(_NOTES).where(_NOTES.c.name == name).values(name=f"{name}:{number}"))
    op.drop_column("watch_notes", "number")
