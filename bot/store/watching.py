"""What Keng remembers of its own watch: when each feed spoke, which are silent, and what is left lying."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update

from bot.model.watching import LyingTold
from bot.store.database import Tx
from bot.store.schema import alerts, quarantine
from bot.store.schema_watching import feed_pulses, feed_watch, watch_notes
from bot.store.upsert import insert_for

PULSES_AT_ONCE = 100
"""Minutes that are noted in one go; what is left is noted in the next."""

_MINUTE = timedelta(minutes=1)
_LOOKED_AT = 1000
LYING = "lying"
"""The note under which alerts that are left lying are an alarm."""
LYING_TOLD = "lying_told"
"""The note of how many alerts people were told to be left lying."""
QUARANTINE_TOLD = "quarantine_told"
"""The note of how many items people were told to be in quarantine."""

_WAITS_FOR_ANOTHER = frozenset({"cancelled", "resolved"})
"""Phases of alerts that end an earlier one and wait for it: nothing is left undone with them."""


_NOTE = select(watch_notes.c.at).where(watch_notes.c.name == bindparam("of"))
_NUMBER = select(watch_notes.c.number, watch_notes.c.at).where(
    watch_notes.c.name == bindparam("of"), watch_notes.c.number.is_not(None)
)
_WITHOUT_PLACE = (
    select(alerts.c.received_at, alerts.c.content)
    .where(alerts.c.placed_at.is_(None), alerts.c.received_at < bindparam("before"))
    .order_by(alerts.c.seq)
    .limit(_LOOKED_AT)
)
_NEWER_WITHOUT_PLACE = _WITHOUT_PLACE.where(alerts.c.received_at >= bindparam("since"))


@dataclass(frozen=True, slots=True)
class Lying:
    """Alerts that nobody acted upon: how many, and since when the oldest waits."""

    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class ToldNumber:
    """A number that people were told, and when."""

    number: int
    at: datetime


async def note_pulses(tx: Tx, feed: str, since: datetime) -> int:
    """Note every minute after ``since`` in which the feed sent something; returns how many are new.

    Whatever could not be understood counts too: a feed in quarantine is not silent.
    """
    latest = select(func.max(feed_pulses.c.minute)).where(feed_pulses.c.feed == feed)
    known: datetime | None = (await tx.execute(latest)).scalar_one_or_none()
    after = max(since, known + _MINUTE) if known is not None else since
    for count in range(PULSES_AT_ONCE):
        arrived = await _next_arrival(tx, feed, after)
        if arrived is None:
            return count
        minute = arrived.replace(second=0, microsecond=0)
        await tx.execute(insert_for(tx, feed_pulses).values(feed=feed, minute=minute).on_conflict_do_nothing())
        after = minute + _MINUTE
    return PULSES_AT_ONCE


async def has_new_pulse(tx: Tx, feed: str, since: datetime) -> bool:
    """True when the feed sent something that :func:`note_pulses` has not noted."""
    latest = select(func.max(feed_pulses.c.minute)).where(feed_pulses.c.feed == feed)
    known: datetime | None = (await tx.execute(latest)).scalar_one_or_none()
    return await _next_arrival(tx, feed, max(since, known + _MINUTE) if known is not None else since) is not None


async def pulses(tx: Tx, feed: str, since: datetime) -> list[datetime]:
    """The minutes since then in which a feed sent something, in order."""
    rows = await tx.execute(
        select(feed_pulses.c.minute)
        .where(feed_pulses.c.feed == feed, feed_pulses.c.minute >= since)
        .order_by(feed_pulses.c.minute)
    )
    return list(rows.scalars())


async def last_pulse(tx: Tx, feed: str) -> datetime | None:
    """The latest minute in which a feed sent something."""
    found: datetime | None = (
        await tx.execute(select(func.max(feed_pulses.c.minute)).where(feed_pulses.c.feed == feed))
    ).scalar_one_or_none()
    return found


async def forget_pulses(tx: Tx, before: datetime) -> None:
    """Forget what no habit is learned from any more."""
    await tx.execute(delete(feed_pulses).where(feed_pulses.c.minute < before))


async def silent_feeds(tx: Tx) -> dict[str, datetime]:
    """The feeds that were reported as silent, and since when they are."""
    rows = await tx.execute(select(feed_watch.c.feed, feed_watch.c.silent_since))
    return {row.feed: row.silent_since for row in rows}


async def begin_silence(tx: Tx, feed: str, since: datetime, at: datetime) -> bool:
    """Note that a feed's silence is reported; False when it was."""
    statement = insert_for(tx, feed_watch).values(feed=feed, silent_since=since, told_at=at)
    return bool((await tx.execute(statement.on_conflict_do_nothing())).rowcount == 1)


