"""How the growth that a card shows follows from the alerts that joined."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.model.alert import Alert, Sentiment, Volume
from bot.model.incident import Growth

KEPT_PLACES = 20
"""So many places of one matter are remembered; a storm names a whole province soon."""

_LONGEST_PLACE = 200


def opening_growth(alert: Alert) -> Growth:
    """The growth of an incident that this alert opens."""
    return Growth(
        alerts=1,
        volume=alert.volume,
        press=_press_pages(alert),
        first_seen=alert.seen_at,
        last_seen=_last_seen(alert),
        places=_places(alert),
        sentiment=_sentiment(alert),
    )


def grow(growth: Growth, alert: Alert) -> Growth:
    """The growth after one more alert: the latest measured volume stands for now, the rest is counted or widened."""
    newest = _last_seen(alert) >= growth.last_seen
    newer = alert.volume.observed is not None and newest
    felt = _sentiment(alert)
    return replace(
        growth,
        alerts=growth.alerts + 1,
        volume=_completed(alert.volume, growth.volume) if newer else growth.volume,
        press=growth.press + _press_pages(alert),
        first_seen=min(growth.first_seen, alert.seen_at),
        last_seen=max(growth.last_seen, _last_seen(alert)),
        places=tuple(dict.fromkeys((*growth.places, *_places(alert))))[:KEPT_PLACES],
        sentiment=felt if felt is not None and (newest or growth.sentiment is None) else growth.sentiment,
    )


def together(one: Growth, other: Growth) -> Growth:
    """The growth of two matters that are one, as their alerts were counted while they were two."""
    older, newer = sorted((one, other), key=lambda growth: growth.last_seen)
    first, second = sorted((one, other), key=lambda growth: growth.first_seen)
    return Growth(
        alerts=one.alerts + other.alerts,
        volume=_completed(newer.volume, older.volume) if newer.volume.observed is not None else older.volume,
        press=one.press + other.press,
        first_seen=first.first_seen,
        last_seen=newer.last_seen,
        places=tuple(dict.fromkeys((*first.places, *second.places)))[:KEPT_PLACES],
        sentiment=newer.sentiment or older.sentiment,
    )


def without(growth: Growth, gone: Growth, ends: Growth) -> Growth:
    """What is left of a growth when the alerts that ``gone`` counts are another matter.

    ``ends`` counts the first and the latest of the alerts that stay: what nobody counted one by one is read off them.
    """
    stays = (place for place in growth.places if place not in gone.places)
    return Growth(
        alerts=growth.alerts - gone.alerts,
        volume=ends.volume if ends.volume.observed is not None else growth.volume,
        press=max(0, growth.press - gone.press),
        first_seen=growth.first_seen if growth.first_seen < gone.first_seen else ends.first_seen,
        last_seen=growth.last_seen if growth.last_seen > gone.last_seen else ends.last_seen,
        places=tuple(dict.fromkeys((*ends.places, *stays)))[:KEPT_PLACES],
        sentiment=ends.sentiment or growth.sentiment,
    )


def _completed(newer: Volume, older: Volume) -> Volume:
    """The newer volume; a baseline it does not name is taken from the older one, and the factor follows from it."""
    if newer.baseline is not None or newer.factor is not None or newer.unit != older.unit or not older.baseline:
        return newer
    return replace(newer, baseline=older.baseline, factor=(newer.observed or 0.0) / older.baseline)


def _press_pages(alert: Alert) -> int:
    return sum(1 for source in alert.sources if source.is_press)


def _places(alert: Alert) -> tuple[str, ...]:
    """The place as the sender named it, else its code."""
    named = " ".join((alert.location.text or "").split()) or alert.location.ward_code or ""
    return (named[:_LONGEST_PLACE],) if named else ()


def _sentiment(alert: Alert) -> Sentiment | None:
    """What was measured; None where the sender says nothing about it."""
    return None if alert.sentiment == Sentiment() else alert.sentiment


def _last_seen(alert: Alert) -> datetime:
    return alert.last_seen or alert.seen_at
