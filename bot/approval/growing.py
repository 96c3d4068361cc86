"""Growth told once, for one incident in one transaction: what is new since people were last told, who hears it, when.

Nothing is told in quiet hours or while reminders are muted, but for a level that rose; it waits, is read anew when its
time has come, and is then one word for everything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.approval.clocks import policy_of
from bot.approval.desk import Desk
from bot.approval.quiet import quiet_around
from bot.approval.waking import people_to_wake
from bot.grouping import telling as growth
from bot.grouping.telling import NamedPlace
from bot.model.alert import Location
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.incident import Incident
from bot.model.person import Person
from bot.model.place import plain
from bot.model.policy import LEVEL_WITHOUT_QUIET, Leg, Wake
from bot.model.telling import Growing, Grown, Telling, TellingPolicy, Told
from bot.model.unit import chain_above
from bot.store import audit, growth_told, incidents
from bot.store.database import Tx


async def begin(tx: Tx, desk: Desk, incident: Incident) -> None:
    """Write down what the first card tells, in the transaction that opens the incident."""
    told = growth.begin(incident, _places(desk, incident), desk.office.telling)
    await growth_told.begin(tx, told, incident.revision)


async def follow(
    tx: Tx, desk: Desk, incident_id: str, unreachable: Collection[str] = ()
) -> tuple[Telling, tuple[Person, ...]] | None:
    """What is to be told of an incident's growth now, and to whom beside the duty room; None for nothing.

    ``unreachable`` are ids of people whom no channel reaches now: whoever stands in for them on duty is told.

    It is written down as told in the same transaction, so that no restart and no second process tells it again.
    """
    incident = await incidents.get(tx, incident_id)
    if incident is None or not incident.is_open:
        return None
    policy, told = desk.office.telling, await growth_told.get(tx, incident_id)
    if told is None:  # opened before this release, split off, or taken back: people know it as it stands
        await begin(tx, desk, incident)
        return None
    places = _places(desk, incident, told.places)
    found = growth.grown(told, incident, places, policy, desk.now)
    said, look_at = await _speakable(tx, desk, incident, found)
    now = growth.after(told, incident, said, places, policy, desk.now)
    if look_at is None and len(found) == len(said):
        look_at = _mood_rests_until(told, incident, policy, desk.now)
    if not await growth_told.note(tx, now, told, incident.revision, look_at) or not said:
        return None
    risen = any(one.reason is Growing.LEVEL_UP for one in said)
    if risen:
        said = await _with_reason(tx, desk, incident, said)
    urgent = risen and incident.level >= LEVEL_WITHOUT_QUIET
    people = _people(desk, incident, unreachable, risen=risen)
    details = {
        "why": [one.reason.value for one in said],
        "told": [person.id for person in people],
        "level": incident.level,
        "volume": incident.growth.volume.observed,
        "press": incident.growth.press,
        "places": [name for one in said for name in one.names],
    }
    await audit.append(tx, AuditEvent("tell_growth", SYSTEM, desk.now, incident_id=incident.id, details=details))
    key = f"growth:{incident.id}:{now.seq}"
    return Telling(key, desk.now, incident=incident, grown=said, urgent=urgent), people


async def _with_reason(tx: Tx, desk: Desk, incident: Incident, said: Sequence[Grown]) -> tuple[Grown, ...]:
    """``said``, with who raised the level and why, where it was a person and not what came in since."""
    found = await audit.latest(tx, incident.id, ("set_level", "tell_growth"))
    done = next((event for event in found if not event.details.get("refused")), None)
    if done is None or done.act != "set_level" or done.details.get("level") != str(incident.level):
        return tuple(said)
    by, why = desk.name_of(done.actor), str(done.details.get("why", ""))
    return tuple(replace(one, by=by, why=why) if one.reason is Growing.LEVEL_UP else one for one in said)


async def _speakable(
    tx: Tx, desk: Desk, incident: Incident, found: Sequence[Grown]
) -> tuple[tuple[Grown, ...], datetime | None]:
    """What may be said now, and when to look again at what may not."""
    if not found:
        return (), None
    if incident.muted_until is not None and desk.now < incident.muted_until:
        risen = tuple(one for one in found if one.reason is Growing.LEVEL_UP)
        return risen, incident.muted_until if len(risen) < len(found) else None
    quiet = (await policy_of(tx, desk, incident)).quiet_at(incident.level)
    night = None if quiet is None else quiet_around(quiet, desk.now)
    return ((), night[1]) if night is not None else (tuple(found), None)


def _mood_rests_until(told: Told, incident: Incident, policy: TellingPolicy, now: datetime) -> datetime | None:
    """A mood that turned too soon after the last word about it is looked at again when it has rested."""
    mood = growth.mood_of(incident.growth.sentiment, policy)
    if told.mood_at is None or mood is None or mood == told.mood:
        return None
    rested = told.mood_at + policy.sentiment_rest
    return rested if rested > now else None


def _people(desk: Desk, incident: Incident, unreachable: Collection[str], *, risen: bool) -> tuple[Person, ...]:
    """Whoever has the matter in hand, and when its level rose whoever speaks; the duty room hears it anyway."""
    legs = (Leg.PROGRESS, Leg.APPROVE) if risen else (Leg.PROGRESS,) if incident.accepted_by else ()
    woken = [
        person
        for leg in legs
        for person in people_to_wake(desk.organisation, incident, leg, Wake.RESPONSIBLE, desk.now, unreachable)
    ]
    return tuple(dict.fromkeys(woken))


def _places(desk: Desk, incident: Incident, known: Sequence[str] = ()) -> tuple[NamedPlace, ...]:
    """The places that alerts named, as the units that are there today; a name that nobody knows stands for itself.

    Empty when every name is ``known``: to look one up among thousands takes milliseconds, and there is nothing to say.
    """
    organisation, found = desk.organisation, []
    if set(known).issuperset(plain(name) for name in incident.growth.places):
        return ()
    for name in incident.growth.places:
        place = organisation.places.resolve(Location(text=name, ward_code=name), organisation.units, desk.now)
        if place.unit is None:
            found.append(NamedPlace(plain(name), place.name or name, said=plain(name)))
        else:
            above = frozenset(chain_above(organisation.units, place.unit)) - {place.unit}
            found.append(NamedPlace(place.unit, place.name or name, above, plain(name)))
    return tuple(found)
