"""Acts and gates: signatures, second factors, stops, units that share a case, and the series of a statement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

COLUMNS = (
    ("statements", lambda: sa.Column("kind", sa.String(length=16), server_default="initial", nullable=False)),
    ("statements", lambda: sa.Column("refers_to", sa.Integer(), nullable=True)),
    ("telegram_prompts", lambda: sa.Column("arg", sa.String(length=128), server_default="", nullable=False)),
    ("incidents", lambda: sa.Column("muted_until", INSTANT, nullable=True)),
    ("incidents", lambda: sa.Column("muted_by", sa.String(length=64), nullable=True)),
    ("incidents", lambda: sa.Column("merged_into", sa.String(length=64), nullable=True)),
    ("incidents", lambda: sa.Column("split_from", sa.String(length=64), nullable=True)),
    ("incidents", lambda: sa.Column("handed_to", sa.String(length=64), nullable=True)),
)
"""Columns that older tables gain."""


def upgrade() -> None:
    op.create_table(
        "signatures",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_signatures_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "version", "kind", "unit", name=op.f("pk_signatures")),
    )
    op.create_table(
        "case_units",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_case_units_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "unit", name=op.f("pk_case_units")),
    )
    op.create_table(
        "second_factors",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("pairing", sa.String(length=16), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("vouched_by", sa.String(length=64), nullable=True),
        sa.Column("vouched_at", INSTANT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("person", "stage", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "publishing_stops",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stopped_by", sa.String(length=64), nullable=False),
        sa.Column("stopped_at", INSTANT, nullable=False),
        sa.Column("first_release_by", sa.String(length=64), nullable=True),
        sa.Column("first_release_at", INSTANT, nullable=True),
        sa.Column("released_by", sa.String(length=64), nullable=True),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishing_stops")),
    )
    op.create_index(
        "uq_publishing_stops_in_force",
        "publishing_stops",
        ["in_force"],
        unique=True,
        sqlite_where=sa.text("in_force"),
        postgresql_where=sa.text("in_force"),
    )
    for table, column in COLUMNS:
        op.add_column(table, column())


def downgrade() -> None:
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column().name)
    op.drop_index(
        "uq_publishing_stops_in_force",
        "publishing_stops",
        sqlite_where=sa.text("in_force"),
        postgresql_where=sa.text("in_force"),
    )
    for table in ("publishing_stops", "second_factors", "case_units", "signatures"):
        op.drop_table(table)
