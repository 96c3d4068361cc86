"""Counts taken into the store in one transaction: which are new, late or refused.

A count may come again, with the same value or another: until its bin is judged the latest counts, afterwards it is
late: kept for people to look at, never shown to the detector. What was not sent is a gap, not a zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.detection.counting import Refusal, refusal
from bot.detection.tuning import DAY, HOUR, Sensitivity
from bot.intake.counts.reading import Brought, Unreadable
from bot.store import counts, mention_counts
from bot.store.counts import COUNTS, Stream
from bot.store.database import Tx
from bot.store.mention_counts import Counted

KEPT_DAYS: Final = 35
"""Four weeks to look back on (what each sensitivity would have alerted) and one to teach before them."""

FREE_ORIGIN: Final = 6 * HOUR
"""Bins as long as this may begin with the local day; shorter ones begin at multiples of their length."""


class Took(StrEnum):
    """What became of a count that was not refused."""

    ACCEPTED = "accepted"
    LATE = "late"


class TooOld(StrEnum):
    """A count from before what is kept."""

    TOO_OLD = "too_old"


Answer = Took | Refusal | Unreadable | TooOld
"""What became of one item: taken, or the reason why it was refused."""


@dataclass(frozen=True, slots=True)
class Feeding:
    """Whose counts they are, when they came, and how many topics that feed may have."""

    feed: str
    at: datetime
    most_topics: int


async def take(tx: Tx, feeding: Feeding, brought: Sequence[Brought | Unreadable]) -> list[Answer]:
    """Take what one request brought, in its order; an answer for each item."""
    answers: list[Answer] = [_refused(one, feeding) or Took.ACCEPTED for one in brought]
    known = await counts.topics_of_feed(tx, feeding.feed, COUNTS)
    lengths = {name: seconds for name, (_, seconds) in known.items()}
    streams: dict[int, Stream] = {}
    fresh: dict[int, dict[str, None]] = {}
    for at, one in enumerate(brought):
        if isinstance(one, Unreadable) or answers[at] is not Took.ACCEPTED:
            continue
        count = one.count
        seconds, start = int(count.seconds), int(count.start)
        length = lengths.get(count.topic)
        if length not in (None, seconds):
            answers[at] = Refusal.OTHER_LENGTH
        elif seconds < FREE_ORIGIN and start % seconds:
            answers[at] = Refusal.NOT_ALIGNED
        elif length is None and len(lengths) >= feeding.most_topics:
            answers[at] = Refusal.TOO_MANY_TOPICS
        else:
            if seconds not in streams:
                streams[seconds] = await counts.open_stream(tx, feeding.feed, COUNTS, seconds, start % seconds)
            if start % seconds != streams[seconds].origin:
                answers[at] = Refusal.NOT_ALIGNED
                continue
            lengths[count.topic] = seconds
            if count.topic not in known:
                fresh.setdefault(seconds, {})[count.topic] = None
    for seconds, names in fresh.items():
        made = await counts.add_topics(tx, streams[seconds].id, list(names), Sensitivity.BALANCED, feeding.at)
        known |= {topic.name: (topic, seconds) for topic in made}
    await _keep(tx, feeding, brought, answers, {name: topic.id for name, (topic, _) in known.items()}, streams)
    return answers


async def _keep(
    tx: Tx,
    feeding: Feeding,
    brought: Sequence[Brought | Unreadable],
    answers: list[Answer],
    ids: dict[str, int],
    streams: dict[int, Stream],
) -> None:
    """Write down what is taken; of the same topic and bin the last item of a request counts."""
    kept: dict[int, dict[tuple[int, int], Counted]] = {}
    for at, one in enumerate(brought):
        if isinstance(one, Unreadable) or answers[at] is not Took.ACCEPTED:
            continue
        count, stream = one.count, streams[int(one.count.seconds)]
        counted = Counted(
            ids[count.topic], int(count.start), count.count, count.negative, count.positive, one.by_source or None
        )
        back = stream.ran_ahead(feeding.at)
        judged_until = stream.closed if back is None else back
        if judged_until is not None and counted.start <= judged_until:
            answers[at], counted = Took.LATE, replace(counted, late=True)
        kept.setdefault(stream.id, {})[counted.topic_id, counted.start] = counted
    for stream_id, found in kept.items():
        await mention_counts.put(tx, stream_id, list(found.values()), feeding.at)


def _refused(one: Brought | Unreadable, feeding: Feeding) -> Answer | None:
    """Why an item can never be taken, whatever came before it."""
    if isinstance(one, Unreadable):
        return one
    now = feeding.at.timestamp()
    why = refusal(one.count, now)
    if why is None and one.count.start < now - KEPT_DAYS * DAY:
        return TooOld.TOO_OLD
    return why
