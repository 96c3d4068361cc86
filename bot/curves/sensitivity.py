"""How easily a topic alerts: what each sensitivity would have done lately, and what is proposed to a person."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from bot.detection.preview import SHOWN, Proposal, preview, propose
from bot.detection.tuning import WEEK, Sensitivity
from bot.model.outcome import DUTY_ROOM, Notice
from bot.store import counts, mention_counts, topic_matters
from bot.store.counts import Stream, Topic
from bot.store.database import Tx

WEEKS: Final = 4
QUARTER: Final = 900
ORDER: Final = (Sensitivity.FEW, Sensitivity.BALANCED, Sensitivity.MANY)


@dataclass(frozen=True, slots=True)
class Lately:
    """What a topic's alerts came to in four weeks: matters, how many were called false, how many people found first."""

    matters: int
    false_alarms: int
    unheard: int


async def would_have_alerted(
    tx: Tx, topic: Topic, stream: Stream, now: datetime, *, roughly: bool = False
) -> dict[Sensitivity, tuple[float, ...]] | None:
    """When each sensitivity would have alerted in the last four weeks; None without a week of counts.

    Worked out in a thread. Four weeks of five minutes take some seconds; ``roughly`` takes bins of a quarter of an hour
    instead, which alert a little later and a little less often.
    """
    counted = await mention_counts.history(tx, topic.id, int(now.timestamp()) - SHOWN - WEEK)
    judged = [one for one in counted if not one.late]
    if not judged or judged[-1].start - judged[0].start < WEEK:
        return None
    first = judged[0].start
    bins = np.full((judged[-1].start - first) // stream.seconds + 1, np.nan)
    for one in judged:
        bins[(one.start - first) // stream.seconds] = one.count
    seconds = stream.seconds
    if roughly and seconds < QUARTER and QUARTER % seconds == 0:
        each = QUARTER // seconds
        lead = (first % QUARTER) // seconds
        padded = np.concatenate([np.full(lead, np.nan), bins, np.full(-(lead + len(bins)) % each, np.nan)])
        parts = padded.reshape(-1, each)
        seen = np.isfinite(parts).any(axis=1)
        first, seconds, bins = first - lead * seconds, QUARTER, np.where(seen, np.nansum(parts, axis=1), np.nan)
    return await asyncio.to_thread(preview, float(first), bins, float(seconds))


async def lately(tx: Tx, topic: Topic, now: datetime) -> Lately:
    """What the alerts of four weeks came to."""
    since = now - timedelta(weeks=WEEKS)
    matters = await topic_matters.incidents_of(tx, topic.id, since)
    false_alarms = sum(topic_matters.was_false_alarm(state) for _, state, _, ours in matters if ours)
    unheard = sum(by_hand for _, _, by_hand, _ in matters)
    return Lately(len(matters), false_alarms, unheard)


async def proposal(tx: Tx, topic: Topic, now: datetime) -> tuple[Lately, Proposal] | None:
    """Another sensitivity for a topic, if what people made of its alerts speaks for one."""
    found = await lately(tx, topic, now)
    proposed = propose(Sensitivity(topic.sensitivity), found.matters, found.false_alarms, found.unheard)
    return None if proposed is None else (found, proposed)


async def proposals(tx: Tx, now: datetime) -> list[tuple[str, Notice]]:
    """What the duty room is asked to consider: each proposal once in four weeks, by its key."""
    told = []
    for topic, _stream in await counts.all_topics(tx):
        found = await proposal(tx, topic, now)
        if found is None:
            continue
        seen, proposed = found
        key = f"topic-sensitivity:{topic.id}:{topic.sensitivity}:{int(now.timestamp()) // (WEEKS * WEEK)}"
        values = {
            "topic": topic.name,
            "matters": str(seen.matters),
            "false": str(seen.false_alarms),
            "unheard": str(seen.unheard),
            "number": str(topic.id),
        }
        told.append((key, Notice(DUTY_ROOM, f"topic_{proposed.reason.value}", values)))
    return told
