"""Who is told when time passes and nobody acts: reminders, deputy, head, supervising department; each once.

Level 3, alert at 02:00: acknowledge within 15 minutes, draft 30, approve 90 (playbooks/law/rules.yaml).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.approval import deadlines
from bot.approval.escalation import next_steps
from bot.approval.policy import policy_on
from bot.model import commands as c
from bot.model.alert import Location
from bot.model.incident import IncidentState
from bot.model.law import RunningClock
from bot.model.person import Assignment, Organisation, Person, Role
from bot.model.policy import LAW as LAW_LEGS
from bot.model.policy import EscalationStep, Leg, OfficePolicy, QuietHours, Wake
from bot.model.reasons import Escalation
from bot.model.statement import StatementState
from bot.model.unit import Unit, UnitRole
from bot.store import deadlines as deadlines_store
from tests.approval.conftest import Office
from tests.approval.office import CHU, NIGHT, PHO, TRUC, organisation, person
from tests.approval.steps import approve
from tests.approval.watch import SHIPPED_LAW, Watch, at

NIGHTS = QuietHours(at(22).time(), at(6).time())
SO = replace(person(106, "Đặng Văn Sở", Assignment(Role.DUTY)), unit="so-vh-tt-dl")
SUPERVISING = Unit(SO.unit, "Sở Văn hóa", "Culture", roles=frozenset({UnitRole.SUPERVISOR}))
Open = Callable[..., Awaitable[Office]]


def supervised(*extra: Person) -> Organisation:
    """The office, and the department that supervises it."""
    return replace(organisation(SO, *extra), units=(SUPERVISING,))


@pytest.fixture
async def watch(open_office: Open) -> Watch:
    office = await open_office()
    office.people = supervised()
    return Watch(office, law=SHIPPED_LAW)


# Nobody acknowledges.


async def test_without_an_acknowledgement_everybody_in_line_is_told_once_and_in_order(watch: Watch) -> None:
    assert await watch.sweep() == []
    assert await watch.until(minutes=7.5) == ["p101 reminder acknowledge"]
    assert await watch.until(minutes=4.5) == ["p101 reminder acknowledge"]
    assert await watch.until(minutes=3) == ["p103 overdue acknowledge"]
    assert await watch.until(minutes=3.75) == ["p104 overdue acknowledge"]
    assert await watch.until(minutes=3.75) == ["p106 overdue acknowledge"]
    assert await watch.sweep() == []


async def test_the_duty_room_hears_who_was_woken(watch: Watch) -> None:
    await watch.until(minutes=15)
    (told,) = [notice for who, notice in watch.told if who == "room"]
    assert (told.reason, told.people) == (Escalation.OVERDUE, ("Lê Thị Phó",))


async def test_an_acknowledgement_stops_its_reminders(watch: Watch) -> None:
    await watch.until(minutes=7.5)
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    watch.told.clear()
    await watch.until(minutes=30)
    assert [w for w, n in watch.told if n.clock and n.clock.rule == Leg.ACKNOWLEDGE] == []


async def test_two_reminders_that_fall_due_together_are_one(watch: Watch) -> None:
    assert await watch.until(minutes=13) == ["p101 reminder acknowledge"]
    assert [d["why"] for d in await watch.log("remind_nobody")] == ["reminder_superseded"]


async def test_every_step_is_on_the_record_with_clock_share_people_and_reason(watch: Watch) -> None:
    await watch.until(minutes=15)
    (entry,) = await watch.log("escalate")
    assert (entry["clock"], entry["at_percent"], entry["wake"]) == ("acknowledge", 100, "deputy")
    assert (entry["told"], entry["why"]) == (["p103"], "overdue")


# An acknowledgement that leads nowhere.


async def test_an_acknowledgement_that_leads_nowhere_escalates_again(watch: Watch) -> None:
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    assert await watch.until(minutes=15) == ["p101 reminder progress"]
    assert await watch.until(minutes=9) == ["p101 reminder progress"]
    assert await watch.until(minutes=6) == ["p103 overdue progress"]
    assert await watch.until(minutes=7.5) == ["p104 overdue progress"]


async def test_whoever_is_at_work_is_not_escalated_over(watch: Watch) -> None:
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    for _ in range(4):
        watch.office.later(minutes=14)
        await watch.office.does(TRUC, c.AskEdit(watch.office.incident_id, (await watch.office.current()).version))
        assert [said for said in await watch.sweep() if "progress" in said] == []


# Nobody approves.


async def test_no_approval_reminds_the_spokesperson_then_deputy_head_and_supervising_department(watch: Watch) -> None:
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    watch.office.later(minutes=44)
    await watch.sweep()

    def about_approval(said: list[str]) -> list[str]:
        return [s for s in said if s.endswith("approve")]

    assert about_approval(await watch.until(minutes=1)) == ["p102 reminder approve"]
    assert about_approval(await watch.until(minutes=27)) == ["p102 reminder approve"]
    assert about_approval(await watch.until(minutes=18)) == ["p103 overdue approve"]
    assert about_approval(await watch.until(minutes=22.5)) == ["p104 overdue approve"]
    assert about_approval(await watch.until(minutes=22.5)) == ["p106 overdue approve"]


async def test_approval_stops_every_clock_that_waited_for_it(watch: Watch) -> None:
    await watch.until(minutes=8)
    await approve(watch.office)
    assert await watch.until(hours=3) == []


async def test_a_voided_approval_goes_on_where_the_chain_stood_and_tells_nobody_twice(watch: Watch) -> None:
    await watch.until(minutes=46)
    await approve(watch.office)
    await watch.sweep()
    await watch.office.does(PHO, c.Edit(watch.office.incident_id, 1, "Bản sửa của phó."))
    said = await watch.until(minutes=1)
    assert [s for s in said if s == "p102 reminder approve"] == []


async def test_overdue_clocks_wake_people_and_decide_nothing(watch: Watch) -> None:
    await watch.until(days=3)
    assert (await watch.office.incident()).state is IncidentState.NEW
    assert (await watch.office.current()).state is StatementState.DRAFT
    assert await watch.office.queued() == []


async def test_the_limit_of_art_7_3_has_reminders_of_its_own(watch: Watch) -> None:
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    await watch.until(hours=11)
    assert "p102 reminder PN_24H_SU_KIEN" in await watch.until(hours=1)
    assert "p102 reminder PN_24H_SU_KIEN" in await watch.until(hours=7.2)
    assert "p103 overdue PN_24H_SU_KIEN" in await watch.until(hours=4.8)


async def test_a_closed_incident_wakes_nobody(watch: Watch) -> None:
    await watch.office.does(TRUC, c.CloseIncident("7K2", "xong"))
    assert await watch.until(days=1) == []


async def test_the_draft_that_waits_for_a_fact_reminds_whoever_acknowledged(open_office: Open) -> None:
    watch = Watch(await open_office(location=Location()), law=SHIPPED_LAW)
    await watch.office.does(PHO, c.Acknowledge("7K2"))
    assert "p103 reminder draft" in await watch.until(minutes=15)


# A level that changes.


async def test_a_raised_level_brings_the_next_step_forward_and_repeats_none(watch: Watch) -> None:
    await watch.sets(level=1)
    assert await watch.until(minutes=20) == []
    await watch.sets(level=4)
    # Twenty minutes are 200 % of ten: reminder, deputy, head and department are all behind.
    assert sorted(s for s in await watch.sweep() if "acknowledge" in s) == [
        "p101 overdue acknowledge",
        "p103 overdue acknowledge",
        "p104 overdue acknowledge",
        "p106 overdue acknowledge",
    ]
    await watch.sets(level=3)
    assert [s for s in await watch.until(minutes=1) if "acknowledge" in s] == []


# Quiet hours.


async def test_in_quiet_hours_nobody_is_told_of_a_small_matter_until_the_morning(watch: Watch) -> None:
    watch.policy = replace(watch.policy, quiet_hours=NIGHTS)
    await watch.sets(level=2)
    assert await watch.until(hours=3, minutes=59) == []
    assert await watch.until(minutes=16) == ["p101 reminder acknowledge"], "15 waking minutes after six"


@pytest.mark.parametrize("level", [3, 4])
async def test_from_level_3_on_there_are_no_quiet_hours(watch: Watch, level: int) -> None:
    watch.policy = replace(watch.policy, quiet_hours=NIGHTS)
    await watch.sets(level=level)
    assert await watch.until(minutes=7.5) == ["p101 reminder acknowledge"]


async def test_in_quiet_hours_an_absent_spokesperson_is_replaced_in_the_morning(watch: Watch) -> None:
    watch.policy = replace(watch.policy, quiet_hours=NIGHTS)
    await watch.sets(level=2)
    watch.away = {"p102"}
    assert await watch.until(hours=1) == []
    assert await watch.until(hours=3) == ["p103 holder_unreachable approve"]


async def test_a_limit_of_the_law_that_falls_into_the_night_is_said_in_the_evening(watch: Watch) -> None:
    watch.policy = OfficePolicy("nights", NIGHTS)
    watch.office.now = at(3)
    await watch.sets(level=2)
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    watch.office.now = at(21, 59)
    await watch.sweep()
    watch.office.now = at(22)
    assert "p103 before_quiet_hours PN_24H_SU_KIEN" in await watch.sweep()
    watch.office.now = at(3, 30, day=24)
    assert await watch.sweep() == []


# People who cannot be reached.


async def test_a_blocked_spokesperson_is_skipped_at_once_and_the_gap_is_reported(watch: Watch) -> None:
    assert await watch.sweep() == []
    watch.away = {"p102"}
    assert await watch.sweep() == ["p103 holder_unreachable approve"]
    gaps = [n for who, n in watch.told if who == "room" and n.reason is Escalation.PERSON_UNREACHABLE]
    assert [n.people for n in gaps] == [("Nguyễn Văn Phát",)]
    ((gap, clock),) = [(n, n.clock) for n in gaps]
    assert (clock.rule if clock else "", gap.roles) == (Leg.APPROVE, (Role.REGULAR,)), "about what, and as who"
    assert [d["person"] for d in await watch.log("person_unreachable")] == ["p102"]
    assert await watch.sweep() == [], "not every five seconds"


async def test_when_the_deputy_cannot_be_reached_either_it_is_the_head(watch: Watch) -> None:
    watch.away = {"p102", "p103"}
    assert await watch.sweep() == ["p104 holder_unreachable approve"]
    assert {d["person"] for d in await watch.log("person_unreachable")} == {"p102", "p103"}


async def test_a_deputy_who_blocks_the_bot_after_being_woken_hands_on_at_once(watch: Watch) -> None:
    watch.away = {"p102"}
    await watch.sweep()
    watch.away = {"p102", "p103"}
    assert await watch.sweep() == ["p104 holder_unreachable approve"]


async def test_when_nobody_at_all_can_be_reached_the_room_and_the_log_say_so(watch: Watch) -> None:
    watch.away = {p.id for p in watch.office.people.people}
    assert await watch.sweep() == []
    assert Escalation.NOBODY_LEFT in {n.reason for who, n in watch.told if who == "room"}
    assert await watch.log("nobody_left_to_wake")
    before = len(watch.told)
    await watch.until(hours=1)
    assert len(watch.told) == before


async def test_one_of_two_officers_on_duty_who_is_away_delays_nothing_and_is_reported(watch: Watch) -> None:
    watch.office.people = supervised(person(107, "Bùi Thị Hai", Assignment(Role.DUTY)))
    watch.away = {"p101"}
    assert await watch.sweep() == []
    assert await watch.until(minutes=7.5) == ["p107 reminder acknowledge"]
    assert [d["person"] for d in await watch.log("person_unreachable")] == ["p101"]


async def test_who_was_reachable_again_and_is_lost_again_is_reported_again(watch: Watch) -> None:
    watch.office.people = supervised(person(107, "Bùi Thị Hai", Assignment(Role.DUTY)))
    for away in ({"p101"}, set(), {"p101"}):
        watch.away = away
        await watch.sets(title=f"Nước máy có mùi dầu, {len(away)}")
        await watch.until(minutes=1)
    assert len(await watch.log("person_unreachable")) == 2


async def test_a_task_that_nobody_holds_goes_to_the_next_at_once(watch: Watch) -> None:
    nobody_on_duty = [p for p in watch.office.people.people if p.id not in ("p101", "p106")]
    watch.office.people = replace(watch.office.people, people=tuple(nobody_on_duty))
    assert await watch.sweep() == ["p103 holder_unreachable acknowledge"]


# Restarts and clocks that jump.


async def test_each_is_told_exactly_once_across_restarts(watch: Watch) -> None:
    said: list[str] = []
    for _ in range(30):
        said += await watch.until(minutes=1)
        watch.restart()
    about = [s for s in said if s.endswith("acknowledge")]
    assert about == [
        "p101 reminder acknowledge",
        "p101 reminder acknowledge",
        "p103 overdue acknowledge",
        "p104 overdue acknowledge",
        "p106 overdue acknowledge",
    ]


async def test_after_an_outage_everybody_who_should_know_by_now_is_told_once(watch: Watch) -> None:
    said = await watch.until(hours=1)
    assert [s.split()[0] for s in said if s.endswith("acknowledge")] == ["p101", "p103", "p104", "p106"]
    assert [s for s in await watch.sweep() if s.endswith("acknowledge")] == []


async def test_a_clock_set_back_an_hour_tells_nobody_again(watch: Watch) -> None:
    await watch.until(minutes=16)
    watch.office.later(hours=-1)
    for _ in range(62):
        assert [s for s in await watch.until(minutes=1) if s.endswith("acknowledge")] == []
    assert [s for s in await watch.until(minutes=1) if s.endswith("acknowledge")] == ["p104 overdue acknowledge"]


async def test_an_act_in_the_hour_that_comes_twice_still_stops_its_clock(watch: Watch) -> None:
    await watch.until(minutes=16)
    watch.office.later(hours=-1)
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    said = await watch.until(hours=2)
    assert [s for s in said if s.endswith("acknowledge")] == []


async def test_what_was_done_between_the_look_and_the_claim_wakes_nobody(watch: Watch) -> None:
    await watch.sweep()
    watch.office.later(minutes=8)
    async with watch.office.database.read() as tx:
        due = await deadlines_store.to_look_at(tx, watch.office.now, ())
    assert due == [watch.office.incident_id]
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    async with watch.office.database.write() as tx:
        woken = await deadlines.follow(tx, watch.desk, watch.office.incident_id, frozenset())
    assert woken.people == []


async def test_of_two_processes_that_look_at_once_one_takes_the_step(watch: Watch) -> None:
    await watch.sweep()
    async with watch.office.database.read() as tx:
        seen = (await deadlines_store.of_incident(tx, watch.office.incident_id))[Leg.ACKNOWLEDGE]
    taken = replace(seen, taken=1)
    async with watch.office.database.write() as tx:
        assert await deadlines_store.claim(tx, taken, seen, watch.office.now)
        assert not await deadlines_store.claim(tx, taken, seen, watch.office.now)


# The decision by itself.

POLICY = policy_on(SHIPPED_LAW, OfficePolicy("test", NIGHTS), NIGHT, supervised=True)
PEOPLE = {wake: (Person(wake.value, wake.value, "", "u", ()),) for wake in Wake}


@settings(max_examples=200, deadline=None)
@given(
    looks=st.lists(st.integers(-90, 400), max_size=30),
    away=st.sets(st.sampled_from([wake.value for wake in Wake])),
    level=st.integers(1, 4),
    law=st.booleans(),
)
def test_however_time_jumps_no_step_is_taken_twice_and_none_is_left_out(
    looks: list[int], away: set[str], level: int, law: bool
) -> None:
    quiet = POLICY.quiet_at(level)
    clock = RunningClock(
        "PN_24H_SU_KIEN" if law else Leg.APPROVE,
        "khoản 3 Điều 7" if law else "",
        NIGHT,
        NIGHT + timedelta(hours=2),
        provisional=False,
        period=timedelta(hours=2),
        pauses=not law and quiet is not None,
    )
    taken, steps = 0, []
    for minutes in (*looks, 100_000):
        decision = next_steps(POLICY, clock, level, taken, PEOPLE.__getitem__, away, NIGHT + timedelta(minutes=minutes))
        steps += [step.number for step in decision.steps]
        taken = decision.taken
        assert not {p.id for step in decision.steps for p in step.told} & away
    assert steps == list(range(len(POLICY.chain(clock.rule))))
    assert decision.next_at is None


def test_a_step_may_be_for_some_clocks_only() -> None:
    step = EscalationStep(150, Wake.SUPERVISOR, (Leg.APPROVE, LAW_LEGS))
    assert step.concerns(Leg.APPROVE)
    assert step.concerns("PN_24H_DU_LUAN")
    assert not step.concerns(Leg.PROGRESS)
    assert EscalationStep(100, Wake.DEPUTY).concerns(Leg.PROGRESS)


def test_the_head_is_the_last_to_be_told_where_nobody_supervises() -> None:
    assert [step.wake for step in POLICY.chain(Leg.PROGRESS)][-1] is Wake.HEAD
    assert CHU == 104
