"""What open matters show of their topics as time passes: outlooks on cards, forecasts from before statements."""

from __future__ import annotations

from typing import Final

from bot.curves.closing import Closing
from bot.curves.kept import from_json, to_json
from bot.detection.forecast import Forecast, NoForecast
from bot.detection.outlook import outlook
from bot.detection.tuning import HOUR
from bot.store import counts, curves, incidents, mention_counts, topic_matters
from bot.store.counts import Stream, Topic
from bot.store.curves import KeptCurve, KeptOutlook
from bot.store.database import Tx

NEWS_AFTER: Final = HOUR
"""Numbers that moved are shown so long after the last ones; another direction is shown at once."""

_MOVED: Final = 1.25


async def follow_outlooks(tx: Tx, closing: Closing, stream_id: int) -> int:
    """After bins were judged: forecast the topics of open matters anew; their cards change where that is news.

    Returns:
        How many cards change.
    """
    stream = await counts.stream(tx, stream_id)
    if stream is None or stream.closed is None:
        return 0
    topics = {topic.id: topic for topic in await counts.topics(tx, stream.id)}
    shown = 0
    for incident_id, topic_id in (await topic_matters.topics_of_open(tx)).items():
        topic = topics.get(topic_id)
        if topic is None:
            continue
        end = stream.closed + stream.seconds
        before = await curves.outlook(tx, topic_id)
        if before is not None and before.at >= end:  # the one of the alert itself, from the same bin
            continue
        recent = await _recent(tx, stream, topic, end)
        forecast = (await closing.held(tx, stream, list(topics.values()))).forecast(topic.slot, end, recent)
        news = is_news(before, forecast, recent, end)
        shown_at = end if news or before is None else before.shown_at
        await curves.put_outlook(tx, KeptOutlook(topic_id, end, recent, to_json(forecast), shown_at))
        if news:
            await incidents.touch(tx, incident_id)
            shown += 1
    return shown


def is_news(before: KeptOutlook | None, forecast: Forecast | NoForecast, recent: float, now: int) -> bool:
    """True where the card should say something else: a direction that turned, or after an hour other numbers."""
    if before is None:
        return True
    old = from_json(before.forecast)
    if isinstance(old, NoForecast) or isinstance(forecast, NoForecast):
        return type(old) is not type(forecast)
    was, is_now = outlook(old, before.recent), outlook(forecast, recent)
    if was.direction is not is_now.direction:
        return True
    moved = max(_times(was.high, is_now.high), _times(was.low, is_now.low))
    return now - before.shown_at >= NEWS_AFTER and (moved > _MOVED or was.confidence is not is_now.confidence)


async def follow_statements(tx: Tx, closing: Closing) -> None:
    """For each statement that is in public now: what was expected without it, from what was known before."""
    for incident_id, version, published_at in await curves.statements_without_curve(tx):
        topic_id = await topic_matters.topic_of(tx, incident_id)
        topic = None if topic_id is None else await counts.topic(tx, topic_id)
        stream = None if topic is None else await counts.stream(tx, topic.stream_id)
        if topic is None or stream is None:
            continue
        at = int(published_at.timestamp())
        forecast = await _forecast_before(tx, closing, stream, topic, at)
        await curves.add_statement_curve(tx, KeptCurve(incident_id, version, topic.id, at, to_json(forecast)))


async def _forecast_before(tx: Tx, closing: Closing, stream: Stream, topic: Topic, at: int) -> Forecast | NoForecast:
    if stream.closed is None:
        return NoForecast.NOT_ENOUGH_HISTORY
    if stream.closed + stream.seconds > at:  # the detector has already seen what came after it
        return NoForecast.MADE_TOO_LATE
    held = await closing.held(tx, stream, await counts.topics(tx, stream.id))
    return held.forecast(topic.slot, at, await _recent(tx, stream, topic, at))


async def _recent(tx: Tx, stream: Stream, topic: Topic, end: int) -> float:
    """Mentions of the hour before ``end`` (or the bin, where it is longer), as far as they were counted."""
    found = await mention_counts.history(tx, topic.id, end - max(HOUR, stream.seconds), end)
    return sum(one.count for one in found)


def _times(one: float, other: float) -> float:
    low, high = sorted((one + 1, other + 1))
    return high / low
