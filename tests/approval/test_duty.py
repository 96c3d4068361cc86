"""The duty roster in chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.approval.duty import read_day
from bot.locale import text
from bot.model.commands import AbsentFrom, DecideRequest, ShowRoster, SwapDuty, TakeDuty
from bot.model.person import Assignment, Organisation, Role
from bot.model.reasons import Reason
from bot.model.roster import DutyReason, Roster, Rota
from bot.store import people
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PHAT, PHO, TRUC, organisation, person

HANH = 301
ROTA = Rota(("p101", "p301"), date(2026, 11, 16))
"""Two people in turn from Monday 16 November; the night of the tests is early on Monday the 23rd in Viet Nam."""


def staffed() -> Organisation:
    return replace(organisation(person(HANH, "Vũ Thị Hạnh", Assignment(Role.DUTY))), roster=Roster(ROTA))


@pytest.fixture
def room(office: Office) -> Office:
    office.people = staffed()
    return office


async def on_duty(office: Office, **later: float) -> tuple[str | None, DutyReason]:
    async with office.database.read() as tx:
        known = await people.enrolled(tx, office.people)
    shift = known.on_duty(office.now + timedelta(**later))
    return shift.person, shift.reason


async def test_the_roster_shows_who_is_on_duty_and_who_follows(room: Office) -> None:
    shown = await room.does(PHAT, ShowRoster())
    assert shown.reason is Reason.ROSTER_SHOWN
    assert [s.name for s in shown.shifts[:3]] == ["Trần Thị Trực", "Vũ Thị Hạnh", "Trần Thị Trực"]


async def test_a_stranger_learns_nothing_from_it(room: Office) -> None:
    for command in (ShowRoster(), TakeDuty(), AbsentFrom("1/12", ""), SwapDuty("1/12", "hanh")):
        assert (await room.does(KHACH, command)).reason is Reason.NOT_ENROLLED


async def test_an_office_without_a_roster_is_told_so(office: Office) -> None:
    assert (await office.does(TRUC, ShowRoster())).reason is Reason.NO_ROSTER
    assert (await office.does(TRUC, TakeDuty())).reason is Reason.NO_ROSTER


async def test_taking_the_duty_lasts_until_the_turn_ends_and_who_had_it_is_told(room: Office) -> None:
    taken = await room.does(PHO, TakeDuty())
    assert taken.reason is Reason.DUTY_TAKEN
    assert {n.to for n in taken.notices} == {"duty", "p101"}
    assert await on_duty(room) == ("p103", DutyReason.TAKEN)
    assert (await on_duty(room, hours=8))[0] == "p301", "handover is on Monday at eight"


async def test_a_duty_of_a_day_to_come_is_taken_whole(room: Office) -> None:
    await room.does(PHO, TakeDuty("2/12"))
    assert (await on_duty(room))[0] == "p101"
    assert await on_duty(room, days=8) == ("p103", DutyReason.TAKEN)


@pytest.mark.parametrize("day", ["31/2", "hôm qua", "22/11/2026", "2026-11-01", "", "1/1/9999999"])
async def test_a_day_that_is_none_or_has_passed_changes_nothing(room: Office, day: str) -> None:
    refused = await room.does(TRUC, AbsentFrom(day, ""))
    assert refused.reason is Reason.DAY_UNCLEAR
    assert await on_duty(room) == ("p101", DutyReason.ROTATION)


async def test_who_is_away_is_replaced_and_the_duty_room_learns_by_whom(room: Office) -> None:
    noted = await room.does(TRUC, AbsentFrom("23/11", "24/11", "ốm"))
    assert noted.reason is Reason.ABSENCE_NOTED
    (notice,) = noted.notices
    assert (notice.words, notice.values["stands_in"]) == ("absence", "Vũ Thị Hạnh")
    assert await on_duty(room) == ("p301", DutyReason.STANDS_IN)


async def test_an_absence_in_which_no_turn_falls_names_no_stand_in(room: Office) -> None:
    noted = await room.does(TRUC, AbsentFrom("25/11", "26/11"))
    assert [n.words for n in noted.notices] == ["absence_free"]
    assert await on_duty(room) == ("p101", DutyReason.ROTATION)


async def test_a_gap_is_said_aloud(room: Office) -> None:
    await room.does(HANH, AbsentFrom("23/11", "30/11"))
    noted = await room.does(TRUC, AbsentFrom("25/11", "26/11"))
    assert [n.words for n in noted.notices] == ["absence_open"]
    assert (await on_duty(room, days=3))[0] is None


async def test_a_swap_is_nothing_until_the_other_agrees(room: Office) -> None:
    asked = await room.does(HANH, SwapDuty("24/11", "truc"))
    assert asked.reason is Reason.SWAP_ASKED, asked
    (notice,) = asked.notices
    assert (notice.to, notice.request is not None) == ("p101", True)
    assert (await on_duty(room, days=2))[0] == "p301"
    done = await room.does(TRUC, DecideRequest(asked.values["code"], agree=True))
    assert done.reason is Reason.SWAPPED
    assert await on_duty(room, days=2) == ("p101", DutyReason.SWAPPED)
    assert await on_duty(room, days=9) == ("p301", DutyReason.SWAPPED)


async def test_nobody_but_the_one_who_was_asked_agrees(room: Office) -> None:
    asked = await room.does(HANH, SwapDuty("24/11", "Trần Thị Trực"))
    code = asked.values["code"]
    assert (await room.does(HANH, DecideRequest(code, agree=True))).reason is Reason.NOT_ASKED_OF_YOU
    assert (await room.does(PHO, DecideRequest(code, agree=True))).reason is Reason.NOT_ASKED_OF_YOU
    assert (await room.does(PHO, DecideRequest(code, agree=False))).reason is Reason.NOT_ASKED_OF_YOU
    assert (await room.does(HANH, DecideRequest(code, agree=False))).reason is Reason.REQUEST_DECLINED
    assert (await room.does(TRUC, DecideRequest(code, agree=True))).reason is Reason.NO_SUCH_REQUEST


async def test_a_swap_that_no_longer_fits_is_not_made(room: Office) -> None:
    asked = await room.does(HANH, SwapDuty("24/11", "truc"))
    await room.does(PHO, TakeDuty("24/11"))
    assert (await room.does(TRUC, DecideRequest(asked.values["code"], agree=True))).reason is Reason.NO_SHIFT_TO_SWAP
    assert (await on_duty(room, days=2))[0] == "p103"


@pytest.mark.parametrize(
    ("day", "other", "why"),
    [
        ("1/12", "truc", Reason.NO_SHIFT_TO_SWAP),
        ("24/11", "phat", Reason.UNKNOWN_PERSON),
        ("24/11", "hanh", Reason.UNKNOWN_PERSON),
        ("24/13", "truc", Reason.DAY_UNCLEAR),
    ],
)
async def test_what_cannot_be_swapped_is_refused_with_the_reason(
    room: Office, day: str, other: str, why: Reason
) -> None:
    assert (await room.does(HANH, SwapDuty(day, other))).reason is why


async def test_who_holds_no_role_today_changes_no_roster(room: Office) -> None:
    room.people = replace(room.people, people=(*room.people.people, person(KHACH, "Khách", Assignment(Role.ADMIN))))
    assert (await room.does(KHACH, TakeDuty())).reason is Reason.NO_RIGHT_TO_ACT


def test_a_day_without_a_year_is_the_nearest_one_to_come() -> None:
    today = date(2026, 12, 20)
    assert read_day("24/12", today) == date(2026, 12, 24)
    assert read_day("20/12", today) == today
    assert read_day("5/1", today) == date(2027, 1, 5)
    assert read_day("31/5", today) == date(2027, 5, 31)
    assert read_day("29/2", today) is None
    assert read_day("2026-12-20", today) == today


@pytest.mark.parametrize(
    ("typed", "today"),
    [
        ("19/12", date(2026, 12, 20)),
        ("24/11", date(2026, 11, 27)),
        ("31/12", date(2027, 1, 1)),
        ("24/12", date(2027, 1, 5)),
    ],
)
def test_a_day_that_is_just_past_is_not_taken_for_one_of_another_year(typed: str, today: date) -> None:
    assert read_day(typed, today) is None


@pytest.mark.parametrize("command", [SwapDuty("20/11", "truc"), TakeDuty("20/11"), AbsentFrom("20/11", "25/11")])
async def test_a_day_that_is_just_past_is_refused_with_what_to_write_for_the_other_year(
    room: Office, command: SwapDuty | TakeDuty | AbsentFrom
) -> None:
    refused = await room.does(HANH, command)
    assert refused.reason is Reason.DAY_PAST
    told = text("vi", "reason.day_past", **refused.values)
    assert told == "Ngày 20/11 đã qua; nếu là năm 2027, xin ghi 20/11/2027."
    again = await room.does(HANH, AbsentFrom("20/11/2027", "25/11/2027"))
    assert again.reason is Reason.ABSENCE_NOTED, "what the answer says can be typed"


async def test_the_example_of_an_unclear_day_is_one_to_come(room: Office) -> None:
    refused = await room.does(HANH, SwapDuty("hôm nào đó", "truc"))
    assert (await room.does(HANH, AbsentFrom(refused.values["sample"], ""))).reason is Reason.ABSENCE_NOTED
