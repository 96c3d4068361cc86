"""What may be taken from an alert: where it is said to happen, and nothing else.

Numbers of victims, causes, names and amounts come from people who vouch for them (reference/domain.md §3.2).
"""

from __future__ import annotations

from bot.drafting.values import clean
from bot.model.alert import Alert
from bot.model.audit import SYSTEM
from bot.model.fact import PLACE, Fact, FactState
from bot.model.playbook import Playbook


def facts_from_alert(playbook: Playbook, alert: Alert) -> dict[str, Fact]:
    """The facts an alert fills in: at most the place, unconfirmed. A playbook may forbid even that."""
    slot = playbook.slot(PLACE)
    place = clean(alert.location.text or "")
    if not place or (slot is not None and slot.never_from_alert):
        return {}
    return {PLACE: Fact(PLACE, FactState.UNCONFIRMED, place, SYSTEM, alert.received_at)}
