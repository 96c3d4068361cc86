"""The tables of the Telegram channel: what came in, what goes out, what is on show."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false, text

from bot.store.schema import RowNumber, metadata
from bot.store.types import Instant, Json

telegram_updates = Table(
    "telegram_updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("raw", Json, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("reason", String(64)),
    Index(
        "ix_telegram_updates_undone",
        "update_id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

telegram_state = Table(
    "telegram_state",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(256), nullable=False),
)

telegram_chats = Table(
    "telegram_chats",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("error", Text),
    Column("changed_at", Instant, nullable=False),
)

telegram_cards = Table(
    "telegram_cards",
    metadata,
    Column("incident_id", String(64), ForeignKey("incidents.id"), primary_key=True),
    Column("chat", String(64), ForeignKey("telegram_chats.key"), primary_key=True),
    Column("message_id", BigInteger),
    Column("shown_revision", Integer, nullable=False),
    Column("shown_version", Integer),
    Column("shown_sha256", String(64)),
    Column("repost", Boolean, nullable=False, server_default=false()),
    Column("not_before", Instant),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("error", Text),
    Index("ix_telegram_cards_message", "chat", "message_id"),
)

telegram_outbox = Table(
    "telegram_outbox",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("chat", String(64), ForeignKey("telegram_chats.key"), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("not_before", Instant),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("created_at", Instant, nullable=False),
    Column("message_id", BigInteger),
    Column("error", Text),
    Column("digest", Json),
    Index("ix_telegram_outbox_state_chat", "state", "chat", "id"),
)

telegram_prompts = Table(
    "telegram_prompts",
    metadata,
    Column("outbox_key", String(160), primary_key=True),
    Column("chat", String(64), nullable=False),
    Column("message_id", BigInteger),
    Column("kind", String(16), nullable=False),
    Column("incident_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("arg", String(128), nullable=False, server_default=""),
    Index("ix_telegram_prompts_message", "chat", "message_id"),
)
