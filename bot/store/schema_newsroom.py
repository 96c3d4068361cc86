"""Tables of words in public, as they are looked for: by hash, by words, by the sentences they are made of.

All of it follows from ``statements.texts`` of versions that the public has seen; no draft is ever in here.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, String, Table, Text, UniqueConstraint

from bot.store.schema import metadata

published_texts = Table(
    "published_texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("variant", String(64), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("loose_sha256", String(64), nullable=False, index=True),
    Column("words", Text, nullable=False),
    Column("plain_words", Text, nullable=False),
    ForeignKeyConstraint(["incident_id", "version"], ["statements.incident_id", "statements.version"]),
    UniqueConstraint("incident_id", "version", "variant"),
)

published_passages = Table(
    "published_passages",
    metadata,
    Column("digest", BigInteger, primary_key=True, autoincrement=False),
    Column("text_id", Integer, primary_key=True, autoincrement=False),
    ForeignKeyConstraint(["text_id"], ["published_texts.id"]),
    Index("ix_published_passages_text_id", "text_id"),
)

published_words = Table(
    "published_words",
    metadata,
    Column("word", String(64), primary_key=True),
    Column("text_id", Integer, primary_key=True, autoincrement=False),
    ForeignKeyConstraint(["text_id"], ["published_texts.id"]),
    Index("ix_published_words_text_id", "text_id"),
)
"""Of full texts only: that is what searches look through."""
