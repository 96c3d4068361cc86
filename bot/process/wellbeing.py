"""How the process is: each part's word for ``/readyz``, and the figures of ``/metrics``."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

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
DISK_FREE = "Bytes that may still be written to the disk of the data folder."

LITTLE_ROOM = 500_000_000
"""Bytes. A day of a province takes a small part of it; a backup needs the database's size twice."""


async def measures(
    database: Database, upkeep: FeedUpkeep | None, now: datetime, feeds: tuple[str, ...], folder: Path
) -> Sequence[Measure]:
    """Figures for ``/metrics``; while the store is away they say that and how full the disk is, and nothing else."""
    free = free_bytes(folder)
    disk = () if free is None else (Measure("keng_disk_free_bytes", DISK_FREE, float(free)),)
    try:
        of_feeds = await upkeep.measures() if upkeep is not None else ()
        async with database.read() as tx:
            watched = await watch_figures(tx, now, feeds)
            streams = [one for one in await counts.streams(tx) if one.closed is not None]
    except StoreUnavailable:
        return (*disk, Measure("keng_store_up", STORE_UP, 0.0))
    judged = [
        Measure(
            "keng_counts_judged_until_seconds",
            "The end of the latest bin of mention counts that was judged, in seconds since 1970.",
            float((one.closed or 0) + one.seconds),
            (("feed", one.feed), ("kind", one.kind), ("seconds", str(one.seconds))),
        )
        for one in streams
    ]
    return (*of_feeds, *watched, *judged, *disk, Measure("keng_store_up", STORE_UP, 1.0))


def data_in_force(data: Data, refused_edits: str) -> dict[str, CheckResult]:
    """The data's word. Refused edits are no reason to be taken out of service: those in force still do their work."""
    faults = {"organisation": data.organisation.current().fault, "policy": data.policy.fault}
    return {
        "playbooks": CheckResult(True, refused_edits),
        **{name: CheckResult(fault is None, "" if fault is None else UNREADABLE) for name, fault in faults.items()},
    }


def room(folder: Path) -> CheckResult:
    """A word on the disk of the data before it is full. It is no reason to be taken out of service: all is well yet."""
    free = free_bytes(folder)
    if free is None or free >= LITTLE_ROOM:
        return CheckResult(True, "")
    return CheckResult(True, f"only {free // 1_000_000} MB are free; make room before nothing can be accepted any more")


def free_bytes(folder: Path) -> int | None:
    """How much this user may still write to the disk of the folder; None where it cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


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
