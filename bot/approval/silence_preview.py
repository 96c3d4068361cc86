"""What a silence would have held back last week: numbers and titles to look at before anybody agrees to it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.grouping.silencing import units_of
from bot.model.alert import AlertOutcome
from bot.model.person import Organisation
from bot.model.place import plain
from bot.model.silence import SilencePolicy, Wide, let_through, why_wide
from bot.model.silence_matcher import Matcher, Said, spoken
from bot.store import silenced_alerts
from bot.store.alerts import StoredAlert
from bot.store.database import Tx

LOOKED_BACK = timedelta(days=7)

LOOKED_AT = 2000
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
    total = await silenced_alerts.number_since(tx, since)
    looked_at = await silenced_alerts.alerts_since(tx, since, LOOKED_AT)
    fitting, held = await asyncio.to_thread(_weigh, looked_at, matcher, organisation, policy, now)
    factor = total / len(looked_at) if looked_at else 1.0
    opened = [stored for stored in held if stored.outcome is AlertOutcome.OPENED]
    alerts = round(len(held) * factor)
    provinces = {unit.id for unit in organisation.units if unit.parent is None} | _everywhere(matcher, organisation)
    return Preview(
        alerts=alerts,
        cases=round(len(opened) * factor),
        through=round((len(fitting) - len(held)) * factor),
        titles=_titles([*opened, *held]),
        wide=why_wide(matcher, provinces, alerts, policy),
        estimated=total > len(looked_at),
    )


def _weigh(
    looked_at: Sequence[tuple[StoredAlert, str | None]],
    matcher: Matcher,
    organisation: Organisation,
    policy: SilencePolicy,
    now: datetime,
) -> tuple[list[StoredAlert], list[StoredAlert]]:
    """The alerts that fit, and those among them that would be held.

    A place is looked up once however many alerts name it, and only where the rest fits.
    """
    everywhere = replace(matcher, places=(), unless=())
    known: dict[tuple[str | None, str | None], frozenset[str]] = {}
    fitting, held = [], []
    for stored, playbook in looked_at:
        alert = stored.alert
        said = Said.of(alert, (), playbook)
        if not everywhere.is_empty and not everywhere.fits(said):
            continue
        where = (alert.location.text, alert.location.ward_code)
        if where not in known:
            known[where] = frozenset(units_of(alert, organisation, now))
        if matcher.fits(replace(said, units=known[where])):
            fitting.append(stored)
            if let_through(alert, said, policy) is None:
                held.append(stored)
    return fitting, held


def _everywhere(matcher: Matcher, organisation: Organisation) -> set[str]:
    """Places that are none: a name that no unit has is looked for in the words, and one of one syllable is anywhere.

    So is the bare name of the province, which half of all alerts say.
    """
    tops = [f" {plain(unit.name_vi)} " for unit in organisation.units if unit.parent is None]
    names = [place for place in matcher.places if organisation.unit(place) is None]
    return {name for name in names if len(plain(name).split()) < 2 or any(spoken(name, top) for top in tops)}


def _titles(stored: Sequence[StoredAlert]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.alert.title for one in stored))[:SHOWN_TITLES]
