"""When texts count as read: when Telegram has answered that each message that carries them is in the chat.

Queued is not shown. A message may wait out an outage, or never be sent at all, while a press on an older card, or words
typed from another telephone, still arrive: what they would approve must have been before somebody's eyes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.model.outcome import Reading
from bot.store import readings
from bot.store.database import Tx
from bot.store.telegram_outbox import QueuedMessage, all_sent

READING = "reading"
"""Where the payload of a message says what has been read once it and its fellows are out."""


def read_when_sent(reading: Reading, messages: Sequence[str]) -> Mapping[str, Any]:
    """The note that each of these messages, named by their keys, carries along."""
    return {"of": asdict(reading), "messages": list(messages)}


async def note_reading(tx: Tx, message: QueuedMessage, now: datetime) -> None:
    """In the transaction that notes a message as sent: if it was the last of its fellows, they have been read."""
    note = message.payload.get(READING)
    if note is not None and await all_sent(tx, note["messages"]):
        await readings.note(tx, Reading(**note["of"]), now)
