"""Streams of a feed and their topics: what it counts at one bin length is a stream; its topics are judged together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.store.database import Tx
from bot.store.schema_counts import (
    count_streams,
    count_topics,
    incident_pictures,
    mention_counts,
    statement_curves,
    topic_outlooks,
    topic_signals,
)

COUNTS, DOCUMENTS = "counts", "documents"
"""Kinds of stream: what a feed counted, and documents of a feed that we counted."""


AHEAD = 300
"""A judged bin may end so many seconds ahead of now; further, and the clock had run ahead."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What one feed counts at one bin length. ``origin`` is a bin's start modulo its length."""

    id: int
    feed: str
    kind: str
    seconds: int
    origin: int
    closed: int | None
    hour: int | None

    def ran_ahead(self, now: datetime) -> int | None:
        """The bin after which to go on where bins of the future were judged: a clock had run ahead; else None."""
        at = int(now.timestamp())
        if self.closed is None or self.closed + self.seconds <= at + AHEAD:
            return None
        return (at - 2 * self.seconds - self.origin) // self.seconds * self.seconds + self.origin


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic; ``slot`` is its column in the detector's arrays."""

    id: int
    stream_id: int
    slot: int
    name: str
    sensitivity: str
    created_at: datetime


async def streams(tx: Tx) -> list[Stream]:
    """Every stream."""
    return [_stream(row) for row in await tx.execute(_STREAMS)]


async def stream(tx: Tx, stream_id: int) -> Stream | None:
    """One stream."""
    row = (await tx.execute(select(*_STREAM).where(count_streams.c.id == stream_id))).first()
    return None if row is None else _stream(row)


async def open_stream(tx: Tx, feed: str, kind: str, seconds: int, origin: int) -> Stream:
    """The stream of a feed for this bin length; made with this ``origin`` when there is none."""
    c = count_streams.c
    query = select(*_STREAM).where(c.feed == feed, c.kind == kind, c.seconds == seconds)
    row = (await tx.execute(query)).first()
    if row is None:
        await tx.execute(insert(count_streams).values(feed=feed, kind=kind, seconds=seconds, origin=origin))
        row = (await tx.execute(query)).one()
    return _stream(row)


async def topics(tx: Tx, stream_id: int) -> list[Topic]:
    """The topics of a stream in the order of their slots."""
    rows = await tx.execute(
        select(count_topics).where(count_topics.c.stream_id == stream_id).order_by(count_topics.c.slot)
    )
    return [_topic(row) for row in rows]


async def topic(tx: Tx, topic_id: int) -> Topic | None:
    """One topic."""
    row = (await tx.execute(select(count_topics).where(count_topics.c.id == topic_id))).first()
    return None if row is None else _topic(row)


async def topics_of_feed(tx: Tx, feed: str, kind: str) -> dict[str, tuple[Topic, int]]:
    """The topics of a feed by name, each with its bin length."""
    rows = await tx.execute(
        select(count_topics, count_streams.c.seconds)
        .join(count_streams, count_streams.c.id == count_topics.c.stream_id)
        .where(count_streams.c.feed == feed, count_streams.c.kind == kind)
    )
    found = [(_topic(row), row.seconds) for row in rows]
    return {one.name: (one, seconds) for one, seconds in found if not is_forgotten(one)}


async def all_topics(tx: Tx) -> list[tuple[Topic, Stream]]:
    """Every topic with its stream, by feed and name."""
    found = {one.id: one for one in await streams(tx)}
    rows = await tx.execute(select(count_topics).order_by(count_topics.c.stream_id, count_topics.c.name))
    return [(one, found[one.stream_id]) for one in map(_topic, rows) if not is_forgotten(one)]


async def add_topics(tx: Tx, stream_id: int, names: Sequence[str], sensitivity: str, at: datetime) -> list[Topic]:
    """New topics with the next slots."""
    last = (
        await tx.execute(select(func.max(count_topics.c.slot)).where(count_topics.c.stream_id == stream_id))
    ).scalar_one_or_none()
    first = 0 if last is None else last + 1
    if names:
        await tx.execute(
            insert(count_topics),
            [
                {"stream_id": stream_id, "slot": slot, "name": name, "sensitivity": sensitivity, "created_at": at}
                for slot, name in enumerate(names, first)
            ],
        )
    return [one for one in await topics(tx, stream_id) if one.slot >= first]


async def set_sensitivity(tx: Tx, topic_id: int, sensitivity: str) -> None:
    """How easily a topic alerts from now on."""
    await tx.execute(update(count_topics).where(count_topics.c.id == topic_id).values(sensitivity=sensitivity))


async def forget_topic(tx: Tx, topic_id: int) -> None:
    """Remove what was counted of a topic and set its name free; its slot stays taken and knows no more bins."""
    for table in (mention_counts, topic_outlooks, statement_curves, incident_pictures, topic_signals):
        await tx.execute(delete(table).where(table.c.topic_id == topic_id))
    freed = f"\x7f{topic_id}"
    await tx.execute(update(count_topics).where(count_topics.c.id == topic_id).values(name=freed))


def is_forgotten(one: Topic) -> bool:
    """True for what is left of a topic that was removed."""
    return one.name.startswith("\x7f")


async def state(tx: Tx, stream_id: int) -> tuple[bytes | None, bytes | None]:
    """What watch and forecaster of a stream know."""
    c = count_streams.c
    row = (await tx.execute(select(c.watch, c.forecaster).where(c.id == stream_id))).one()
    return row.watch, row.forecaster


async def put_state(tx: Tx, one: Stream, watch: bytes, forecaster: bytes | None) -> None:
    """Keep what they know after the bins up to ``one.closed`` and the hour ``one.hour``; None leaves it as it is."""
    values: dict[str, Any] = {"closed": one.closed, "hour": one.hour, "watch": watch}
    if forecaster is not None:
        values["forecaster"] = forecaster
    await tx.execute(update(count_streams).where(count_streams.c.id == one.id).values(**values))


_STREAM = tuple(count_streams.c[name] for name in ("id", "feed", "kind", "seconds", "origin", "closed", "hour"))


def _stream(row: Any) -> Stream:
    return Stream(row.id, row.feed, row.kind, row.seconds, row.origin, row.closed, row.hour)


def _topic(row: Any) -> Topic:
    return Topic(row.id, row.stream_id, row.slot, row.name, row.sensitivity, row.created_at)


_STREAMS = select(*_STREAM).order_by(count_streams.c.id)
