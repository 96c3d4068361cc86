"""Keng minds its own work: silences that run out, feeds that fall silent, alerts that nobody acts upon."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.approval import silence_sweep
from bot.intake.habit import Habit, learn
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.telling import Telling, Value, Word
from bot.model.watching import LyingTold, WatchPolicy
from bot.store import audit
from bot.store import watching as store
from bot.store.database import Tx
from bot.store.watching import Lying
from bot.story.durable import Durable

log = structlog.get_logger(__name__)

LEARNED_EVERY = timedelta(hours=1)
UNKNOWN_FOR = timedelta(minutes=1)
NOTED_EVERY = timedelta(seconds=30)

AWAY_AFTER = timedelta(minutes=5)
"""A process that starts so long after the last look was away: whoever spoke meanwhile could not be heard."""

_LOOKED, _LISTENING = "looked", "listening"


class Minding(Durable):
    """The part of the story that is about Keng itself. The duty room is told each thing once, and once when it ends."""

    _habits: dict[str, tuple[datetime, Habit | None]]
    _listening_since: datetime | None = None
    _noted_at: datetime | None = None
    _seen_lying: datetime | None = None

    async def mind(self) -> None:
        """One round over everything; cheap when nothing is due."""
        policy, now = self.parts.desk().office.watching, self.parts.clock.now()
        await self._mind_alerts(policy, now)  # first: whatever fails after it, our own alarm was looked at
        since = await self._listens_since(now)
        for feed in self.parts.feeds:
            await self._mind_feed(feed, policy, now, since)
        await self._mind_silences()

    async def _mind_silences(self) -> None:
        desk = self.parts.desk()
        async with self.parts.database.read() as tx:
            if not await silence_sweep.is_due(tx, desk):
                return
        async with self.parts.database.write() as tx:
            tellings = await silence_sweep.follow(tx, await desk.seated(tx))
            for telling in tellings:
                await self._tell_the_room(tx, telling)
        if tellings:
            await self._committed()

    # Alerts that are stored and not acted upon.

    async def _mind_alerts(self, policy: WatchPolicy, now: datetime) -> None:
        """An alert that is passed over in two rounds in a row is left lying; one that is just being placed is not.

        What was told once is told anew when newer ones lie too: one that is stuck for good must hide nothing.
        """
        before = now - policy.lying_at_most
        async with self.parts.database.read() as tx:
            found, told = await store.lying(tx, before), await store.lying_told(tx)
            untold = found
            if told is not None and told.at <= now:
                untold = await store.lying(tx, before, told.at - policy.lying_at_most)
        again, self._seen_lying = self._seen_lying, None if untold is None else untold.oldest
        if found is None:
            if told is not None:
                await self._report_taken_up(told, now)
        elif untold is not None and again == untold.oldest and (told is None or told.is_outdated(found.count, now)):
            await self._report_lying(found, untold, told, now)

    async def _report_lying(self, found: Lying, untold: Lying, told: LyingTold | None, now: datetime) -> None:
        async with self.parts.database.write() as tx:
            if await store.lying_told(tx) != told:
                return
            await store.put_lying_told(tx, LyingTold(found.count, now, told.since if told else found.oldest))
            word, key = Word.ALERTS_LEFT_LYING, f"lying:{found.oldest:%Y%m%d%H%M%S%f}"
            values: dict[str, Value] = {"count": float(found.count), "since": untold.oldest}
            if told is not None:
                word, key = Word.MORE_ALERTS_LEFT_LYING, f"lying_more:{told.at:%Y%m%d%H%M%S%f}"
                values["before"] = float(told.count)
            details = {"count": found.count, "oldest": found.oldest.isoformat()}
            await audit.append(tx, AuditEvent("alerts_left_lying", SYSTEM, now, details=details))
            await self._tell_the_room(tx, Telling(key, now, word=word, values=values))
        log.error("alerts_left_lying", count=found.count, oldest=found.oldest.isoformat())
        await self._committed()

    async def _report_taken_up(self, told: LyingTold, now: datetime) -> None:
        async with self.parts.database.write() as tx:
            if await store.lying_told(tx) != told:
                return
            await store.put_lying_told(tx, None)
            await audit.append(tx, AuditEvent("alerts_taken_up", SYSTEM, now))
            key = f"lying_over:{told.since:%Y%m%d%H%M%S%f}"
            await self._tell_the_room(tx, Telling(key, now, word=Word.ALERTS_TAKEN_UP))
        log.info("alerts_taken_up", since=told.since.isoformat())
        await self._committed()

    # Feeds that fall silent.

    async def _mind_feed(self, feed: str, policy: WatchPolicy, now: datetime, listening: datetime) -> None:
        since = now - policy.remembered
        async with self.parts.database.read() as tx:
            spoke = await store.has_new_pulse(tx, feed, since)
            silent_since = (await store.silent_feeds(tx)).get(feed)
        if spoke:
            async with self.parts.database.write() as tx:
                noted = await store.note_pulses(tx, feed, since)
            if noted >= store.PULSES_AT_ONCE:  # there is more: what is not known yet must not look like silence
                return
        habit = await self._habit(feed, policy, now)
        async with self.parts.database.read() as tx:
            last = await store.last_pulse(tx, feed)
        if last is None:
            return
        if silent_since is not None:
            if last > silent_since:
                await self._report_feed(feed, now, silent_since, None)
        elif habit is not None and habit.is_silent(heard := max(last, listening), now, policy):
            await self._report_feed(feed, now, last, habit.usual_until(heard) - heard)

    async def _report_feed(self, feed: str, now: datetime, since: datetime, habit: timedelta | None) -> None:
        """Tell that a feed is silent (``habit`` is the longest usual gap), or without a habit that it speaks again."""
        async with self.parts.database.write() as tx:
            if habit is not None:
                changed, word = await store.begin_silence(tx, feed, since, now), Word.FEED_SILENT
            else:
                changed, word = await store.end_silence(tx, feed), Word.FEED_BACK
            if not changed:
                return
            values: dict[str, Value] = {
                "feed": feed,
                "since": since,
                "silent": now - since,
                "habit": habit or timedelta(),
            }
            await self._tell_the_room(
                tx, Telling(f"{word.value}:{feed}:{since:%Y%m%d%H%M}", now, word=word, values=values)
            )
            await audit.append(
                tx, AuditEvent(word.value, SYSTEM, now, details={"feed": feed, "since": since.isoformat()})
            )
        log.warning(word.value, feed=feed, since=since.isoformat())
        await self._committed()

    async def _habit(self, feed: str, policy: WatchPolicy, now: datetime) -> Habit | None:
        """The feed's habit, learned anew every hour."""
        known = self._habits.get(feed)
        if known is not None and timedelta() <= now - known[0] < (LEARNED_EVERY if known[1] else UNKNOWN_FOR):
            return known[1]
        async with self.parts.database.read() as tx:
            minutes = await store.pulses(tx, feed, now - policy.remembered)
        if known is not None:  # once an hour: what is older than any habit needs is forgotten
            async with self.parts.database.write() as tx:
                await store.forget_pulses(tx, now - policy.remembered)
        habit = await asyncio.to_thread(learn, minutes, policy)
        self._habits[feed] = (now, habit)
        return habit

    async def _listens_since(self, now: datetime) -> datetime:
        """Since when a feed that speaks has been heard without a break; a clock that is moved on is no break."""
        first = self._listening_since is None
        async with self.parts.database.read() as tx:
            looked, listening = await store.note(tx, _LOOKED), await store.note(tx, _LISTENING)
        if first:
            was_away = looked is None or listening is None or not timedelta() <= now - looked < AWAY_AFTER
            self._listening_since = now if was_away or listening is None else listening
        if first or self._noted_at is None or abs(now - self._noted_at) >= NOTED_EVERY:
            self._noted_at = now
            async with self.parts.database.write() as tx:
                await store.put_note(tx, _LOOKED, now)
                await store.put_note(tx, _LISTENING, self._listening_since or now)
        return self._listening_since or now

    async def _tell_the_room(self, tx: Tx, telling: Telling) -> None:
        for channel in self.parts.channels.values():
            await channel.tell(tx, None, telling)
