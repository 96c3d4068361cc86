"""Did a statement bend the curve: what came since, against the forecast made from what was known before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from bot.curves.kept import from_json
from bot.detection.bend import Bend, Shares, bend
from bot.detection.forecast import NoForecast
from bot.detection.tuning import HOUR
from bot.store import counts, curves, mention_counts
from bot.store.database import Tx
from bot.store.mention_counts import Counted

HOURS: Final = 24
BEFORE: Final = 4 * HOUR
"""Feelings since a statement are compared with those of so long before it: of the rise, not of quiet days."""

_SEEN: Final = 0.5


@dataclass(frozen=True, slots=True)
class After:
    """What came after one published version: the comparison, or why there is none."""

    version: int
    at: datetime
    topic: str
    bend: Bend | NoForecast


async def bends_of(tx: Tx, incident_id: str) -> list[After]:
    """Every published version of an incident, in the order of publication."""
    found = []
    for kept in await curves.statement_curves_of(tx, incident_id):
        topic = await counts.topic(tx, kept.topic_id)
        stream = None if topic is None else await counts.stream(tx, topic.stream_id)
        if topic is None or stream is None:
            continue
        before = from_json(kept.forecast)
        if isinstance(before, NoForecast):
            result: Bend | NoForecast = before
        else:
            counted = await mention_counts.history(tx, topic.id, kept.at - BEFORE, kept.at + HOURS * HOUR)
            since = hours_since(counted, kept.at, stream.seconds)
            result = bend(before, since, _feelings(counted, kept.at))
        found.append(After(kept.version, datetime.fromtimestamp(kept.at, UTC), topic.name, result))
    return found


def hours_since(counted: list[Counted], at: int, seconds: int) -> np.ndarray:
    """Mentions of each whole hour since ``at``, NaN where too few bins were counted; bins from before are left."""
    bins: list[list[float]] = [[] for _ in range(HOURS)]
    for one in counted:
        hour = (one.start - at) // HOUR
        if one.start >= at and hour < HOURS:
            bins[hour].append(one.count)
    last = max((one.start + seconds for one in counted), default=at)
    whole = min(HOURS, max(0, (last - at) // HOUR))
    share = [len(values) * seconds / HOUR for values in bins[:whole]]
    sums = [sum(values) for values in bins[:whole]]
    return np.array([total / part if part >= _SEEN else np.nan for total, part in zip(sums, share, strict=True)])


def _feelings(counted: list[Counted], at: int) -> tuple[Shares, Shares] | None:
    """Shares of the hours before and of the time since, where feelings are known on both sides."""
    known = [one for one in counted if one.negative is not None]
    before, after = ([one for one in known if (one.start < at) is side] for side in (True, False))
    if not before or not after:
        return None
    one, other = (Shares(sum(c.negative or 0.0 for c in part), sum(c.count for c in part)) for part in (before, after))
    return one, other
