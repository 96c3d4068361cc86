"""People: accounts, one-time codes, requests, authorisations, the duty roster's changes, accused units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "bindings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=256), nullable=False),
        sa.Column("bound_at", INSTANT, nullable=False),
        sa.Column("bound_by", sa.String(length=64), nullable=False),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.Column("released_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bindings")),
    )
    with op.batch_alter_table("bindings", schema=None) as batch_op:
        batch_op.create_index(
            "uq_bindings_address",
            ["channel", "address"],
            unique=True,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )

    op.create_table(
        "duty_changes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("absence", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("said_by", sa.String(length=64), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_changes")),
    )
    with op.batch_alter_table("duty_changes", schema=None) as batch_op:
        batch_op.create_index("ix_duty_changes_ends", ["ends"], unique=False)

    op.create_table(
        "enrolment_codes",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("additional", sa.Boolean(), nullable=False),
        sa.Column("only_for", sa.String(length=256), nullable=True),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("used_by", sa.String(length=256), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_enrolment_codes")),
    )
    op.create_table(
        "people_requests",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_requests")),
    )
    with op.batch_alter_table("people_requests", schema=None) as batch_op:
        batch_op.create_index(
            "uq_people_requests_code",
            ["code"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.create_table(
        "accused_units",
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("said_by", sa.String(length=64), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_accused_units_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "unit", name=op.f("pk_accused_units")),
    )
    op.create_table(
        "authorisations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.String(length=64), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_authorisations_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisations")),
    )
    with op.batch_alter_table("authorisations", schema=None) as batch_op:
        batch_op.create_index("ix_authorisations_incident_id", ["incident_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("authorisations", schema=None) as batch_op:
        batch_op.drop_index("ix_authorisations_incident_id")

    op.drop_table("authorisations")
    op.drop_table("accused_units")
    with op.batch_alter_table("people_requests", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_people_requests_code",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.drop_table("people_requests")
    op.drop_table("enrolment_codes")
    with op.batch_alter_table("duty_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_duty_changes_ends")

    op.drop_table("duty_changes")
    with op.batch_alter_table("bindings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bindings_address",
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )

    op.drop_table("bindings")
