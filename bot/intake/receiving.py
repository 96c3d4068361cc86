"""One request's items in one transaction, each accepted, known, quarantined or refused, and the receipt for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.intake.parcel import Item, Parcel
from bot.model.alert import Alert, AlertOutcome
from bot.model.audit import SYSTEM, AuditEvent
from bot.store import alerts, audit, quarantine
from bot.store.alerts import StoredAlert
from bot.store.database import Tx
from bot.store.quarantine import Quarantined

UNDERSTOOD = "waiting_for_grouping"
MARKED_SECRET = "marked_secret"  # noqa: S105 - a reason code


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

    def count(self, outcome: AlertOutcome) -> int:
        """How many items came to this."""
        return sum(1 for result in self.results if result.outcome is outcome)

    @property
    def accepted(self) -> int:
        """How many alerts are new."""
        return self.count(AlertOutcome.ACCEPTED)

    @property
    def duplicates(self) -> int:
        """How many were known."""
        return self.count(AlertOutcome.DUPLICATE)

    @property
    def quarantined(self) -> int:
        """How many could not be understood."""
        return self.count(AlertOutcome.QUARANTINED)

    @property
    def refused(self) -> int:
        """How many bear a mark of secrecy and were not kept."""
        return self.count(AlertOutcome.REFUSED)

    def answer(self) -> dict[str, Any]:
        """The body of the answer (DESIGN §5)."""
        return {
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "quarantined": self.quarantined,
            "refused": self.refused,
            "results": [asdict(result) for result in self.results],
        }


async def receive(tx: Tx, parcel: Parcel) -> Received:
    """Store everything a request brought.

    Raises:
        IdReused: the webhook id is known with another body; nothing was stored.
    """
    if parcel.webhook_id is not None:
        before = await alerts.receipt(tx, parcel.feed, parcel.webhook_id)
        if before is not None:
            if before.body_sha256 != parcel.sha256:
                raise IdReused
            return await _again(tx, before.answer["results"])
    received = Received(tuple([await take(tx, parcel, item) for item in parcel.items]))
    if received.refused:  # that it happened, when and through which feed; nothing of what was in it
        details = {"feed": parcel.feed, "items": received.refused, "why": MARKED_SECRET}
        await audit.append(tx, AuditEvent("refuse_secret", SYSTEM, parcel.received_at, details=details))
    if parcel.webhook_id is not None:
        await alerts.add_receipt(
            tx, parcel.feed, parcel.webhook_id, parcel.sha256, received.answer(), parcel.received_at
        )
    return received


async def take(tx: Tx, parcel: Parcel, item: Item) -> Result:
    """Store one item."""
    verdict = await judge(tx, parcel.feed, item)
    if verdict is None:
        return await accept(tx, item)
    if verdict.outcome is AlertOutcome.QUARANTINED:
        kept = Quarantined(item.id, parcel.feed, parcel.received_at, verdict.reason, item.raw)
        await quarantine.add(tx, kept)
    return verdict


async def accept(tx: Tx, item: Item) -> Result:
    """Keep an alert that :func:`judge` has nothing against."""
    assert item.alert is not None  # noqa: S101 - what has no alert is judged otherwise
    await alerts.add(tx, item.alert, item.raw, item.sha256)
    return Result(item.id, None, AlertOutcome.ACCEPTED, UNDERSTOOD)


async def judge(tx: Tx, feed: str, item: Item) -> Result | None:
    """What speaks against accepting an item, given what the feed sent before; None when nothing does."""
    alert = item.alert
    if item.secret:
        return Result(item.id, None, AlertOutcome.REFUSED, MARKED_SECRET)
    if alert is None:
        return Result(item.id, None, AlertOutcome.QUARANTINED, item.fault)
    if alert.source_id is not None:
        known = await alerts.find_by_source(tx, feed, alert.source_id)
        if known is not None:
            return await _known(tx, item, known)
    if alert.phase.is_end and not await _ends_something(tx, alert):
        ended = ", ".join(alert.earlier) or "something"
        reason = f"{alert.phase.value}: it ends {ended}, which this feed never sent"
        return Result(item.id, None, AlertOutcome.QUARANTINED, reason)
    return None


async def _ends_something(tx: Tx, alert: Alert) -> bool:
    """True when the message that it takes back is known, and is as real, or as much a drill, as it says to be."""
    earlier = await alerts.find_earlier(tx, alert.feed, alert.earlier)
    return earlier is not None and earlier.alert.status.is_drill == alert.status.is_drill


async def _known(tx: Tx, item: Item, known: StoredAlert) -> Result:
    """The feed sent this id before. Another content under it is no duplicate: it is kept where a person sees it."""
    if await alerts.content_sha256(tx, known.alert.id) != item.sha256:
        reason = f"id: {known.alert.source_id!r} was sent before with other content"
        return Result(item.id, None, AlertOutcome.QUARANTINED, reason)
    return Result(known.alert.id, known.incident_id, AlertOutcome.DUPLICATE, "same_id")


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
