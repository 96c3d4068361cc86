"""Words in public, to be found by hash, words and sentences; what was published before is filled in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bot.model.public_text import accented_words, loose_sha256, passage_digests, plain_words, words_of
from bot.model.statement import PUBLIC, text_sha256

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    texts = op.create_table(
        "published_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("loose_sha256", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("plain_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id", "version"],
            ["statements.incident_id", "statements.version"],
            name=op.f("fk_published_texts_incident_id_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_texts")),
        sa.UniqueConstraint(
            "incident_id", "version", "variant", name=op.f("uq_published_texts_incident_id_version_variant")
        ),
    )
    op.create_index(op.f("ix_published_texts_sha256"), "published_texts", ["sha256"])
    op.create_index(op.f("ix_published_texts_loose_sha256"), "published_texts", ["loose_sha256"])
    passages = op.create_table(
        "published_passages",
        sa.Column("digest", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["published_texts.id"], name=op.f("fk_published_passages_text_id")),
        sa.PrimaryKeyConstraint("digest", "text_id", name=op.f("pk_published_passages")),
    )
    op.create_index("ix_published_passages_text_id", "published_passages", ["text_id"])
    words = op.create_table(
        "published_words",
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("text_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["published_texts.id"], name=op.f("fk_published_words_text_id")),
        sa.PrimaryKeyConstraint("word", "text_id", name=op.f("pk_published_words")),
    )
    op.create_index("ix_published_words_text_id", "published_words", ["text_id"])
    op.create_index("ix_statements_published_at", "statements", ["published_at"])
    op.create_index("ix_statements_sha256", "statements", ["sha256"])
    _fill(texts, passages, words)


def _fill(texts: sa.Table, passages: sa.Table, words: sa.Table) -> None:
    statements = sa.table(
        "statements",
        sa.column("incident_id", sa.String),
        sa.column("version", sa.Integer),
        sa.column("state", sa.String),
        sa.column("texts", JSON),
    )
    connection = op.get_bind()
    public = sa.select(statements).where(statements.c.state.in_([s.value for s in PUBLIC]))
    for row in connection.execute(public).fetchall():
        for variant, text in row.texts.items():
            made = connection.execute(
                texts.insert()
                .values(
                    incident_id=row.incident_id,
                    version=row.version,
                    variant=variant,
                    sha256=text_sha256(text),
                    loose_sha256=loose_sha256(text),
                    words=f" {accented_words(text)} ",
                    plain_words=f" {plain_words(text)} ",
                )
                .returning(texts.c.id)
            )
            text_id = made.scalar_one()
            connection.execute(passages.insert(), [{"digest": d, "text_id": text_id} for d in passage_digests(text)])
            found = words_of(plain_words(text)) if variant.endswith("/full") else ()
            if found:
                connection.execute(words.insert(), [{"word": word, "text_id": text_id} for word in sorted(found)])


def downgrade() -> None:
    op.drop_index("ix_statements_sha256", table_name="statements")
    op.drop_index("ix_statements_published_at", table_name="statements")
    op.drop_table("published_words")
    op.drop_table("published_passages")
    op.drop_table("published_texts")
