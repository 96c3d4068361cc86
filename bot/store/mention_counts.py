"""What was counted of topics, bin by bin. A bin is named by the second since 1970 at which it begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, tuple_, update

from bot.store.counts import Stream
from bot.store.database import Tx
from bot.store.schema_counts import count_streams, mention_counts
from bot.store.types import Instant
from bot.store.upsert import insert_for

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Counted:
    """Mentions of a topic in one bin. ``low`` and ``high`` are what was expected, None where it was never judged."""

    topic_id: int
    start: int
    count: float
    negative: float | None = None
    positive: float | None = None
    by_source: Mapping[str, float] | None = None
    low: float | None = None
    high: float | None = None
    late: bool = False


async def put(tx: Tx, stream_id: int, counted: Sequence[Counted], at: datetime) -> None:
    """Keep counts; one that was there for the same topic and bin is replaced. Each topic and bin once."""
    table = mention_counts
    for start in range(0, len(counted), _AT_ONCE):
        rows = [
            {
                "topic_id": one.topic_id,
                "start": one.start,
                "stream_id": stream_id,
                "mentions": one.count,
                "negative": one.negative,
                "positive": one.positive,
                "by_source": None if one.by_source is None else dict(one.by_source),
                "late": one.late,
                "received_at": at,
            }
            for one in counted[start : start + _AT_ONCE]
        ]
        statement = insert_for(tx, table)
        changed = {
            name: statement.excluded[name] for name in ("mentions", "negative", "positive", "by_source", "received_at")
        }
        # A bin that was judged stays one that was judged; what came late for it is shown, not judged.
        await tx.execute(statement.on_conflict_do_update(index_elements=["topic_id", "start"], set_=changed), rows)


async def waiting_bins(tx: Tx, one: Stream, limit: int) -> list[tuple[int, datetime, datetime]]:
    """Bins that were not judged yet, in order: when each begins, when its first and its latest count came."""
    c = mention_counts.c
    query = select(c.start, func.min(c.received_at, type_=Instant), func.max(c.received_at, type_=Instant)).where(
        c.stream_id == one.id, c.late.is_(False)
    )
    if one.closed is not None:
        query = query.where(c.start > one.closed)
    rows = await tx.execute(query.group_by(c.start).order_by(c.start).limit(limit))
    return [(row[0], row[1], row[2]) for row in rows]


async def of_bins(tx: Tx, stream_id: int, first: int, last: int) -> dict[int, list[Counted]]:
    """What is to be judged from bin ``first`` to bin ``last``, by bin."""
    c = mention_counts.c
    rows = await tx.execute(
        select(c.topic_id, c.start, c.mentions, c.negative, c.positive).where(
            c.stream_id == stream_id, c.start >= first, c.start <= last, c.late.is_(False)
        )
    )
    found: dict[int, list[Counted]] = {}
    for row in rows:
        found.setdefault(row.start, []).append(
            Counted(row.topic_id, row.start, row.mentions, row.negative, row.positive)
        )
    return found


async def note_expected(tx: Tx, expected: Sequence[tuple[int, int, float, float]]) -> None:
    """Write down what the detector expected: topic, bin, low and high."""
    if not expected:
        return
    c = mention_counts.c
    statement = (
        update(mention_counts)
        .where(c.topic_id == bindparam("of_topic"), c.start == bindparam("of_bin"))
        .values(low=bindparam("new_low"), high=bindparam("new_high"))
    )
    await tx.execute(
        statement,
        [{"of_topic": topic, "of_bin": at, "new_low": low, "new_high": high} for topic, at, low, high in expected],
    )


async def history(tx: Tx, topic_id: int, since: int, until: int | None = None) -> list[Counted]:
    """What was counted of a topic in bins that begin from ``since`` on, late ones too, in order."""
    c = mention_counts.c
    query = select(mention_counts).where(c.topic_id == topic_id, c.start >= since)
    if until is not None:
        query = query.where(c.start < until)
    return [
        Counted(r.topic_id, r.start, r.mentions, r.negative, r.positive, r.by_source, r.low, r.high, r.late)
        for r in await tx.execute(query.order_by(c.start))
    ]


async def latest(tx: Tx, stream_id: int) -> int | None:
    """The start of the latest bin that was counted, judged or not."""
    c = mention_counts.c
    found: int | None = (await tx.execute(select(func.max(c.start)).where(c.stream_id == stream_id))).scalar_one()
    return found


async def remove_after(tx: Tx, stream_id: int, start: int) -> None:
    """Remove counts of bins that begin after then: the clock had run ahead."""
    c = mention_counts.c
    await tx.execute(delete(mention_counts).where(c.stream_id == stream_id, c.start > start))


async def forget(tx: Tx, before: datetime, limit: int) -> int:
    """Remove counts of bins that began before then. Returns how many."""
    c = mention_counts.c
    key = tuple_(c.topic_id, c.start)
    streams = select(count_streams.c.id)  # all: the index of bins begins with their stream
    old = select(c.topic_id, c.start).where(c.stream_id.in_(streams), c.start < int(before.timestamp())).limit(limit)
    return int((await tx.execute(delete(mention_counts).where(key.in_(old)))).rowcount)
