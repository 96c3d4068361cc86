"""Growth told once: whether people are told again of a matter that grew, and for which reasons. Pure.

People are told when something is another step since they were last told, never because another alert came in; what they
were last told is :class:`~bot.model.telling.Told`, committed state. A card shows every number all the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model.alert import Sentiment
from bot.model.incident import Incident
from bot.model.telling import Growing, Grown, TellingPolicy, Told

KEPT_PLACES = 100


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that alerts named: ``key`` is the unit that is there, or the name in plain letters; ``wider`` hold it.

    ``said`` is the name as it was said, in plain letters: what was said before is not looked up again.
    """

    key: str
    name: str
    wider: frozenset[str] = frozenset()
    said: str = ""


def begin(incident: Incident, places: Sequence[NamedPlace], policy: TellingPolicy) -> Told:
    """What the first card of an incident tells."""
    growth = incident.growth
    mood = mood_of(growth.sentiment, policy)
    return Told(
        incident_id=incident.id,
        seq=0,
        level=incident.level,
        volume=growth.volume.observed,
        unit=growth.volume.unit,
        alerts=growth.alerts,
        press=growth.press,
        places=_known((), places),
        mood=mood,
    )


def grown(
    told: Told, incident: Incident, places: Sequence[NamedPlace], policy: TellingPolicy, at: datetime
) -> tuple[Grown, ...]:
    """In which respects the matter is another step than people were last told; empty when there is nothing to say."""
    found: list[Grown] = []
    if incident.level > told.level:
        found.append(Grown(Growing.LEVEL_UP, told.level, incident.level))
    found += _louder(told, incident, policy)
    if incident.growth.press > 0 and told.press == 0:
        found.append(Grown(Growing.PRESS_JOINS, 0, incident.growth.press))
    fresh = new_places(told, places)
    if fresh:
        found.append(Grown(Growing.NEW_PLACE, names=tuple(place.name for place in fresh)))
    turned = _turned(told, mood_of(incident.growth.sentiment, policy), policy, at)
    if turned is not None:
        found.append(Grown(turned))
    return tuple(found)


def after(
    told: Told,
    incident: Incident,
    said: Sequence[Grown],
    places: Sequence[NamedPlace],
    policy: TellingPolicy,
    at: datetime,
) -> Told:
    """What people have been told once ``said`` is out: what was said moves on, and a level that a person lowered."""
    reasons = {one.reason for one in said}
    growth = incident.growth
    now = replace(told, seq=told.seq + (1 if said else 0), level=min(told.level, incident.level))
    if Growing.LEVEL_UP in reasons:
        now = replace(now, level=incident.level)
    if reasons & {Growing.VOLUME_UP, Growing.ALERTS_UP}:
        now = replace(now, volume=growth.volume.observed, unit=growth.volume.unit, alerts=growth.alerts)
    elif growth.volume.observed is not None and (told.volume is None or told.unit != growth.volume.unit):
        now = replace(now, volume=growth.volume.observed, unit=growth.volume.unit)  # the first of its kind: a beginning
    if Growing.PRESS_JOINS in reasons:
        now = replace(now, press=growth.press)
    withheld = set() if Growing.NEW_PLACE in reasons else {place.key for place in new_places(told, places)}
    now = replace(now, places=_known(told.places, [place for place in places if place.key not in withheld]))
    mood = mood_of(growth.sentiment, policy)
    if reasons & {Growing.SENTIMENT_TURNS, Growing.SENTIMENT_RECOVERS}:
        now = replace(now, mood=mood, mood_at=at)
    elif told.mood is None or (told.mood == 0 and mood == 1):
        now = replace(now, mood=mood)
    return now


def _known(before: Sequence[str], places: Sequence[NamedPlace]) -> tuple[str, ...]:
    """What people know of places, with these: by key, and as they were said."""
    names = [name for place in places for name in (place.key, place.said) if name]
    return tuple(dict.fromkeys((*before, *names)))[:KEPT_PLACES]


def new_places(told: Told, places: Sequence[NamedPlace]) -> tuple[NamedPlace, ...]:
    """Places that people have not been told of; one that holds a place they know says less, not more."""
    known = set(told.places)
    held = {wider for place in places if place.key in known for wider in place.wider}
    if len(known) >= KEPT_PLACES:
        return ()
    return tuple({p.key: p for p in places if p.key not in known and p.key not in held}.values())


def mood_of(sentiment: Sentiment | None, policy: TellingPolicy) -> int | None:
    """-1 bad, 0 neither, 1 good; None where nobody measured it. A score decides, else the shares."""
    if sentiment is None:
        return None
    score = sentiment.score
    if score is None:
        if sentiment.positive is None and sentiment.negative is None:
            return None
        score = (sentiment.positive or 0.0) - (sentiment.negative or 0.0)
    return -1 if score <= -policy.sentiment_turn else 1 if score >= policy.sentiment_turn else 0


def _louder(told: Told, incident: Incident, policy: TellingPolicy) -> list[Grown]:
    volume, factor = incident.growth.volume, 1 + policy.volume_up_by
    if volume.observed is not None:
        if told.volume is None or told.unit != volume.unit:  # nothing to compare it with: the card shows it
            return []
        if volume.observed <= told.volume or volume.observed < told.volume * factor:
            return []
        return [Grown(Growing.VOLUME_UP, told.volume, volume.observed)]
    alerts = incident.growth.alerts
    if told.volume is None and alerts >= max(told.alerts * factor, told.alerts + policy.alerts_at_least):
        return [Grown(Growing.ALERTS_UP, told.alerts, alerts)]
    return []


def _turned(told: Told, mood: int | None, policy: TellingPolicy, at: datetime) -> Growing | None:
    if told.mood is None or mood is None or (told.mood_at is not None and at - told.mood_at < policy.sentiment_rest):
        return None
    if mood == -1 and told.mood > -1:
        return Growing.SENTIMENT_TURNS
    return Growing.SENTIMENT_RECOVERS if mood == 1 and told.mood == -1 else None
