"""Private chats that were kept under their number become their person's, with what was shown and asked there.

Whoever wrote to the bot before they were enrolled was kept as ``chat:<number>`` for good: what ends with the person's
account did not end there. Whose account it is, the record of bindings knows; where only the people's file names it, the
service itself takes the chat over when it next writes to the person, and asks before each card until then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_CHATS = sa.table(
    "telegram_chats",
    sa.column("key", sa.String),
    sa.column("chat_id", sa.BigInteger),
    sa.column("reachable", sa.Boolean),
    sa.column("error", sa.Text),
    sa.column("changed_at", _INSTANT),
)
_BINDINGS = sa.table(
    "bindings",
    sa.column("id", sa.String),
    sa.column("person", sa.String),
    sa.column("channel", sa.String),
    sa.column("address", sa.String),
    sa.column("bound_at", _INSTANT),
    sa.column("released_at", _INSTANT),
)
_CARDS, _OUTBOX, _PROMPTS = (
    sa.table(name, sa.column("chat", sa.String), sa.column("incident_id", sa.String), sa.column("state", sa.String))
    for name in ("telegram_cards", "telegram_outbox", "telegram_prompts")
)


def upgrade() -> None:
    connection = op.get_bind()
    bound = connection.execute(
        sa.select(_BINDINGS.c.person, _BINDINGS.c.address, _BINDINGS.c.released_at)
        .where(_BINDINGS.c.channel == "telegram")
        .order_by(_BINDINGS.c.bound_at, _BINDINGS.c.id)
    ).all()
    known = {row.address for row in bound}
    holders = {row.address: row.person for row in bound if row.released_at is None}
    reached = {row.person: row.address for row in bound if row.released_at is None}  # the last one bound
    former = connection.execute(
        sa.select(_CHATS.c.key, _CHATS.c.chat_id)
        .where(_CHATS.c.key.like("chat:%"), _CHATS.c.chat_id > 0)
        .order_by(_CHATS.c.key)
    ).all()
    for key, chat_id in former:
        person = holders.get(str(chat_id))
        if person is not None and reached[person] == str(chat_id):
            _take_over(connection, key, f"person:{person}")
        elif person is None and str(chat_id) in known:  # it was somebody's, and was taken from them
            connection.execute(sa.delete(_CARDS).where(_CARDS.c.chat == key))
            connection.execute(
                sa.update(_OUTBOX).where(_OUTBOX.c.chat == key, _OUTBOX.c.state == "queued").values(state="dead")
            )


def downgrade() -> None:
    """Nothing: an earlier release knows a person's chat by the same key."""


def _take_over(connection: sa.Connection, former: str, key: str) -> None:
    """What was known as ``former`` is known as ``key``; where that was known before, its own cards stay."""
    there = connection.execute(sa.select(_CHATS.c.key).where(_CHATS.c.key == key)).first()
    if there is None:
        names = ["key", "chat_id", "reachable", "error", "changed_at"]
        columns = [sa.literal(key).label("key"), *(_CHATS.c[name] for name in names[1:])]
        connection.execute(sa.insert(_CHATS).from_select(names, sa.select(*columns).where(_CHATS.c.key == former)))
    own = _CARDS.alias()
    shown = sa.select(own.c.incident_id).where(own.c.chat == key)
    connection.execute(sa.delete(_CARDS).where(_CARDS.c.chat == former, _CARDS.c.incident_id.in_(shown)))
    for table in (_CARDS, _OUTBOX, _PROMPTS):
        connection.execute(sa.update(table).where(table.c.chat == former).values(chat=key))
    connection.execute(sa.delete(_CHATS).where(_CHATS.c.key == former))
