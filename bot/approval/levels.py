"""The level: anybody at work raises it; lowering takes a person and a reason. Reminders may be muted, with an end."""

from __future__ import annotations

from datetime import timedelta

from bot.approval import own_matter, publication, standing
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.approval.until import split_end
from bot.locale import times
from bot.model.commands import AskLevel, AskLevelReason, AskMute, Mute, SetLevel, Unmute
from bot.model.incident import Incident
from bot.model.level import HIGHEST, LOWEST
from bot.model.muting import mute_ended
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.person import Person
from bot.model.policy import LEVEL_WITHOUT_QUIET
from bot.model.reasons import Reason
from bot.store import audit, incidents
from bot.store.database import Tx

LONGEST_MUTE, LONGEST_MUTE_WHEN_GRAVE = timedelta(hours=12), timedelta(hours=1)
"""At level 3 and above silence is short: somebody must look again within the hour."""


async def ask_level(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskLevel) -> Outcome:
    """Show the levels to choose from: no lower ones to people of a unit that is accused in the matter."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None:
        return refused
    lowest = LOWEST if standing.end_refusal(desk, person, incident) is None else incident.level
    others = [str(level) for level in range(lowest, HIGHEST + 1) if level != incident.level]
    current = await standing.current(tx, incident)
    return standing.done(Reason.ASK_LEVEL, incident, current, options=" ".join(others), level=str(incident.level))


async def ask_level_reason(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskLevelReason
) -> Outcome:
    """A level was chosen: ask why."""
    lowers = command.level < incident.level
    refused = (standing.end_refusal if lowers else standing.work_refusal)(desk, person, incident)
    current = await standing.current(tx, incident)
    return refused or standing.done(
        Reason.ASK_LEVEL_REASON, incident, current, arg=str(command.level), level=str(command.level)
    )


async def set_level(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: SetLevel) -> Outcome:
    """Raise or lower. An approval whose words have not begun to leave was given for another level, and is void.

    So is a mute when the matter becomes grave. People of a unit that is accused in it do not lower it.
    """
    lowers = command.level < incident.level
    refused = (standing.end_refusal if lowers else standing.work_refusal)(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    current = await standing.current(tx, incident)
    if not LOWEST <= command.level <= HIGHEST:
        return refuse(Reason.NO_SUCH_LEVEL, incident, current, level=str(command.level))
    why = " ".join(command.reason.split())
    if not why and lowers:
        return refuse(Reason.REASON_MISSING, incident, current, put="muc", level=str(command.level))
    if not await incidents.set_level(tx, incident.id, incident.level, command.level):
        return refuse(Reason.SAME_LEVEL, incident, current, level=str(command.level))
    await own_matter.keep(tx, desk, incident, incident)
    ended = mute_ended(incident, command.level, desk.now)
    if ended is not None:
        await audit.append(tx, ended)
    voided = await publication.void_unless_leaving(tx, desk, incident, current, Reason.LEVEL_CHANGED)
    done = standing.done(
        Reason.LEVEL_SET_APPROVAL_VOID if voided else Reason.LEVEL_SET,
        incident,
        current,
        by=person.name,
        level=str(command.level),
        former=str(incident.level),
        why=why,
    )
    if not lowers:  # a rise is told with what else has grown
        return done
    told = {**done.values, "title": incident.title, "why": why.rstrip(".")}
    return standing.telling(done, Notice(DUTY_ROOM, "level_lowered", told, incident_id=incident.id))


async def ask_mute(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskMute) -> Outcome:
    """Ask until when."""
    refused = standing.end_refusal(desk, person, incident)
    return refused or standing.done(Reason.ASK_MUTE, incident, await standing.current(tx, incident))


async def mute(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Mute) -> Outcome:
    """No reminders until an end that must be named and near. Clocks run on; the card says who muted it."""
    refused = standing.end_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    _, end = split_end(command.until, desk.now)
    longest = LONGEST_MUTE_WHEN_GRAVE if incident.level >= LEVEL_WITHOUT_QUIET else LONGEST_MUTE
    if end is None or not desk.now < end <= desk.now + longest:
        return refuse(Reason.MUTE_NEEDS_AN_END, incident, hours=str(int(longest.total_seconds() // 3600)))
    await incidents.mute(tx, incident.id, person.id, end)
    current = await standing.current(tx, incident)
    return standing.done(Reason.MUTED, incident, current, by=person.name, **times("until", end))


async def unmute(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Unmute) -> Outcome:
    """Reminders again, at once."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    await incidents.mute(tx, incident.id, None, None)
    return standing.done(Reason.UNMUTED, incident, await standing.current(tx, incident), by=person.name)
