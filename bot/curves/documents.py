"""Feeds that bring documents are counted by us: so many an hour of each playbook's kind (ADR 0029).

A document counts for the playbook of the matter that it belongs to, in the quarter of an hour in which it came. A
quarter that Keng was awake for and in which nothing came is a zero; one that it slept through is a gap.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.detection.tuning import Sensitivity
from bot.model.playbook import UNCLASSIFIED
from bot.store import counts, mention_counts, topic_matters
from bot.store.counts import DOCUMENTS
from bot.store.database import Tx
from bot.store.mention_counts import Counted

SECONDS: Final = 900
CATCH_UP: Final = 4
"""Quarters looked back at: a restart, or a feed that was counted for the first time."""

_PLACED_WITHIN: Final = timedelta(seconds=60)
"""A document has its place so long after it came, or is not counted."""


class Counting:
    """Counts what each feed brought, quarter by quarter."""

    def __init__(self) -> None:
        """Nothing was counted yet."""
        self._looked_at: dict[str, datetime] = {}

    def is_due(self, feed: str, now: datetime) -> bool:
        """True when another quarter is over since the last look."""
        before = self._looked_at.get(feed)
        return before is None or _quarter(before - _PLACED_WITHIN) != _quarter(now - _PLACED_WITHIN)

    async def count(self, tx: Tx, feed: str, now: datetime) -> None:
        """Count the quarter that is over, and documents of the hour before it that nobody was awake to count."""
        ended, before = _quarter(now - _PLACED_WITHIN), self._looked_at.get(feed)
        self._looked_at[feed] = now
        for start in range(ended - CATCH_UP * SECONDS, ended, SECONDS):
            is_whole = before is not None and start <= before.timestamp() <= start + SECONDS + 60
            await self._count_one(tx, feed, start, now, is_whole=is_whole)

    async def _count_one(self, tx: Tx, feed: str, start: int, now: datetime, *, is_whole: bool) -> None:
        since = datetime.fromtimestamp(start, UTC)
        found: dict[str, int] = {}
        for playbook, _ in await topic_matters.documents(tx, feed, since, since + timedelta(seconds=SECONDS)):
            if playbook != UNCLASSIFIED:
                found[playbook] = found.get(playbook, 0) + 1
        known = await counts.topics_of_feed(tx, feed, DOCUMENTS)
        if not found and not known:
            return
        stream = await counts.open_stream(tx, feed, DOCUMENTS, SECONDS, 0)
        if stream.closed is not None and start <= stream.closed:
            return
        fresh = [playbook for playbook in found if playbook not in known]
        made = await counts.add_topics(tx, stream.id, fresh, Sensitivity.BALANCED, now)
        ids = {name: topic.id for name, (topic, _) in known.items()} | {topic.name: topic.id for topic in made}
        counted = [
            Counted(topic_id, start, float(found.get(name, 0)))
            for name, topic_id in ids.items()
            if name in found or is_whole
        ]
        await mention_counts.put(tx, stream.id, counted, now)


def _quarter(instant: datetime) -> int:
    """When the quarter of an hour begins that an instant lies in."""
    return int(instant.timestamp()) // SECONDS * SECONDS
