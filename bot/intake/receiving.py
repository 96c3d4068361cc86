"""One request's items in one transaction, each accepted, known or quarantined, and the receipt that lets it repeat."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.intake.formats.arrival import Arrival, Misunderstood
from bot.model.alert import Alert, AlertOutcome
from bot.store import alerts
from bot.store.alerts import Quarantined, StoredAlert
from bot.store.database import Tx
from bot.store.ids import new_id

Format = Callable[[Any, Arrival], Alert]

UNDERSTOOD = "waiting_for_grouping"


class IdReused(Exception):
    """This webhook id came before with another body: a fault of the sender, or a forgery."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item."""

    id: str
    incident: str | None
    outcome: AlertOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one request."""

    results: tuple[Result, ...]

    def _count(self, outcome: AlertOutcome) -> int:
        return sum(1 for result in self.results if result.outcome is outcome)

    @property
    def accepted(self) -> int:
        """How many alerts are new."""
        return self._count(AlertOutcome.ACCEPTED)

    @property
    def duplicates(self) -> int:
        """How many were known."""
        return self._count(AlertOutcome.DUPLICATE)

    @property
    def quarantined(self) -> int:
        """How many could not be understood."""
        return self._count(AlertOutcome.QUARANTINED)

    def answer(self) -> dict[str, Any]:
        """The body of the answer (DESIGN §5)."""
        return {
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "quarantined": self.quarantined,
            "results": [asdict(result) for result in self.results],
        }


async def receive(
    tx: Tx, feed: str, read: Format, items: Sequence[Any], body: bytes, webhook_id: str | None, now: datetime
) -> Received:
    """Store everything a request brought.

    Raises:
        IdReused: the webhook id is known with another body; nothing was stored.
    """
    body_sha256 = hashlib.sha256(body).hexdigest()
    if webhook_id is not None:
        before = await alerts.receipt(tx, feed, webhook_id)
        if before is not None:
            if before.body_sha256 != body_sha256:
                raise IdReused
            return await _again(tx, before.answer["results"])
    received = Received(tuple([await _take(tx, feed, read, item, now) for item in items]))
    if webhook_id is not None:
        await alerts.add_receipt(tx, feed, webhook_id, body_sha256, received.answer(), now)
    return received


async def _take(tx: Tx, feed: str, read: Format, item: Any, now: datetime) -> Result:
    raw = json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")
    arrival = Arrival(new_id(now), feed, now)
    try:
        alert = read(item, arrival)
    except Misunderstood as error:
        return await _quarantine(tx, arrival, str(error), raw)
    content = hashlib.sha256(raw).hexdigest()
    if alert.source_id is not None:
        known = await alerts.find_by_source(tx, feed, alert.source_id)
        if known is not None:
            return await _known(tx, arrival, known, content, raw)
    await alerts.add(tx, alert, raw, content)
    return Result(alert.id, None, AlertOutcome.ACCEPTED, UNDERSTOOD)


async def _known(tx: Tx, arrival: Arrival, known: StoredAlert, content: str, raw: bytes) -> Result:
    """The feed sent this id before. Another content under it is no duplicate: it is kept where a person sees it."""
    if await alerts.content_sha256(tx, known.alert.id) != content:
        return await _quarantine(tx, arrival, f"id: {known.alert.source_id!r} was sent before with other content", raw)
    return Result(known.alert.id, known.incident_id, AlertOutcome.DUPLICATE, "same_id")


async def _quarantine(tx: Tx, arrival: Arrival, reason: str, raw: bytes) -> Result:
    reason = reason.encode("utf-8", "replace").decode()
    await alerts.add_quarantined(tx, Quarantined(arrival.alert_id, arrival.feed, arrival.received_at, reason, raw))
    return Result(arrival.alert_id, None, AlertOutcome.QUARANTINED, reason)


async def _again(tx: Tx, results: Sequence[dict[str, Any]]) -> Received:
    """The same request once more: the same ids, and what has become of them since."""
    repeated = []
    for result in results:
        stored = await alerts.get(tx, result["id"])
        if stored is None:
            repeated.append(Result(result["id"], None, AlertOutcome(result["outcome"]), result["reason"]))
        else:
            repeated.append(Result(result["id"], stored.incident_id, AlertOutcome.DUPLICATE, "same_webhook_id"))
    return Received(tuple(repeated))
