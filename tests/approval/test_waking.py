"""Whom a clock wakes first: whoever is on duty at that moment, by the roster and by all that was changed about it.

Level 3, alert at 02:00 on Monday 23 November in Viet Nam; the duty passes on at 08:00. Acknowledge within 15 minutes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

import pytest

from bot.model import commands as c
from bot.model.person import Assignment, Organisation, Person, Role
from bot.model.roster import Roster, Rota
from bot.model.unit import Unit
from tests.approval.conftest import Office
from tests.approval.office import CHU, PHO, TRUC, organisation, person
from tests.approval.watch import SHIPPED_LAW, Watch, at

HANH, PHAP, SO = 301, 302, 303
HEALTH = Unit("so-y-te", "Sở Y tế", "Health", parent="ubnd-tinh")
UNITS = (
    Unit("ubnd-tinh", "Ủy ban", "Committee"),
    Unit("van-phong-ubnd", "Văn phòng", "Office", parent="ubnd-tinh"),
    HEALTH,
)
TRUC_THEN_HANH = Roster(Rota(("p101", "p301"), date(2026, 11, 16)))
"""Trực until Monday 08:00, Hạnh for the week after."""

Open = Callable[..., Awaitable[Office]]


def office_with(roster: Roster, *extra: Person) -> Organisation:
    hanh = person(HANH, "Vũ Thị Hạnh", Assignment(Role.DUTY))
    lawyer = person(PHAP, "Đỗ Văn Pháp", Assignment(Role.LEGAL))
    people = organisation(*extra, *(p for p in (hanh, lawyer) if p.id not in {e.id for e in extra}))
    return replace(people, roster=roster, units=UNITS)


@pytest.fixture
async def watch(open_office: Open) -> Watch:
    office = await open_office()
    office.people = office_with(TRUC_THEN_HANH)
    return Watch(office, law=SHIPPED_LAW)


async def test_the_one_on_duty_is_reminded_and_a_colleague_who_is_not_may_sleep(watch: Watch) -> None:
    assert await watch.sweep() == []
    assert await watch.until(minutes=7.5) == ["p101 reminder acknowledge"]
    assert await watch.until(minutes=4.5) == ["p101 reminder acknowledge"]
    assert await watch.until(minutes=3) == ["p103 overdue acknowledge"]


async def test_without_a_rota_every_duty_officer_is_reminded(watch: Watch) -> None:
    watch.office.people = office_with(Roster())
    assert await watch.until(minutes=7.5) == ["p101 reminder acknowledge", "p301 reminder acknowledge"]


async def test_before_the_first_turn_every_duty_officer_is_reminded(watch: Watch) -> None:
    watch.office.people = office_with(Roster(Rota(("p101",), date(2026, 12, 7))))
    assert await watch.until(minutes=7.5) == ["p101 reminder acknowledge", "p301 reminder acknowledge"]


async def test_when_the_week_changes_between_two_reminders_the_second_is_for_whoever_came_on_duty(
    watch: Watch,
) -> None:
    received = at(7, 50)
    await watch.sets(alert_received_at=received)
    watch.office.now = at(7, 58)
    assert await watch.sweep() == ["p101 reminder acknowledge"]
    watch.office.now = at(8, 2)
    assert await watch.sweep() == ["p301 reminder acknowledge"]


async def test_whoever_said_they_are_away_is_not_woken(watch: Watch) -> None:
    await watch.office.does(TRUC, c.AbsentFrom("23/11", "24/11", "con ốm"))
    assert await watch.until(minutes=7.5) == ["p301 reminder acknowledge"]


async def test_when_all_of_the_rota_are_away_it_is_the_deputy_at_once(watch: Watch) -> None:
    for who in (TRUC, HANH):
        await watch.office.does(who, c.AbsentFrom("23/11", "24/11", "bão"))
    assert await watch.sweep() == ["p103 holder_unreachable acknowledge"]


async def test_a_swap_that_was_agreed_to_wakes_the_other(watch: Watch) -> None:
    watch.office.now = at(9, day=16)
    rota = Rota(("p101", "p301"), date(2026, 11, 9))  # Hạnh has the week of the alert, Trực the one after
    watch.office.people = office_with(Roster(rota))
    watch.office.now = at(9, day=15)
    asked = await watch.office.does(HANH, c.SwapDuty("16/11", "truc"))
    (notice,) = asked.notices
    await watch.office.does(TRUC, c.DecideRequest(notice.request or "", agree=True))
    watch.office.now = at(2)
    assert await watch.until(minutes=7.5) == ["p101 reminder acknowledge"]


@pytest.mark.parametrize("who", [PHO, PHAP])
async def test_a_deputy_or_a_lawyer_who_took_the_duty_is_the_one_who_is_woken(watch: Watch, who: int) -> None:
    await watch.office.does(who, c.TakeDuty(""))
    assert await watch.until(minutes=7.5) == [f"p{who} reminder acknowledge"]


async def test_whom_no_channel_reaches_is_passed_over_by_the_roster_and_the_gap_is_reported(watch: Watch) -> None:
    watch.away = {"p101"}
    assert await watch.sweep() == []
    assert [d["person"] for d in await watch.log("person_unreachable")] == ["p101"]
    assert await watch.until(minutes=7.5) == ["p301 reminder acknowledge"]


async def test_when_nobody_of_the_rota_can_be_reached_it_is_the_deputy_at_once(watch: Watch) -> None:
    watch.away = {"p101", "p301"}
    assert await watch.sweep() == ["p103 holder_unreachable acknowledge"]
    assert {d["person"] for d in await watch.log("person_unreachable")} == {"p101", "p301"}


async def test_nobody_of_an_accused_unit_is_on_duty_in_its_matter(watch: Watch) -> None:
    officer = replace(person(TRUC, "Trần Thị Trực", Assignment(Role.DUTY)), unit=HEALTH.id)
    watch.office.people = office_with(TRUC_THEN_HANH, officer)
    await watch.office.does(CHU, c.MarkAccused(watch.office.incident_id, HEALTH.id))
    async with watch.office.database.read() as tx:
        desk = await watch.desk.seated(tx)
    route = desk.organisation.route(await watch.office.incident(), desk.now)
    assert route.on_duty == "p301", "the card names the same person"
    assert await watch.until(minutes=7.5) == ["p301 reminder acknowledge"]
