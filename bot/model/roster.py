"""The duty roster: whose week it is, and what people changed about it. Pure: instants in, a person and a reason out.

Weeks are counted on the calendar of the roster's own zone, so that a handover at eight stays at eight when clocks are
put forward. Viet Nam does not do that; an office that borrows this may.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

Available = Callable[[str, datetime], bool]
"""(person id, instant) → whether the person may be on duty then: is enrolled, can be reached, holds a role."""


class DutyReason(StrEnum):
    """Why somebody is on duty. The value is the key of its words: ``duty.<value>``."""

    ROTATION = "rotation"
    HOLIDAY = "holiday"
    SET = "set"
    SWAPPED = "swapped"
    TAKEN = "taken"
    STANDS_IN = "stands_in"
    NOBODY = "nobody"


class Holidays(Protocol):
    """Public holidays by day."""

    def get(self, day: date) -> str | None:
        """The holiday's name; None on every other day."""
        ...


class NoHolidays:
    """A calendar without holidays."""

    def get(self, day: date) -> str | None:
        """None, every day."""
        return None


@dataclass(frozen=True, slots=True)
class Rota:
    """Who follows whom. The first turn begins on ``first`` at ``handover`` in ``zone`` and lasts ``days``.

    ``daily_on_holidays`` gives each public holiday to the next person in turn, so that Tết is not one person's week.
    """

    people: tuple[str, ...]
    first: date
    handover: time = time(8)
    days: int = 7
    zone: str = "Asia/Ho_Chi_Minh"
    daily_on_holidays: bool = False

    def starts(self, day: date) -> datetime:
        """The instant of the handover on ``day``."""
        return datetime.combine(day, self.handover, ZoneInfo(self.zone)).astimezone(UTC)

    def duty_day(self, at: datetime) -> date:
        """The day whose handover was the last one before ``at``."""
        day = at.astimezone(ZoneInfo(self.zone)).date()
        return day if at >= self.starts(day) else day - timedelta(days=1)

    def turn(self, at: datetime) -> int:
        """Which turn ``at`` falls into; negative before the first."""
        return (self.duty_day(at) - self.first).days // self.days


@dataclass(frozen=True, slots=True)
class DutyChange:
    """Something people changed: ``person`` has the duty from ``starts`` to ``ends``, or is away (``absence``).

    ``at`` is when it was said: what was said later counts more.
    """

    person: str
    starts: datetime
    ends: datetime
    at: datetime
    absence: bool = False
    reason: DutyReason = DutyReason.SET
    why: str = ""
    id: str = ""

    def covers(self, at: datetime) -> bool:
        """True while it is in force."""
        return self.starts <= at < self.ends


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's duty from ``start`` to ``end``. ``rostered`` is whose turn it is by the rotation."""

    start: datetime
    end: datetime
    person: str | None
    reason: DutyReason
    rostered: str | None = None
    holiday: str | None = None


@dataclass(frozen=True)
class Roster:
    """The rotation and everything that changes it."""

    rota: Rota | None = None
    changes: tuple[DutyChange, ...] = ()
    holidays: Holidays = field(default_factory=NoHolidays)

    def on_duty(self, at: datetime, available: Available) -> Shift:
        """Who is on duty at ``at``; the shift lasts as long as the reason does."""
        if self.rota is None:
            return Shift(at, at, None, DutyReason.NOBODY)
        margin = timedelta(days=self.rota.days + 1)
        near = [shift for shift in self._cut(at - margin, at + margin, available) if shift.start <= at < shift.end]
        around = near[0] if near else Shift(at, at, None, DutyReason.NOBODY)
        person, reason, rostered = self._at(at, available)  # a role may have ended in the middle of a shift
        return Shift(around.start, around.end, person, reason, rostered, around.holiday)

    def is_away(self, person: str, at: datetime, *, after: datetime | None = None) -> bool:
        """True while the person has said, and said after ``after`` where that is given, that they are away."""
        return any(
            change.absence and change.person == person and change.covers(at) and (after is None or change.at > after)
            for change in self.changes
        )

    def shifts(self, start: datetime, end: datetime, available: Available) -> list[Shift]:
        """The duties between two instants, in order; the first and the last are whole, not cut off."""
        if self.rota is None:
            return []
        margin = timedelta(days=self.rota.days + 1)
        cut = self._cut(start - margin, end + margin, available)
        return [shift for shift in cut if shift.end > start and shift.start < end]

    def _cut(self, start: datetime, end: datetime, available: Available) -> list[Shift]:
        """The time between two instants cut wherever somebody may change, and joined where nobody does."""
        rota = self.rota
        if rota is None:
            return []
        instants = {start, end}
        for number in range((end - start).days + 2):
            day = rota.duty_day(start) + timedelta(days=number)
            if (day - rota.first).days % rota.days == 0 or self._is_daily(day) or self._is_daily(day - timedelta(1)):
                instants.add(rota.starts(day))
        instants |= {instant for change in self.changes for instant in (change.starts, change.ends)}
        marks = sorted(instant for instant in instants if start <= instant <= end)
        cut: list[Shift] = []
        turns: list[object] = []
        for begins, ends in pairwise(marks):
            person, reason, rostered = self._at(begins, available)
            day = rota.duty_day(begins)
            turn: object = day if self._is_daily(day) else rota.turn(begins)
            shift = Shift(begins, ends, person, reason, rostered, self.holidays.get(day))
            last = cut[-1] if cut else None
            if last and turns[-1] == turn and (last.person, last.reason) == (person, reason):
                cut[-1] = Shift(last.start, ends, person, reason, rostered, last.holiday)
            else:
                cut.append(shift)
                turns.append(turn)
        return cut

    def _at(self, at: datetime, available: Available) -> tuple[str | None, DutyReason, str | None]:
        """Who, why, and whose turn it would be."""
        rota = self.rota
        rostered, reason = self._turn(at)
        for change in sorted(self.changes, key=lambda c: c.at, reverse=True):
            stands = not change.absence and change.covers(at) and available(change.person, at)
            if stands and not self.is_away(change.person, at, after=change.at):
                return change.person, change.reason, rostered
        if rota is None or rostered is None:
            return None, DutyReason.NOBODY, None
        place = rota.people.index(rostered)
        for step in range(len(rota.people)):
            person = rota.people[(place + step) % len(rota.people)]
            if available(person, at) and not self.is_away(person, at):
                return person, reason if step == 0 else DutyReason.STANDS_IN, rostered
        return None, DutyReason.NOBODY, rostered

    def _turn(self, at: datetime) -> tuple[str | None, DutyReason]:
        rota = self.rota
        if rota is None or not rota.people or rota.turn(at) < 0:
            return None, DutyReason.NOBODY
        day = rota.duty_day(at)
        if self._is_daily(day):
            before = sum(self._is_daily(rota.first + timedelta(days=n)) for n in range((day - rota.first).days))
            return rota.people[before % len(rota.people)], DutyReason.HOLIDAY
        return rota.people[rota.turn(at) % len(rota.people)], DutyReason.ROTATION

    def _is_daily(self, day: date) -> bool:
        return self.rota is not None and self.rota.daily_on_holidays and self.holidays.get(day) is not None
