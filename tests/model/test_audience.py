"""Who is to see a matter: one rule for every channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.model.audience import Duty, audience
from bot.model.incident import Incident
from bot.model.person import Assignment, Organisation, Person, Role
from bot.model.roster import Roster, Rota
from bot.model.routing import Routing
from bot.model.unit import Unit
from tests.approval.office import AGENCY
from tests.store.samples import an_incident

TODAY = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
OFFICE, HEALTH, POLICE = "van-phong-ubnd", "so-y-te", "cong-an-tinh"
PLAYBOOK, MATTER = "food-poisoning", "a-matter"


def of(unit: str, name: str, *roles: Role, scope: str | None = None, until: datetime | None = None) -> Person:
    held = tuple(Assignment(role, unit=scope, valid_to=until) for role in roles)
    return Person(name, name, "Chức danh", unit, held, email=f"{name}@example.vn")


HEAD = of(OFFICE, "head", Role.HEAD)
DEPUTY = of(HEALTH, "deputy", Role.DEPUTY, scope=HEALTH)
COLLEAGUE = of(POLICE, "colleague", Role.REGULAR, scope=POLICE)
ON_DUTY = of(OFFICE, "on-duty", Role.DUTY, scope=POLICE)
OFF_DUTY = of(OFFICE, "off-duty", Role.DUTY)
LAWYER = of(OFFICE, "lawyer", Role.LEGAL)
CLERK = of(OFFICE, "clerk", Role.ADMIN)
ALWAYS = {"head", "deputy"}


def office(*extra: Person, roster: Roster | None = None) -> Organisation:
    """The health department leads; the roster gives the week to somebody whose duty is for another unit."""
    units = tuple(Unit(unit, unit, unit) for unit in (OFFICE, HEALTH, POLICE))
    people = (HEAD, DEPUTY, COLLEAGUE, ON_DUTY, OFF_DUTY, LAWYER, CLERK)
    return Organisation(
        AGENCY,
        units,
        tuple(p for p in people if p.id not in {e.id for e in extra}) + extra,
        routing=Routing(by_playbook={PLAYBOOK: (HEALTH, ())}),
        roster=Roster(Rota(("on-duty",), date(2026, 11, 2))) if roster is None else roster,
    )


def matter(**fields: object) -> Incident:
    return an_incident(**{"id": MATTER, "playbook": PLAYBOOK, "opened_at": TODAY - timedelta(hours=1), **fields})


def sees(
    people: Organisation, duty: Duty = Duty.ROOM, *, lawyers_asked: bool = False, at: datetime = TODAY
) -> frozenset[str]:
    return audience(people, matter(), at, duty, lawyers_asked=lawyers_asked)


def test_whoever_may_speak_or_stand_in_for_its_units_sees_a_matter_and_nobody_of_another_unit() -> None:
    assert sees(office()) == ALWAYS


@pytest.mark.parametrize(
    ("duty", "more"), [(Duty.ROOM, set()), (Duty.ONE, {"on-duty"}), (Duty.EVERY, {"on-duty", "off-duty"})]
)
def test_the_duty_sees_it_in_its_room_or_by_the_roster_or_all_of_it(duty: Duty, more: set[str]) -> None:
    assert sees(office(), duty) == ALWAYS | more


def test_whose_turn_it_is_sees_it_whatever_unit_their_duty_is_for() -> None:
    assert "on-duty" in sees(office(), Duty.ONE)
    assert "on-duty" not in sees(office(roster=Roster()), Duty.EVERY), "by the role alone it is another unit's matter"


def test_lawyers_see_it_only_while_they_are_asked() -> None:
    assert "lawyer" not in sees(office(), Duty.EVERY)
    assert sees(office(), lawyers_asked=True) == ALWAYS | {"lawyer"}


def test_the_lawyers_of_the_units_of_a_matter_come_before_those_of_others() -> None:
    own = of(HEALTH, "own", Role.LEGAL, scope=HEALTH)
    elsewhere = replace(LAWYER, assignments=(Assignment(Role.LEGAL, unit=POLICE),))
    assert sees(office(elsewhere), lawyers_asked=True) == ALWAYS | {"lawyer"}
    assert sees(office(elsewhere, own), lawyers_asked=True) == ALWAYS | {"own"}


def test_a_role_that_has_ended_shows_nothing() -> None:
    ended = of(HEALTH, "deputy", Role.DEPUTY, scope=HEALTH, until=TODAY)
    assert sees(office(ended)) == {"head"}
    assert sees(office(ended), at=TODAY - timedelta(seconds=1)) == ALWAYS


def test_a_unit_that_holds_the_case_too_sees_it() -> None:
    held = replace(office(), holding={MATTER: frozenset({POLICE})})
    assert sees(held) == ALWAYS | {"colleague"}


def test_nobody_of_a_unit_that_is_accused_is_told_as_the_one_on_duty() -> None:
    accused = replace(office(), accused={MATTER: frozenset({OFFICE})})
    assert "on-duty" in sees(office(), Duty.ONE)
    assert "on-duty" not in sees(accused, Duty.ONE)
