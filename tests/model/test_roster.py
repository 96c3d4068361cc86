"""Whose week it is: rotation, holidays, changes, other zones, and clocks that are put forward and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.approval.roster_file import PublicHolidays
from bot.model.roster import DutyChange, DutyReason, Roster, Rota

VN, BERLIN, NEW_YORK = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ROTA = Rota(("an", "binh", "chi"), date(2026, 7, 6))
SAID = datetime(2026, 11, 1, tzinfo=UTC)


def local(day: int, hour: int = 12, month: int = 11, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VN).astimezone(UTC)


def everybody(_person: str, _at: datetime) -> bool:
    return True


def but(*names: str) -> object:
    return lambda person, _at: person not in names


def who(roster: Roster, at: datetime, available: object = everybody) -> tuple[str | None, DutyReason]:
    shift = roster.on_duty(at, available)
    return shift.person, shift.reason


def has(person: str, start: datetime, end: datetime, *, said: datetime = SAID, **more: object) -> DutyChange:
    return DutyChange(person, start, end, said, **more)


def test_the_turn_passes_on_at_the_hour_of_the_handover_and_not_a_second_before() -> None:
    roster = Roster(ROTA)
    monday = datetime(2026, 7, 13, 8, tzinfo=VN).astimezone(UTC)
    assert who(roster, monday - timedelta(seconds=1)) == ("an", DutyReason.ROTATION)
    assert who(roster, monday) == ("binh", DutyReason.ROTATION)
    assert who(roster, monday + timedelta(weeks=2)) == ("an", DutyReason.ROTATION)


def test_before_the_first_turn_nobody_is_on_duty() -> None:
    assert who(Roster(ROTA), datetime(2026, 7, 6, 7, 59, tzinfo=VN)) == (None, DutyReason.NOBODY)
    assert who(Roster(), local(22)) == (None, DutyReason.NOBODY)


def test_somebody_away_is_replaced_by_the_next_in_turn() -> None:
    turn = Roster(ROTA).on_duty(local(18), everybody)
    away = has(turn.person or "", local(18, 0), local(19, 0), absence=True)
    person, reason = who(Roster(ROTA, (away,)), local(18))
    following = ROTA.people[(ROTA.people.index(turn.person or "") + 1) % 3]
    assert (person, reason) == (following, DutyReason.STANDS_IN)
    assert who(Roster(ROTA, (away,)), local(19))[0] == turn.person


def test_who_cannot_be_reached_or_holds_no_role_is_passed_over_and_all_gone_is_nobody() -> None:
    turn, _ = who(Roster(ROTA), local(18))
    person, reason = who(Roster(ROTA), local(18), but(turn or ""))
    assert person != turn
    assert reason is DutyReason.STANDS_IN
    assert who(Roster(ROTA), local(18), but("an", "binh", "chi")) == (None, DutyReason.NOBODY)


def test_what_was_said_later_counts_more() -> None:
    first = has("an", local(18, 0), local(19, 0), reason=DutyReason.TAKEN)
    later = has("chi", local(18, 0), local(19, 0), said=SAID + timedelta(hours=1), reason=DutyReason.TAKEN)
    assert who(Roster(ROTA, (later, first)), local(18)) == ("chi", DutyReason.TAKEN)


def test_an_absence_said_after_taking_a_duty_undoes_it_and_one_said_before_does_not() -> None:
    taken = has("chi", local(18, 0), local(19, 0), reason=DutyReason.TAKEN)
    after = has("chi", local(18, 0), local(19, 0), said=SAID + timedelta(hours=1), absence=True)
    before = has("chi", local(18, 0), local(19, 0), said=SAID - timedelta(hours=1), absence=True)
    assert who(Roster(ROTA, (taken, after)), local(18))[0] != "chi"
    assert who(Roster(ROTA, (taken, before)), local(18))[0] == "chi"


def test_a_taken_duty_of_somebody_who_lost_their_role_falls_back_to_the_rotation() -> None:
    taken = has("dung", local(18, 0), local(19, 0), reason=DutyReason.TAKEN)
    assert who(Roster(ROTA, (taken,)), local(18), but("dung"))[1] is DutyReason.ROTATION


def test_each_day_of_tet_goes_to_the_next_in_turn() -> None:
    roster = Roster(Rota(("an", "binh", "chi"), date(2026, 7, 6), daily_on_holidays=True), (), PublicHolidays("VN", {}))
    tet = [datetime(2027, 2, day, 12, tzinfo=VN) for day in (6, 7, 8)]  # 1-3 of the first lunar month
    shifts = [roster.on_duty(noon, everybody) for noon in tet]
    assert all(shift.reason is DutyReason.HOLIDAY and shift.holiday for shift in shifts)
    assert {shift.person for shift in shifts} == {"an", "binh", "chi"}
    assert shifts[0].end - shifts[0].start == timedelta(days=1)


def test_a_day_off_by_decision_is_a_holiday_too() -> None:
    calendar = PublicHolidays(None, {date(2026, 11, 18): "Nghỉ bù"})
    rota = Rota(("an", "binh"), date(2026, 7, 6), daily_on_holidays=True)
    shift = Roster(rota, (), calendar).on_duty(local(18), everybody)
    assert (shift.reason, shift.holiday) == (DutyReason.HOLIDAY, "Nghỉ bù")


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (BERLIN, date(2027, 3, 22), date(2027, 3, 29)),  # clocks go forward on the 28th
        (BERLIN, date(2026, 10, 19), date(2026, 10, 26)),  # and back on the 25th
        (NEW_YORK, date(2027, 3, 8), date(2027, 3, 15)),
    ],
)
def test_the_handover_stays_at_eight_when_clocks_are_changed(zone: ZoneInfo, before: date, after: date) -> None:
    roster = Roster(Rota(("an", "binh", "chi"), date(2026, 7, 6), zone=zone.key))
    starts, ends = (datetime.combine(day, time(8), zone) for day in (before, after))
    shift = roster.on_duty(starts + timedelta(hours=1), everybody)
    assert (shift.start, shift.end) == (starts, ends)
    assert abs((shift.end - shift.start) - timedelta(days=7)) == timedelta(hours=1)


def test_a_handover_at_an_hour_that_the_clock_leaves_out_happens_once() -> None:
    rota = Rota(("an", "binh"), date(2027, 3, 21), handover=time(2, 30), zone="Europe/Berlin")
    shifts = Roster(rota).shifts(datetime(2027, 3, 22, tzinfo=BERLIN), datetime(2027, 4, 3, tzinfo=BERLIN), everybody)
    assert [shift.person for shift in shifts] == ["an", "binh"]
    assert shifts[0].end == shifts[1].start == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@given(
    zone=st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    handover=st.times(max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0)),
    days=st.integers(1, 14),
    hours=st.integers(0, 24 * 500),
    away=st.lists(st.tuples(st.sampled_from(["an", "binh", "chi"]), st.integers(0, 24 * 400), st.integers(1, 300))),
)
@settings(max_examples=60, deadline=None)
def test_every_instant_belongs_to_exactly_one_duty_which_agrees_with_itself(
    zone: str, handover: time, days: int, hours: int, away: list[tuple[str, int, int]]
) -> None:
    start = datetime(2026, 7, 6, tzinfo=UTC)
    changes = tuple(
        has(p, start + timedelta(hours=h), start + timedelta(hours=h + n), absence=True) for p, h, n in away
    )
    roster = Roster(Rota(("an", "binh", "chi"), date(2026, 7, 1), handover, days, zone), changes)
    at = start + timedelta(hours=hours)
    shifts = roster.shifts(at, at + timedelta(days=20), everybody)
    assert shifts[0].start <= at
    assert shifts[-1].end >= at + timedelta(days=20)
    assert all(one.end == next_.start for one, next_ in pairwise(shifts))
    for shift in shifts:
        middle = shift.start + (shift.end - shift.start) / 2
        assert roster.on_duty(middle, everybody).person == shift.person