async def end_silence(tx: Tx, feed: str) -> bool:
    """Note that a feed speaks again; False when that was known."""
    return bool((await tx.execute(delete(feed_watch).where(feed_watch.c.feed == feed))).rowcount == 1)


async def lying(tx: Tx, before: datetime, since: datetime | None = None) -> Lying | None:
    """Alerts that came before ``before``, and not before ``since``, and have no place; None when there are none."""
    if since is None:
        rows = await tx.execute(_WITHOUT_PLACE, {"before": before})
    else:
        rows = await tx.execute(_NEWER_WITHOUT_PLACE, {"before": before, "since": since})
    found = [row.received_at for row in rows if row.content.get("phase") not in _WAITS_FOR_ANOTHER]
    return Lying(len(found), min(found)) if found else None


async def lying_told(tx: Tx) -> LyingTold | None:
    """What was last told of alerts that lie; None while they are no alarm."""
    since = await note(tx, LYING)
    if since is None:
        return None
    told = await told_number(tx, LYING_TOLD)
    return LyingTold(1, since, since) if told is None else LyingTold(told.number, told.at, since)  # else: an old note


async def put_lying_told(tx: Tx, told: LyingTold | None) -> None:
    """Remember what was told of alerts that lie; None when the alarm is over."""
    if told is None:
        await drop_note(tx, LYING)
        await drop_note(tx, LYING_TOLD)
        return
    await put_note(tx, LYING, told.since)
    await put_told_number(tx, LYING_TOLD, ToldNumber(told.count, told.at))


async def told_number(tx: Tx, name: str) -> ToldNumber | None:
    """The number that people were last told, as noted under a name; None when they were told nothing."""
    row = (await tx.execute(_NUMBER, {"of": name})).first()
    return None if row is None else ToldNumber(row.number, row.at)


async def put_told_number(tx: Tx, name: str, told: ToldNumber) -> None:
    """Note the number that people were told; what they were told before is forgotten."""
    said = {"number": told.number, "at": told.at}
    statement = insert_for(tx, watch_notes).values(name=name, **said)
    await tx.execute(statement.on_conflict_do_update(index_elements=[watch_notes.c.name], set_=said))


async def note(tx: Tx, name: str) -> datetime | None:
    """An instant that was noted under a name."""
    found: datetime | None = (await tx.execute(_NOTE, {"of": name})).scalar_one_or_none()
    return found


async def put_note(tx: Tx, name: str, at: datetime) -> bool:
    """Note an instant; False when there was one under this name, which is replaced."""
    fresh = await tx.execute(insert_for(tx, watch_notes).values(name=name, at=at).on_conflict_do_nothing())
    if fresh.rowcount == 1:
        return True
    await tx.execute(update(watch_notes).where(watch_notes.c.name == name).values(at=at))
    return False


async def drop_note(tx: Tx, name: str) -> bool:
    """Forget what was noted under a name; False when nothing was."""
    return bool((await tx.execute(delete(watch_notes).where(watch_notes.c.name == name))).rowcount == 1)


async def _next_arrival(tx: Tx, feed: str, after: datetime) -> datetime | None:
    found: list[datetime] = []
    for table in (alerts, quarantine):
        first = select(func.min(table.c.received_at)).where(table.c.feed == feed, table.c.received_at >= after)
        arrived = (await tx.execute(first)).scalar_one_or_none()
        if arrived is not None:
            found.append(arrived)
    return min(found, default=None)
