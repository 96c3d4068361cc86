"""Acts upon the duty roster: show it, take a duty, swap one, be away. Nobody gives a duty to somebody else."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.approval.days import begins, ends, tomorrow
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.locale import local_time
from bot.model.commands import AbsentFrom, Actor, ShowRoster, SwapDuty, TakeDuty
from bot.model.enrolment import PeopleRequest, RequestKind
from bot.model.outcome import DUTY_ROOM, Notice, Outcome, ShownShift
from bot.model.person import WORKING_ROLES, Person
from bot.model.place import plain
from bot.model.reasons import Reason
from bot.model.roster import DutyChange, DutyReason, Rota, Shift
from bot.store import duty_changes, people_requests
from bot.store.database import Tx

SHOWN_WEEKS = 5
SWAP_WITHIN = timedelta(weeks=13)
HALF_A_YEAR = timedelta(days=183)
LONGEST_ABSENCE = timedelta(days=400)

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


async def show(tx: Tx, desk: Desk, person: Person, actor: Actor, command: ShowRoster) -> Outcome:
    """Who is on duty now and in the weeks to come."""
    rota = desk.organisation.roster.rota
    if rota is None:
        return refuse(Reason.NO_ROSTER)
    shifts = _shifts(desk, desk.now, desk.now + timedelta(days=rota.days * SHOWN_WEEKS))
    return Outcome(Reason.ROSTER_SHOWN, shifts=tuple(_shown(desk, shift) for shift in shifts))


async def take(tx: Tx, desk: Desk, person: Person, actor: Actor, command: TakeDuty) -> Outcome:
    """I take this duty: from now, or the whole turn of a day. Whoever had it is told."""
    rota = _rota_to_change(desk, person)
    if isinstance(rota, Outcome):
        return rota
    turn = _turn(desk, rota, command.day)
    if turn is None:
        return _no_day(desk, rota, command.day)
    starts = max(turn.start, desk.now)
    change = DutyChange(person.id, starts, turn.end, desk.now, reason=DutyReason.TAKEN)
    await duty_changes.add(tx, change, person.id)
    values = _span(starts, turn.end) | {"by": person.name}
    relieved = turn.person if turn.person != person.id else None
    told = (Notice(relieved, "duty_taken", values),) if relieved else ()
    return Outcome(Reason.DUTY_TAKEN, values=values, notices=(Notice(DUTY_ROOM, "duty_taken", values), *told))


async def absent(tx: Tx, desk: Desk, person: Person, actor: Actor, command: AbsentFrom) -> Outcome:
    """I am away; the duty room learns who stands in, or that nobody does."""
    rota = _rota_to_change(desk, person)
    if isinstance(rota, Outcome):
        return rota
    zone, today = ZoneInfo(rota.zone), desk.now.astimezone(ZoneInfo(rota.zone)).date()
    first, last = read_day(command.first, today), read_day(command.last or command.first, today)
    if first is None or last is None or not first <= last <= first + LONGEST_ABSENCE:
        return _no_day(desk, rota, command.first, command.last)
    change = DutyChange(person.id, begins(first, zone), ends(last, zone), desk.now, absence=True, why=command.why[:200])
    await duty_changes.add(tx, change, person.id)
    roster = desk.organisation.roster
    after = replace(desk.organisation, roster=replace(roster, changes=(*roster.changes, change)))
    within = after.roster.shifts(change.starts, change.ends, after.may_be_on_duty)
    open_ = [shift for shift in within if shift.person is None and shift.rostered is not None]
    stands_in = dict.fromkeys(s.person for s in within if s.rostered == person.id and s.person not in (None, person.id))
    values = _span(change.starts, change.ends) | {
        "by": person.name,
        "why": change.why,
        "stands_in": ", ".join(desk.name_of(p) for p in stands_in),
    }
    words = "absence_open" if open_ else "absence" if stands_in else "absence_free"
    return Outcome(Reason.ABSENCE_NOTED, values=values, notices=(Notice(DUTY_ROOM, words, values),))


async def swap(tx: Tx, desk: Desk, person: Person, actor: Actor, command: SwapDuty) -> Outcome:
    """Ask a colleague to swap: my turn with that day for their next one. It is done once they agree."""
    rota = _rota_to_change(desk, person)
    if isinstance(rota, Outcome):
        return rota
    turn = _turn(desk, rota, command.day)
    if turn is None or not command.day:
        return _no_day(desk, rota, command.day)
    other = _colleague(desk, rota, command.other)
    if other is None or other.id == person.id:
        return refuse(Reason.UNKNOWN_PERSON, name=command.other)
    theirs = next(
        (
            shift
            for shift in _shifts(desk, desk.now, desk.now + SWAP_WITHIN)
            if shift.person == other.id and shift.start > desk.now
        ),
        None,
    )
    if turn.person != person.id or turn.start <= desk.now or theirs is None:
        return refuse(Reason.NO_SHIFT_TO_SWAP, day=command.day, name=other.name)
    content = {"other": other.id} | {
        f"{whose}_{end}": getattr(shift, end).isoformat()
        for whose, shift in (("mine", turn), ("theirs", theirs))
        for end in ("start", "end")
    }
    request = await people_requests.ask(tx, RequestKind.SWAP, person.id, content, desk.now)
    values = {
        "by": person.name,
        "name": other.name,
        "code": request.code,
        "mine": local_time(turn.start),
        "theirs": local_time(theirs.start),
    }
    return Outcome(
        Reason.SWAP_ASKED, values=values, notices=(Notice(other.id, "swap_asked", values, request=request.id),)
    )


async def decide_swap(tx: Tx, desk: Desk, decider: Person, request: PeopleRequest, *, agree: bool) -> Outcome:
    """Whom a swap was asked of agrees; they or whoever asked may call it off. What changed since makes it void."""
    other, content = request.content["other"], request.content
    if decider.id != other and (agree or decider.id != request.person):
        return refuse(Reason.NOT_ASKED_OF_YOU)
    values = {"by": decider.name, "name": desk.name_of(request.person), "code": request.code}
    if not agree:
        await people_requests.decide(tx, request.id, decider.id, desk.now, agreed=False)
        told = request.person if decider.id == other else other
        return Outcome(Reason.REQUEST_DECLINED, values=values, notices=(Notice(told, "swap_declined", values),))
    spans = [
        (had, gets, datetime.fromisoformat(content[f"{turn}_start"]), datetime.fromisoformat(content[f"{turn}_end"]))
        for had, gets, turn in ((request.person, other, "mine"), (other, request.person, "theirs"))
    ]
    if any(start <= desk.now or desk.organisation.on_duty(start).person != had for had, _, start, _ in spans):
        await people_requests.decide(tx, request.id, decider.id, desk.now, agreed=False)
        return refuse(Reason.NO_SHIFT_TO_SWAP, name=values["name"], day="")
    if not await people_requests.decide(tx, request.id, decider.id, desk.now, agreed=True):
        return refuse(Reason.NO_SUCH_REQUEST, code=request.code)
    for _, gets, start, end in spans:
        await duty_changes.add(tx, DutyChange(gets, start, end, desk.now, reason=DutyReason.SWAPPED), decider.id)
    values |= {"mine": local_time(spans[0][2]), "theirs": local_time(spans[1][2])}
    notices = (Notice(request.person, "swapped", values), Notice(DUTY_ROOM, "swapped", values))
    return Outcome(Reason.SWAPPED, values=values, notices=notices)


def read_day(typed: str, today: date) -> date | None:
    """A day as people write it (``30/11``, ``30/11/2026``, ``2026-11-30``); without a year the nearest such day.

    None when it is no day or has passed. Whoever writes 24/11 on the 27th does not mean next year's: the day has
    passed. 5/1 in December is the January to come, 24/12 in January the December that is over.
    """
    day = _day_of(typed, today)
    return None if day is None or day < today else day


def _day_of(typed: str, today: date) -> date | None:
    """The day that was typed, past or to come; None when it is none."""
    try:
        if iso := _ISO_DAY.fullmatch(typed.strip()):
            return date(*map(int, iso.groups()))
        if found := _DAY.fullmatch(typed.strip()):
            number, month, year = found.groups()
            if year is not None:
                return date(int(year), int(month), int(number))
            return _nearest(int(month), int(number), today)
    except ValueError:
        return None
    return None


def _nearest(month: int, number: int, today: date) -> date | None:
    """The day of that name that is nearest to today, before or after it; None where the calendar has none near."""
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        with suppress(ValueError):  # the 29th of February
            days.append(date(year, month, number))
    near = [day for day in days if abs(day - today) <= HALF_A_YEAR]
    return min(near, key=lambda day: abs(day - today), default=None)


def _no_day(desk: Desk, rota: Rota, *typed: str) -> Outcome:
    """Why what was typed is no day to come, with a day that can be copied."""
    zone = ZoneInfo(rota.zone)
    today = desk.now.astimezone(zone).date()
    for each in typed:
        bare = (found := _DAY.fullmatch(each.strip())) is not None and found[3] is None
        day = _day_of(each, today) if bare else None
        if day is not None and day < today:
            year = today.year if (day.month, day.day) >= (today.month, today.day) else today.year + 1
            named = f"{day.day}/{day.month}"
            return refuse(Reason.DAY_PAST, day=named, year=str(year), full=f"{named}/{year}")
    sample = tomorrow(desk.now, zone)
    said = " ".join(each for each in typed if each)
    return refuse(Reason.DAY_UNCLEAR, day=said, sample=f"{sample:%d/%m}", full=f"{sample:%d/%m/%Y}")


def _rota_to_change(desk: Desk, person: Person) -> Rota | Outcome:
    """The rota, or why this person changes nothing about it."""
    if not person.roles(desk.now) & WORKING_ROLES:
        return refuse(Reason.NO_RIGHT_TO_ACT)
    return desk.organisation.roster.rota or refuse(Reason.NO_ROSTER)


def _turn(desk: Desk, rota: Rota, typed: str) -> Shift | None:
    """The duty of the day that was typed; the one that is on when none was."""
    if not typed:
        return desk.organisation.on_duty(desk.now)
    day = read_day(typed, desk.now.astimezone(ZoneInfo(rota.zone)).date())
    return None if day is None else desk.organisation.on_duty(max(rota.starts(day), desk.now))


def _colleague(desk: Desk, rota: Rota, typed: str) -> Person | None:
    """The one person of the rotation who is meant by an id, a whole name or a given name, with accents or without."""
    wanted = plain(typed)
    members = [p for p in desk.organisation.people if p.id in rota.people]
    for name in (lambda p: p.id, lambda p: plain(p.name), lambda p: plain(p.name).split()[-1]):
        found = [p for p in members if name(p) in (typed, wanted)]
        if len(found) == 1:
            return found[0]
    return None


def _shifts(desk: Desk, start: datetime, end: datetime) -> list[Shift]:
    return desk.organisation.roster.shifts(start, end, desk.organisation.may_be_on_duty)


def _shown(desk: Desk, shift: Shift) -> ShownShift:
    instead = shift.rostered if shift.rostered != shift.person else None
    return ShownShift(
        shift.start,
        shift.end,
        desk.name_of(shift.person),
        shift.reason,
        desk.name_of(instead),
        shift.holiday or "",
    )


def _span(start: datetime, end: datetime) -> dict[str, str]:
    return {"start": local_time(start), "end": local_time(end)}
