"""What became of one item, for its sender who asks by the id that was answered when it came (DESIGN §5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.intake.receiving import Result
from bot.model.alert import AlertOutcome
from bot.store import alerts, quarantine
from bot.store.database import Tx


@dataclass(frozen=True, slots=True)
class Became:
    """What became of an item of ``feed``, under the id that was asked for.

    ``alert_id`` is what an item of the quarantine became when it was read again; of several, the first.
    """

    feed: str
    result: Result
    was_quarantined: bool = False
    alert_id: str | None = None

    def answer(self) -> dict[str, Any]:
        """The body of the answer; ``alert_id`` is in it only where the item was not understood at first."""
        one = self.result
        said = {"id": one.id, "incident": one.incident, "outcome": one.outcome, "reason": one.reason}
        return said | {"alert_id": self.alert_id} if self.was_quarantined else said


async def became(tx: Tx, item_id: str) -> Became | None:
    """What became of an item that was accepted or put into quarantine; None for ids that were never given.

    Of what was read again with success it is that of the alert which it is by now.
    """
    stored = await alerts.get(tx, item_id)
    if stored is not None:
        return Became(stored.alert.feed, Result(item_id, stored.incident_id, stored.outcome, stored.reason))
    kept = await quarantine.get(tx, item_id)
    if kept is None:
        return None
    alert = None if kept.alert_id is None else await alerts.get(tx, kept.alert_id)
    if alert is None:
        return Became(kept.feed, Result(item_id, None, AlertOutcome.QUARANTINED, kept.reason), was_quarantined=True)
    result = Result(item_id, alert.incident_id, alert.outcome, alert.reason)
    return Became(kept.feed, result, was_quarantined=True, alert_id=kept.alert_id)
