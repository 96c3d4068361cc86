"""Which picture stands beside which card: the outbox knows, by the keys of its messages."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from bot.store.bulk import portions
from bot.store.database import Tx
from bot.store.schema_telegram import telegram_cards, telegram_outbox


def key_of(incident_id: str, number: int, chat: str) -> str:
    """The outbox key of one picture in one chat."""
    return f"picture:{incident_id}:{number}:{chat}"


async def lacking(tx: Tx, wanted: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Incident, chat and message of every card on show that has no picture of the number wanted."""
    found = []
    c = telegram_cards.c
    for ids in portions(list(wanted)):
        rows = await tx.execute(
            select(c.incident_id, c.chat, c.message_id).where(c.incident_id.in_(ids), c.message_id.is_not(None))
        )
        found += [(row.incident_id, row.chat, row.message_id) for row in rows]
    keys = [key_of(incident, wanted[incident], chat) for incident, chat, _ in found]
    there: set[str] = set()
    for asked in portions(keys):
        query = select(telegram_outbox.c.key).where(telegram_outbox.c.key.in_(asked))
        there |= set((await tx.execute(query)).scalars())
    return [one for one, key in zip(found, keys, strict=True) if key not in there]


async def latest(tx: Tx, incident_id: str, chat: str) -> int | None:
    """The message with the incident's picture in a chat; None where none was sent."""
    c = telegram_outbox.c
    query = (
        select(c.message_id)
        .where(c.chat == chat, c.key.like(f"picture:{incident_id}:%"), c.message_id.is_not(None))
        .order_by(c.id.desc())
        .limit(1)
    )
    found: int | None = (await tx.execute(query)).scalar_one_or_none()
    return found
