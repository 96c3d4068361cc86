"""What ``/metrics`` tells of alerts that wait or are held back, of silences, and of feeds that fell silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select

from bot.model.measure import Measure
from bot.model.silence import SilenceState
from bot.store import silences as silences_store
from bot.store import watching
from bot.store.database import Tx
from bot.store.schema import alerts
from bot.store.schema_watching import silenced_alerts, silences


async def watch_figures(tx: Tx, now: datetime, feeds: Sequence[str]) -> list[Measure]:
    """The figures as of ``now``; ``feeds`` are those of the settings."""
    waiting = await tx.execute(select(func.count(), func.min(alerts.c.received_at)).where(alerts.c.placed_at.is_(None)))
    count, oldest = waiting.one()
    held = select(func.count()).select_from(silenced_alerts).where(silenced_alerts.c.released_at.is_(None))
    asked = select(func.count()).select_from(silences).where(silences.c.state == SilenceState.ASKED.value)
    standing = await silences_store.in_force(tx, now)
    found = [
        Measure("keng_alerts_waiting", "Alerts that are stored and have no place yet.", count),
        Measure(
            "keng_alerts_waiting_oldest_seconds",
            "How long the oldest alert without a place has waited.",
            0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
        ),
        Measure(
            "keng_alerts_left_lying",
            "1 while alerts that nobody acts upon are an alarm, else 0.",
            0.0 if await watching.note(tx, watching.LYING) is None else 1.0,
        ),
        Measure("keng_silences_in_force", "Silences and planned events in force.", len(standing)),
        Measure("keng_silences_asked", "Wide silences that wait for a second person.", await _one(tx, asked)),
        Measure("keng_alerts_held", "Alerts that silences hold or held and nobody let go.", await _one(tx, held)),
    ]
    silent = await watching.silent_feeds(tx)
    for feed in feeds:
        labels = (("feed", feed),)
        last = await watching.last_pulse(tx, feed)
        if last is not None:
            quiet = max(0.0, (now - last).total_seconds())
            found.append(Measure("keng_feed_quiet_seconds", "Time since a feed last sent anything.", quiet, labels))
        is_silent = 1.0 if feed in silent else 0.0
        found.append(Measure("keng_feed_silent", "1 while a feed is silent longer than its habit.", is_silent, labels))
    return found


async def _one(tx: Tx, counted: Select[int]) -> int:
    return (await tx.execute(counted)).scalar_one()
