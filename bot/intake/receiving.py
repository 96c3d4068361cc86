"""Requests stored many at a time: each item accepted, known, quarantined or refused, and a receipt to repeat them by.

Any number of parcels go into one transaction with a handful of queries: the commit, which waits for the disk, and the
journey to the database are shared by all that wait together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bot.intake.parcel import Item, Parcel
from bot.model.alert import Alert, AlertOutcome
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.reasons import Reason
from bot.store import alerts, audit, quarantine, receipts
from bot.store.alerts import Known, NewAlert
from bot.store.database import Tx
from bot.store.feed_keys import Key
from bot.store.quarantine import Quarantined
from bot.store.receipts import NewReceipt, Receipt

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


_OUTCOMES = (AlertOutcome.ACCEPTED, AlertOutcome.DUPLICATE, AlertOutcome.QUARANTINED, AlertOutcome.REFUSED)
"""What may become of an item at the door."""


@dataclass(frozen=True)
class Received:
    """What became of one request."""

    results: tuple[Result, ...]

    @cached_property
    def counts(self) -> dict[AlertOutcome, int]:
        """How many items came to what."""
        came_to = [result.outcome for result in self.results]
        return {outcome: came_to.count(outcome) for outcome in _OUTCOMES}

    @property
    def accepted(self) -> int:
        """How many alerts are new."""
        return self.counts[AlertOutcome.ACCEPTED]

    @property
    def duplicates(self) -> int:
        """How many were known."""
        return self.counts[AlertOutcome.DUPLICATE]

    @property
    def quarantined(self) -> int:
        """How many could not be understood."""
        return self.counts[AlertOutcome.QUARANTINED]

    @property
    def refused(self) -> int:
        """How many bear a mark of secrecy and were not kept."""
        return self.counts[AlertOutcome.REFUSED]

    def answer(self) -> dict[str, Any]:
        """The body of the answer (DESIGN §5)."""
        return {
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "quarantined": self.quarantined,
            "refused": self.refused,
            "results": [
                {"id": one.id, "incident": one.incident, "outcome": one.outcome, "reason": one.reason}
                for one in self.results
            ],
        }


async def receive(tx: Tx, parcels: Sequence[Parcel]) -> list[Received | IdReused]:
    """Store what several requests brought, in their order; an answer for each.

    Of a request whose webhook id is known with another body nothing is stored.
    """
    shelf = await Shelf.opened(tx, parcels)
    answers = [await _take(tx, shelf, parcel) for parcel in parcels]
    await shelf.write(tx)
    return answers


async def receive_one(tx: Tx, parcel: Parcel) -> Received:
    """Store what one request brought.

    Raises:
        IdReused: the webhook id is known with another body; nothing was stored.
    """
    (answer,) = await receive(tx, [parcel])
    if isinstance(answer, IdReused):
        raise answer
    return answer


async def record_refused(tx: Tx, feed: str, items: int, at: datetime) -> None:
    """Put on the record that marked items came, when and through which feed; nothing of what was in them."""
    if items:
        details = {"feed": feed, "items": items, "why": Reason.MARKED_SECRET.value}
        await audit.append(tx, AuditEvent("refuse_secret", SYSTEM, at, details=details))


async def _take(tx: Tx, shelf: Shelf, parcel: Parcel) -> Received | IdReused:
    """One request: known, or each of its items."""
    if parcel.webhook_id is not None:
        before = shelf.answered.get((parcel.feed, parcel.webhook_id))
        if before is not None:
            return IdReused() if before.body_sha256 != parcel.sha256 else await _again(tx, before.answer["results"])
    received = Received(tuple([await shelf.take(tx, parcel, item) for item in parcel.items]))
    await record_refused(tx, parcel.feed, received.refused, parcel.received_at)
    if parcel.webhook_id is not None:
        shelf.remember(parcel, parcel.webhook_id, received.answer())
    return received


class Shelf:
    """What is known of the senders' own ids, and what these parcels add to it until it is written down."""

    def __init__(self, answered: dict[Key, Receipt], known: dict[Key, Known]) -> None:
        """Nothing was added yet."""
        self.answered = answered
        self.known = known
        self._new: list[NewAlert] = []
        self._new_receipts: list[NewReceipt] = []
        self._quarantined: list[Quarantined] = []

    @classmethod
    async def opened(cls, tx: Tx, parcels: Iterable[Parcel]) -> Shelf:
        """What is known of everything in these parcels."""
        webhooks = {(parcel.feed, parcel.webhook_id) for parcel in parcels if parcel.webhook_id is not None}
        given = {key for parcel in parcels for key in _given(parcel.feed, parcel.items)}
        return cls(await receipts.known(tx, webhooks), await alerts.known(tx, given))

    async def take(self, tx: Tx, parcel: Parcel, item: Item) -> Result:
        """Put one item where it belongs."""
        verdict = await self.judge(tx, parcel.feed, item)
        if verdict is None:
            return self.accept(item)
        if verdict.outcome is AlertOutcome.QUARANTINED:
            kept = Quarantined(item.id, parcel.feed, parcel.received_at, verdict.reason, item.raw)
            self._quarantined.append(kept)
        return verdict

    def accept(self, item: Item) -> Result:
        """Keep an alert that :meth:`judge` has nothing against, once this is written."""
        alert = item.alert
        assert alert is not None  # noqa: S101 - what has no alert is judged otherwise
        self._new.append(NewAlert(alert, item.raw, item.sha256))
        if alert.source_id is not None:
            self.known[alert.feed, alert.source_id] = Known(alert.id, None, item.sha256, alert.status.is_drill)
        return Result(item.id, None, AlertOutcome.ACCEPTED, UNDERSTOOD)

    async def judge(self, tx: Tx, feed: str, item: Item) -> Result | None:
        """What speaks against accepting an item; None when nothing does."""
        alert = item.alert
        if item.secret:
            return Result(item.id, None, AlertOutcome.REFUSED, Reason.MARKED_SECRET.value)
        if alert is None:
            return Result(item.id, None, AlertOutcome.QUARANTINED, item.fault)
        known = None if alert.source_id is None else self.known.get((feed, alert.source_id))
        if known is not None:
            return _known(alert, item, known)
        if alert.phase.is_end and not await self._ends_something(tx, alert):
            ended = ", ".join(alert.earlier) or "something"
            reason = f"{alert.phase.value}: it ends {ended}, which this feed never sent"
            return Result(item.id, None, AlertOutcome.QUARANTINED, reason)
        return None

    async def _ends_something(self, tx: Tx, alert: Alert) -> bool:
        """True when the message that it takes back is known, and as real, or as much a drill, as it says to be."""
        await self.write(tx)  # it may have come together with this one
        earlier = await alerts.find_earlier(tx, alert.feed, alert.earlier)
        return earlier is not None and earlier.alert.status.is_drill == alert.status.is_drill

    def remember(self, parcel: Parcel, webhook_id: str, answer: dict[str, Any]) -> None:
        """Keep the receipt of a request."""
        self.answered[parcel.feed, webhook_id] = Receipt(parcel.sha256, answer)
        self._new_receipts.append(NewReceipt(parcel.feed, webhook_id, parcel.sha256, answer, parcel.received_at))

    async def write(self, tx: Tx) -> None:
        """Everything new, in one go."""
        await alerts.add_all(tx, self._new)
        await quarantine.add(tx, self._quarantined)
        await receipts.add(tx, self._new_receipts)
        self._new, self._new_receipts, self._quarantined = [], [], []


