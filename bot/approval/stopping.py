"""The emergency stop: one person stops all publishing at once and may say why; two different persons release it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.locale import local_time, text
from bot.model.commands import ReleaseStop, StopPublishing
from bot.model.languages import LANGUAGES
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.person import Person, Role
from bot.model.reasons import Reason
from bot.store import deliveries, incidents, publishing_stops
from bot.store.database import Tx

REASON_LIMIT = 300

_CONCERNED = frozenset({Role.HEAD, Role.REGULAR, Role.AUTHORISED, Role.DEPUTY})


async def stop(tx: Tx, desk: Desk, person: Person, command: StopPublishing) -> Outcome:
    """Stop everything. Whoever handles incidents may: stopping too often costs little, stopping too late does not.

    Nobody is kept from it by having to find words first: where no reason was given that is what the record says.
    """
    refusal = authority.may_work(person, None, desk.now)
    if refusal is not None:
        return refuse(refusal)
    said = " ".join(command.reason.split())
    reason = said or unsaid()
    if not await publishing_stops.begin(tx, reason[:REASON_LIMIT], person.id, desk.now):
        standing = await publishing_stops.in_force(tx)
        return refuse(Reason.ALREADY_STOPPED, by=desk.name_of(standing.stopped_by if standing else None))
    await incidents.touch_open(tx)
    held = await deliveries.queued(tx)
    values = {"by": person.name, "why": reason[:REASON_LIMIT], "count": str(len(held))}
    told = _telling(desk, person, "stopped", values)
    return Outcome(Reason.STOPPED, values={**values, "put": "" if said else "unsaid"}, notices=told)


def unsaid() -> str:
    """What is kept as the reason of a stop for which none was given: in every language, as if it had been typed."""
    return " / ".join(text(lang, "stop.unsaid") for lang in LANGUAGES)


async def release(tx: Tx, desk: Desk, person: Person, command: ReleaseStop) -> Outcome:
    """The first says that publishing may go on and nothing moves yet; the second, another person, lets it go on.

    An organisation file that cannot be read keeps it stopped: two names that nobody can check are not two persons.
    """
    refusal = authority.may_work(person, None, desk.now)
    if refusal is None and desk.organisation.fault is not None:
        refusal = Reason.ORGANISATION_UNREADABLE
    if refusal is not None:
        return refuse(refusal)
    stopped = await publishing_stops.in_force(tx)
    if stopped is None:
        return refuse(Reason.NOT_STOPPED)
    held = await deliveries.queued(tx)
    values = {"by": person.name, "count": str(len(held)), "why": stopped.reason}
    if await publishing_stops.agree(tx, stopped, person.id, desk.now):
        await incidents.touch_open(tx)
        told = _telling(desk, person, "stop_release_begun", values, stopped.stopped_by)
        return Outcome(Reason.STOP_RELEASE_BEGUN, values=values, notices=told)
    if not await publishing_stops.end(tx, stopped, person.id, desk.now):
        return refuse(Reason.SECOND_RELEASE_NEEDED, by=desk.name_of(stopped.first_release_by))
    await incidents.touch_open(tx)
    told = _telling(desk, person, "stop_released", values, stopped.stopped_by)
    going = tuple(delivery.key for delivery in held)
    return Outcome(Reason.STOP_RELEASED, values=values, publish=going, notices=told)


async def notice(tx: Tx, desk: Desk) -> dict[str, str]:
    """What a card says while publishing stands still: who stopped it, when and why; empty while it does not."""
    stopped = await publishing_stops.in_force(tx)
    if stopped is None:
        return {}
    return {
        "by": desk.name_of(stopped.stopped_by),
        "at": local_time(stopped.stopped_at),
        "why": stopped.reason,
        "first": desk.name_of(stopped.first_release_by),
    }


def _telling(desk: Desk, actor: Person, words: str, values: Mapping[str, str], by: str = "") -> tuple[Notice, ...]:
    """The duty room and everybody else who may speak or stand in: a stop concerns them all at once.

    So does its release whoever stopped, ``by``, of whatever role; whoever was authorised for one case speaks, too.
    """

    def is_concerned(person: Person) -> bool:
        held = {a.role for a in person.assignments if a.holds(desk.now, a.case)}
        return person.id != actor.id and (person.id == by or bool(held & _CONCERNED))

    concerned = [p for p in desk.organisation.people if is_concerned(p)]
    return (Notice(DUTY_ROOM, words, values), *(Notice(p.id, words, values) for p in concerned))
