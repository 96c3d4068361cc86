"""A matter's curve as a picture, from what is committed; drawn in a worker thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

import numpy as np

from bot.curves.kept import from_json
from bot.detection.forecast import Forecast, NoForecast
from bot.detection.picture import TALL, WIDE, Curve, Format, Shape, drawn
from bot.detection.tuning import HOUR
from bot.locale.curve import chart_labels
from bot.store import counts, curves, incidents, mention_counts, topic_matters
from bot.store.counts import DOCUMENTS, Stream
from bot.store.curves import ALERT, TOO_MANY
from bot.store.database import Database, StoreUnavailable, Tx

SHOWN: Final = 36 * HOUR
"""A day and a half: the same hours of the day before stand beside the rise."""
_SHOWN_BINS: Final = 60
"""Of bins longer than an hour so many are shown."""


class Pictures:
    """Draws what a matter's topic did, will perhaps do, and when statements were made."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """Nothing is drawn yet."""
        self._database = database
        self._now = now

    async def of(self, incident_id: str, lang: str, form: Format = "png", shape: Shape = WIDE) -> bytes | None:
        """The picture of an incident; None where it has no topic, or nothing was counted lately.

        Raises:
            StoreUnavailable: it could not be read.
        """
        async with self._database.read() as tx:
            found = await curve_of(tx, incident_id, self._now())
        if found is None:
            return None
        curve, none = found
        return await drawn(curve, chart_labels(lang, none), form, shape)

    async def as_svg(self, incident_id: str, lang: str, *, tall: bool = False) -> bytes | None:
        """The same for a page, ``tall`` for a phone; None also while the store is away: the page says so by itself."""
        with suppress(StoreUnavailable):
            return await self.of(incident_id, lang, "svg", TALL if tall else WIDE)
        return None


async def curve_of(tx: Tx, incident_id: str, now: datetime) -> tuple[Curve, NoForecast | None] | None:
    """What is drawn of an incident, and why there is no forecast where there is none."""
    topic_id = await topic_matters.topic_of(tx, incident_id)
    topic = None if topic_id is None else await counts.topic(tx, topic_id)
    stream = None if topic is None else await counts.stream(tx, topic.stream_id)
    if topic is None or stream is None:
        return None
    since = int(now.timestamp()) - max(SHOWN, _SHOWN_BINS * stream.seconds if stream.seconds > HOUR else 0)
    counted = await mention_counts.history(tx, topic.id, since)
    if not counted:
        return None
    first, last = counted[0].start, counted[-1].start
    number = (last - first) // stream.seconds + 1
    seen, low, high = (np.full(number, np.nan) for _ in range(3))
    for one in counted:
        at = (one.start - first) // stream.seconds
        seen[at] = one.count
        low[at] = np.nan if one.low is None else one.low
        high[at] = np.nan if one.high is None else one.high
    signals = await curves.signals(tx, topic.id, first)
    forecast = await _forecast(tx, topic.id, last + stream.seconds)
    curve = Curve(
        topic=await title_of(tx, stream, topic.name, incident_id),
        seconds=float(stream.seconds),
        starts=first + np.arange(number, dtype=np.float64) * stream.seconds,
        counts=seen,
        low=low,
        high=high,
        alerts=sorted({float(one.at) for one in signals if one.became in (ALERT, TOO_MANY)}),
        statements=[at.timestamp() for at in await curves.published_at(tx, incident_id)],
        forecast=forecast if isinstance(forecast, Forecast) else None,
    )
    return curve, forecast if isinstance(forecast, NoForecast) else None


async def title_of(tx: Tx, stream: Stream, name: str, incident_id: str) -> str:
    """How a picture is headed: the topic's name; for documents the matter's title."""
    if stream.kind != DOCUMENTS:
        return name
    incident = await incidents.get(tx, incident_id)
    return incident.title if incident is not None else name


async def _forecast(tx: Tx, topic_id: int, end: int) -> Forecast | NoForecast:
    kept = await curves.outlook(tx, topic_id)
    if kept is None:
        return NoForecast.NOT_ENOUGH_HISTORY
    if end - kept.at > 2 * HOUR:
        return NoForecast.STALE
    return from_json(kept.forecast)
