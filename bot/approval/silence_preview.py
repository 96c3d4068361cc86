"""What a silence would have held back last week: numbers and titles to look at before anybody agrees to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.grouping.silencing import units_of
from bot.model.alert import Alert, AlertOutcome
from bot.model.person import Organisation
from bot.model.silence import Matcher, Said, SilencePolicy, Wide, let_through, why_wide
from bot.store import silences
from bot.store.alerts import StoredAlert
from bot.store.database import Tx

LOOKED_BACK = timedelta(days=7)

LOOKED_AT = 5000
"""Of so many of the week's alerts, the latest; with more than that the numbers are extrapolated."""

SHOWN_TITLES = 8


@dataclass(frozen=True, slots=True)
class Preview:
    """``alerts`` it would have held, ``through`` it would not have although they fit, ``cases`` it would have hidden.

    ``titles`` are those of the cases, then of other alerts, each once. ``estimated`` is true when only a part of the
    week was looked at and the numbers are extrapolated from it.
    """

    alerts: int
    cases: int
    through: int
    titles: tuple[str, ...]
    wide: Wide | None
    estimated: bool = False


async def preview(
    tx: Tx, matcher: Matcher, organisation: Organisation, policy: SilencePolicy, now: datetime
) -> Preview:
    """Hold the alerts of the last week against a matcher, as they would be held against it now."""
    since = now - LOOKED_BACK
    total = await silences.number_since(tx, since)
    looked_at = await silences.alerts_since(tx, since, LOOKED_AT)
    weigh = _Weighing(matcher, organisation, now)
    fitting = [stored for stored, playbook in looked_at if weigh.fits(stored.alert, playbook)]
    held = [stored for stored in fitting if let_through(stored.alert, policy) is None]
    factor = total / len(looked_at) if looked_at else 1.0
    opened = [stored for stored in held if stored.outcome is AlertOutcome.OPENED]
    alerts = round(len(held) * factor)
    provinces = {unit.id for unit in organisation.units if unit.parent is None}
    return Preview(
        alerts=alerts,
        cases=round(len(opened) * factor),
        through=round((len(fitting) - len(held)) * factor),
        titles=_titles([*opened, *held]),
        wide=why_wide(matcher, provinces, alerts, policy),
        estimated=total > len(looked_at),
    )


class _Weighing:
    """Fits alerts with a matcher; a place is looked up once however many alerts name it, and only when it counts."""

    def __init__(self, matcher: Matcher, organisation: Organisation, now: datetime) -> None:
        self._matcher = matcher
        self._everywhere = replace(matcher, places=(), unless=())
        self._organisation, self._now = organisation, now
        self._known: dict[tuple[str | None, str | None], tuple[str, ...]] = {}

    def fits(self, alert: Alert, playbook: str | None) -> bool:
        if not self._everywhere.is_empty and not self._everywhere.fits(Said.of(alert, (), playbook)):
            return False
        where = (alert.location.text, alert.location.ward_code)
        if where not in self._known:
            self._known[where] = units_of(alert, self._organisation, self._now)
        return self._matcher.fits(Said.of(alert, self._known[where], playbook))


def _titles(stored: Sequence[StoredAlert]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.alert.title for one in stored))[:SHOWN_TITLES]
