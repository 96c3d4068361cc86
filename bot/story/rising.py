"""Topics that rise: counts become alerts, cards say where the volume is heading, statements meet their forecasts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from bot.curves.closing import Closed, Closing
from bot.curves.documents import Counting
from bot.curves.following import follow_outlooks, follow_statements
from bot.curves.pictures import next_pictures
from bot.curves.raising import Named
from bot.curves.sensitivity import proposals
from bot.curves.silence import stopped
from bot.locale import local_time
from bot.model.alert import AlertStatus
from bot.model.outcome import DUTY_ROOM, Notice
from bot.store import counts, curves, incidents, topic_matters
from bot.store.counts import DOCUMENTS, Stream, Topic
from bot.store.curves import Picture
from bot.store.database import StoreUnavailable, Tx
from bot.story.durable import Durable

ROUND_SECONDS: Final = 2.0
"""After so long a round goes on with other work: who catches up on a week does so in many rounds."""

log = structlog.get_logger(__name__)

DEFAULT_FEED: Final = "default"
LOOKED_EVERY: Final = timedelta(minutes=1)
"""So often it is looked whether a picture is due where no bin was judged."""

PROPOSED_EVERY: Final = timedelta(hours=6)


class Rising(Durable):
    """The part of the story that watches counts. One process does: the one that leads."""

    closing: Closing
    counting: Counting
    _proposed_at: datetime | None = None
    _looked_at: datetime | None = None
    _told: set[str]
    """Keys of words that are in the outbox already: the outbox itself says each once."""

    def alerts_arrived(self) -> None:
        """Alerts were committed."""
        raise NotImplementedError

    async def watch_curves(self) -> None:
        """One round. Statements before bins: what was expected without them knows nothing of what came after."""
        now = self.parts.clock.now()
        async with self.parts.database.read() as tx:
            streams = await counts.streams(tx)
            spoken = await curves.statements_without_curve(tx) if streams else []
            published = [
                incident for incident, _, _ in spoken if await topic_matters.topic_of(tx, incident) is not None
            ]
        if published:
            async with self.parts.database.write() as tx:
                await follow_statements(tx, self.closing)
        await self._count_documents(now)
        if not streams:
            return
        raised, judged = await self._close_bins(now)
        if raised:
            self.alerts_arrived()
        await self._illustrate(now, changed=judged or bool(published))
        await self._mind_counts(now)
        await self._propose(now)

    async def _count_documents(self, now: datetime) -> None:
        for feed in self.parts.feeds:
            if feed != DEFAULT_FEED and self.counting.is_due(feed, now):
                async with self.parts.database.write() as tx:
                    await self.counting.count(tx, feed, now)

    async def _close_bins(self, now: datetime) -> tuple[int, bool]:
        """Judge what is over; how many alerts that raised, and whether anything was judged."""
        async with self.parts.database.read() as tx:
            streams = await counts.streams(tx)
        until, raised, changed = time.monotonic() + ROUND_SECONDS, 0, False
        for stream in streams:
            more = True
            while more and time.monotonic() < until:
                try:
                    closed = await self._close(stream.id, now)
                except StoreUnavailable:
                    raise
                except Exception:  # one stream that cannot be judged must not leave the others unjudged
                    log.exception("stream_not_judged", stream=stream.id, feed=stream.feed)
                    closed = None
                more = closed is not None and closed.more
                if closed is not None:
                    raised += closed.raised.alerts
                    changed = True
        if changed:
            await self._committed()
        return raised, changed

    async def _close(self, stream_id: int, now: datetime) -> Closed | None:
        """Judge some bins of a stream, with all that follows, in one transaction."""
        try:
            async with self.parts.database.write() as tx:
                closed = await self.closing.close(tx, stream_id, now, self._names)
                if closed is None:
                    return None
                if not closed.more:
                    await follow_outlooks(tx, self.closing, stream_id)
                for key, notice in closed.raised.words:
                    await self._tell_room(tx, key, notice)
                return closed
        except BaseException:
            self.closing.drop(stream_id)  # what is in memory is ahead of the store
            raise

    async def _names(self, tx: Tx, stream: Stream, topics: list[Topic]) -> Mapping[int, Named]:
        """What alerts call the topics: a count's own name, a playbook's for documents, with the last of these."""
        status = self.parts.drills.get(stream.feed, AlertStatus.ACTUAL)
        if stream.kind != DOCUMENTS:
            return {topic.slot: Named(topic, topic.name, status) for topic in topics}
        playbooks = self.parts.desk().playbooks
        since = datetime.fromtimestamp((stream.closed or 0) - 3600, UTC)
        latest: dict[str, list[str]] = {}
        for playbook, source_id in await topic_matters.documents(tx, stream.feed, since, self.parts.clock.now()):
            if source_id is not None:
                latest.setdefault(playbook, []).append(source_id)
        return {
            topic.slot: Named(topic, playbooks[topic.name].name.vi, status, tuple(latest.get(topic.name, ())[-5:]))
            for topic in topics
            if topic.name in playbooks
        }

    async def _illustrate(self, now: datetime, *, changed: bool) -> None:
        """Bring pictures beside the cards of matters that have a topic."""
        async with self.parts.database.read() as tx:
            wanted = await curves.pictures_of_open(tx)
            fresh: list[Picture] = []
            due = self._looked_at is None or not self._looked_at <= now < self._looked_at + LOOKED_EVERY
            if changed or due or not wanted.keys() >= (await topic_matters.topics_of_open(tx)).keys():
                fresh, self._looked_at = await next_pictures(tx, now), now
        if fresh:
            async with self.parts.database.write() as tx:
                for picture in fresh:
                    await curves.put_picture(tx, picture)
            wanted |= {picture.incident_id: picture.seq for picture in fresh}
        for channel in self.parts.channels.values():
            async with self.parts.database.read() as tx:
                lacking = await channel.lacking_pictures(tx, wanted) if wanted else ()
            for incident_id in lacking:
                async with self.parts.database.write() as tx:
                    incident = await incidents.get(tx, incident_id)
                    if incident is not None:
                        await channel.illustrate(tx, incident, wanted[incident_id])
            if lacking:
                channel.wake()

    async def _mind_counts(self, now: datetime) -> None:
        """Tell the duty room of a feed whose counts stopped: without them nothing is found."""
        async with self.parts.database.read() as tx:
            found = await stopped(tx, now)
        for stream, last in found:
            notice = Notice(DUTY_ROOM, "counts_stopped", {"feed": stream.feed, "last": local_time(last)})
            await self._told_once(f"counts-stopped:{stream.id}:{int(last.timestamp())}", notice)

    async def _propose(self, now: datetime) -> None:
        """Tell the duty room which topics might alert less, or more; nothing changes by itself."""
        if self._proposed_at is not None and self._proposed_at <= now < self._proposed_at + PROPOSED_EVERY:
            return
        self._proposed_at = now
        async with self.parts.database.read() as tx:
            found = await proposals(tx, now)
        for key, notice in found:
            await self._told_once(key, notice)

    async def _told_once(self, key: str, notice: Notice) -> None:
        if key in self._told:
            return
        async with self.parts.database.write() as tx:
            await self._tell_room(tx, key, notice)
        self._told.add(key)
        for channel in self.parts.channels.values():
            channel.wake()

    async def _tell_room(self, tx: Tx, key: str, notice: Notice) -> None:
        for channel in self.parts.channels.values():
            await channel.tell_room(tx, key, notice)
