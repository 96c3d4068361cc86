"""How the process is: each part's word for ``/readyz``, and the figures of ``/metrics``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.channels.base import RunningChannel
from bot.data import Data
from bot.keeping.upkeep import FeedUpkeep
from bot.model.measure import Measure
from bot.process.presence import Presence
from bot.store import counts
from bot.store.database import Database, StoreUnavailable
from bot.store.watch_figures import watch_figures
from bot.web import CheckResult

STORE_UP = "1 while the database answers."


async def measures(
    database: Database, upkeep: FeedUpkeep | None, now: datetime, feeds: tuple[str, ...]
) -> Sequence[Measure]:
    """Figures for ``/metrics``; while the store is away they say that, and nothing else."""
    try:
        of_feeds = await upkeep.measures() if upkeep is not None else ()
        async with database.read() as tx:
            watched = await watch_figures(tx, now, feeds)
            streams = [one for one in await counts.streams(tx) if one.closed is not None]
    except StoreUnavailable:
        return (Measure("keng_store_up", STORE_UP, 0.0),)
    judged = [
        Measure(
            "keng_counts_judged_until_seconds",
            "The end of the latest bin of mention counts that was judged, in seconds since 1970.",
            float((one.closed or 0) + one.seconds),
            (("feed", one.feed), ("kind", one.kind), ("seconds", str(one.seconds))),
        )
        for one in streams
    ]
    return (*of_feeds, *watched, *judged, Measure("keng_store_up", STORE_UP, 1.0))


def data_in_force(data: Data, refused_edits: str) -> dict[str, CheckResult]:
    """The data's word. Refused edits are no reason to be taken out of service: those in force still do their work."""
    faults = {"organisation": data.organisation.current().fault, "policy": data.policy.fault}
    return {
        "playbooks": CheckResult(True, refused_edits),
        **{name: CheckResult(fault is None, "" if fault is None else UNREADABLE) for name, fault in faults.items()},
    }


def among_others(presence: Presence, channels: Sequence[RunningChannel], executor: str) -> dict[str, CheckResult]:
    """The channels' word, and this process's place among others."""
    checks = {}
    for channel in channels:  # whoever stands by neither hears nor speaks: that is no fault
        health = channel.health()
        checks[channel.name] = CheckResult(health.ok or not presence.leads, health.detail)
    if not presence.alone:
        checks["replica"] = CheckResult(True, f"{executor} {'leads' if presence.leads else 'stands by'}")
    return checks


UNREADABLE = "cannot be read: see the log"
