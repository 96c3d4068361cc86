"""Holding an alert back that would open a case, in one transaction. It fails open: in doubt there is a card."""

from __future__ import annotations

from datetime import datetime

from bot.model.alert import Alert
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.person import Organisation
from bot.model.silence import Silence, SilencePolicy, first_fitting, let_through
from bot.model.silence_matcher import Said
from bot.model.unit import chain_above
from bot.store import audit, silenced_alerts, silences
from bot.store.database import Tx


async def hold_back(
    tx: Tx, alert: Alert, playbook: str | None, organisation: Organisation, policy: SilencePolicy, now: datetime
) -> Silence | None:
    """The silence that now holds the alert, which belongs to no open case; None when none does.

    The record says which silence held what; and where one would have, why it did not.
    """
    standing = await silences.in_force(tx, now)
    if not standing or await silenced_alerts.was_released(tx, alert.id):
        return None
    said = Said.of(alert, units_of(alert, organisation, now), playbook)
    silence = first_fitting(standing, said, now)
    if silence is None:
        return None
    through = let_through(alert, said, policy)
    details = {"alert": alert.id, "feed": alert.feed, "silence": silence.code}
    if through is not None:
        await audit.append(
            tx, AuditEvent("let_through_silence", SYSTEM, now, details={**details, "why": through.value})
        )
        return None
    if not await silenced_alerts.hold(tx, silence, alert.id, now):
        return None
    await audit.append(tx, AuditEvent("hold_back", SYSTEM, now, details=details))
    return silence


def units_of(alert: Alert, organisation: Organisation, at: datetime) -> tuple[str, ...]:
    """The unit of an alert's place and all above it; empty where the place is unknown."""
    found = organisation.places.resolve(alert.location, organisation.units, at)
    return () if found.unit is None else tuple(chain_above(organisation.units, found.unit))
