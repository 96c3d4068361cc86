"""Receipts of requests: what was answered to a webhook id, so that the same request once more is answered alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from bot.store.database import Tx
from bot.store.feed_keys import Key, by_feed
from bot.store.schema import webhook_receipts

_KNOWN = select(webhook_receipts.c.webhook_id, webhook_receipts.c.body_sha256, webhook_receipts.c.answer).where(
    webhook_receipts.c.feed == bindparam("feed"),
    webhook_receipts.c.webhook_id.in_(bindparam("ids", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was answered to a webhook id, and the hash of the body that came with it."""

    body_sha256: str
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """What is answered to a webhook id, to be remembered."""

    feed: str
    webhook_id: str
    body_sha256: str
    answer: Mapping[str, Any]
    at: datetime


async def known(tx: Tx, keys: Collection[Key]) -> dict[Key, Receipt]:
    """What was answered before to these webhook ids."""
    found = {}
    for feed, ids in by_feed(keys):
        rows = await tx.execute(_KNOWN, {"feed": feed, "ids": ids})
        found.update({(feed, row.webhook_id): Receipt(row.body_sha256, row.answer) for row in rows})
    return found


async def add(tx: Tx, new: Sequence[NewReceipt]) -> None:
    """Remember what is answered to these webhook ids."""
    if new:
        await tx.execute(
            insert(webhook_receipts),
            [
                {
                    "feed": receipt.feed,
                    "webhook_id": receipt.webhook_id,
                    "body_sha256": receipt.body_sha256,
                    "answer": dict(receipt.answer),
                    "received_at": receipt.at,
                }
                for receipt in new
            ],
        )
