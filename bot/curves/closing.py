"""Bins that are over go through the detector, once, in one transaction with everything that follows from them.

What the detector knows is kept in the same commit as the alerts it raised: after a kill either both are there or none,
and whoever goes on decides as the one before would have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from bot.curves.judging import Held, Judged
from bot.curves.kept import to_json
from bot.curves.raising import Named, Raised, raise_alerts
from bot.curves.readiness import ready
from bot.detection.state import StateError
from bot.detection.tuning import HOUR
from bot.detection.watch import Kind
from bot.store import counts, curves, mention_counts
from bot.store.counts import Stream, Topic
from bot.store.curves import KeptOutlook
from bot.store.database import Tx

log = structlog.get_logger(__name__)

BINS_AT_ONCE: Final = 144
"""Bins judged in one transaction: half a day of five minutes;"""

COUNTS_AT_ONCE: Final = 20_000
"""and counts: whoever else wants to write waits meanwhile."""

SHOWN: Final = 7 * 86_400
"""The expected range is kept for bins of so many seconds: pictures show less."""

Naming = Callable[[Tx, Stream, list[Topic]], Awaitable[Mapping[int, Named]]]
"""Names the topics of a stream, by slot."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What one transaction did: bins judged, whether more wait, and what was raised."""

    bins: int
    more: bool
    raised: Raised


class Closing:
    """Judges streams, keeping their state in memory between transactions."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._held: dict[int, Held] = {}

    def drop(self, stream_id: int) -> None:
        """A transaction did not commit: what is in memory is not what the store has."""
        self._held.pop(stream_id, None)

    async def close(self, tx: Tx, stream_id: int, now: datetime, naming: Naming) -> Closed | None:
        """Judge the bins of a stream that are over; None when there are none.

        The caller drops the stream when the transaction does not commit.
        """
        stream = await counts.stream(tx, stream_id)
        if stream is None:
            return None
        stream = await self._after_the_clock_ran_ahead(tx, stream, now)
        waiting = await mention_counts.waiting_bins(tx, stream, BINS_AT_ONCE)
        found = ready(stream, waiting, now)
        if not found:
            return None
        topics = [topic for topic in await counts.topics(tx, stream.id) if not counts.is_forgotten(topic)]
        starts = found[: max(1, COUNTS_AT_ONCE // max(1, len(topics)))]
        held = await self.held(tx, stream, topics)
        first = min(starts[0], starts[0] if stream.closed is None else stream.closed)
        counted = await mention_counts.of_bins(tx, stream.id, first // HOUR * HOUR - HOUR, starts[-1])
        slots = {topic.id: topic.slot for topic in topics}
        judged = await asyncio.to_thread(held.judge, starts, counted, slots)
        await self._keep(tx, held, judged, topics, stream, now)
        raised = await raise_alerts(tx, stream, judged.rises, await naming(tx, stream, topics), now)
        return Closed(len(starts), len(starts) < len(found) or len(found) == BINS_AT_ONCE, raised)

    async def held(self, tx: Tx, stream: Stream, topics: list[Topic]) -> Held:
        """The stream's state, from memory where that is what the store has."""
        held = self._held.get(stream.id)
        if held is None or (held.stream.closed, held.stream.hour) != (stream.closed, stream.hour):
            watch, forecaster = await counts.state(tx, stream.id)
            try:
                held = Held(stream, watch, forecaster)
            except (
                StateError
            ) as error:  # of another version of the detector: it learns anew, and alerts nobody at first
                log.warning("detector_begins_anew", feed=stream.feed, seconds=stream.seconds, why=str(error))
                held = Held(stream, None, None)
            self._held[stream.id] = held
        held.fit(topics)
        return held

    async def _keep(
        self, tx: Tx, held: Held, judged: Judged, topics: list[Topic], before: Stream, now: datetime
    ) -> None:
        """Write down state, expected ranges and the forecasts of alert moments."""
        taught = judged.stream.hour != before.hour or any(rise.signal.kind is Kind.SPIKE for rise in judged.rises)
        state, forecaster = await asyncio.to_thread(_packed, held, taught)
        await counts.put_state(tx, judged.stream, state, forecaster)
        ids = {topic.slot: topic.id for topic in topics}
        shown = now.timestamp() - SHOWN
        expected = [(ids[slot], at, low, high) for slot, at, low, high in judged.expected if slot in ids and at > shown]
        await mention_counts.note_expected(tx, expected)
        for rise in judged.rises:
            topic = ids.get(rise.signal.topic)
            if rise.forecast is not None and topic is not None:
                at = int(rise.signal.at)
                kept = KeptOutlook(topic, at, rise.recent, to_json(rise.forecast), at)
                await curves.put_outlook(tx, kept)

    async def _after_the_clock_ran_ahead(self, tx: Tx, stream: Stream, now: datetime) -> Stream:
        """Bins that were judged in what is the future now are taken back; what they taught stays."""
        back = stream.ran_ahead(now)
        if back is None:
            return stream
        log.warning("clock_had_run_ahead", feed=stream.feed, judged_until=stream.closed, goes_on_after=back)
        held = await self.held(tx, stream, await counts.topics(tx, stream.id))
        held.set_back(back)
        await mention_counts.remove_after(tx, stream.id, int(now.timestamp()))
        state, forecaster = await asyncio.to_thread(_packed, held, True)
        await counts.put_state(tx, held.stream, state, forecaster)
        return replace(stream, closed=held.stream.closed, hour=held.stream.hour)


def _packed(held: Held, taught: bool) -> tuple[bytes, bytes | None]:
    """The state as bytes; the forecaster's only where it changed."""
    forecaster = held.forecaster.state_bytes() if taught and held.forecaster is not None else None
    return held.watch.state_bytes(), forecaster