def _given(feed: str, items: Iterable[Item]) -> set[Key]:
    """The ids that the feed gave to these items."""
    given = {item.alert.source_id for item in items if item.alert is not None}
    return {(feed, source_id) for source_id in given if source_id is not None}


def _known(alert: Alert, item: Item, known: Known) -> Result:
    """The feed sent this id before. Another content under it is no duplicate: it is kept where a person sees it.

    Where the id tells the content there can be no other: what is kept beside the alert itself speaks of its group.
    """
    if not item.id_tells_content and not item.has_hash(known.body_sha256):
        reason = f"id: {alert.source_id!r} was sent before with other content"
        return Result(item.id, None, AlertOutcome.QUARANTINED, reason)
    if known.drill and not alert.status.is_drill:  # it came while the feed was tried out; a drill swallows nothing real
        reason = f"id: {alert.source_id!r} was sent before as a drill, and is real now"
        return Result(item.id, None, AlertOutcome.QUARANTINED, reason)
    return Result(known.id, known.incident_id, AlertOutcome.DUPLICATE, "same_id")


async def _again(tx: Tx, results: Sequence[dict[str, Any]]) -> Received:
    """The same request once more: the same ids, and what has become of them since."""
    quarantined = [one["id"] for one in results if one["outcome"] == AlertOutcome.QUARANTINED]
    alert_of = {one["id"]: one["id"] for one in results if one["outcome"] != AlertOutcome.REFUSED}
    alert_of |= dict.fromkeys(quarantined) | await quarantine.read_again(tx, quarantined)
    incident_of = await alerts.incidents_of(tx, [found for found in alert_of.values() if found is not None])
    repeated = []
    for one in results:
        alert_id = alert_of.get(one["id"])
        if alert_id is None:
            repeated.append(Result(one["id"], None, AlertOutcome(one["outcome"]), one["reason"]))
        else:
            incident = incident_of.get(alert_id)
            repeated.append(Result(alert_id, incident, AlertOutcome.DUPLICATE, "same_webhook_id"))
    return Received(tuple(repeated))
