"""The clocks of a first statement, as NĐ 244/2026 Art. 7 and the office's own regulation set them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.approval.card import read_card
from bot.approval.policy import policy_on
from bot.approval.quiet import after_waking, before_night, quiet_around
from bot.model import commands as c
from bot.model.policy import Leg, OfficePolicy, Policy, QuietHours
from bot.model.reasons import Reason
from bot.store import policies
from tests.approval.conftest import Office
from tests.approval.office import KHACH, NIGHT, PHAT, PHO, TRUC
from tests.approval.steps import publish
from tests.approval.watch import EVENT, OPINION, SHIPPED_LAW, Watch, at

NIGHTS = QuietHours(at(22).time(), at(6).time())


@pytest.fixture
def watch(office: Office) -> Watch:
    return Watch(office, law=SHIPPED_LAW)


# Art. 7.3: 24 hours from taking the case on under one's competence.


async def test_art_7_3_the_limit_runs_provisionally_from_the_alert(watch: Watch) -> None:
    clock = (await watch.clocks())[EVENT]
    assert (clock.basis, clock.provisional) == ("NĐ 244/2026/NĐ-CP, khoản 3 Điều 7", True)
    assert (clock.started_at, clock.due_at) == (NIGHT, NIGHT + timedelta(hours=24))


async def test_art_7_3_the_limit_starts_with_the_act_of_taking_the_case_on(watch: Watch) -> None:
    watch.office.later(minutes=20)
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    clock = (await watch.clocks())[EVENT]
    assert (clock.provisional, clock.due_at) == (False, NIGHT + timedelta(hours=24, minutes=20))


async def test_art_7_3_waiting_with_an_alert_does_not_stop_the_clock(watch: Watch) -> None:
    await watch.sets(alert_received_at=NIGHT - timedelta(hours=2))
    clock = (await watch.clocks())[EVENT]
    assert clock.due_at == NIGHT + timedelta(hours=22)


# Art. 7.4: 24 hours from determining that the case has, or risks, impact on public opinion.


async def test_art_7_4_the_limit_starts_only_when_a_person_determines_the_impact(watch: Watch) -> None:
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    assert (await watch.clocks())[OPINION].provisional
    watch.office.later(hours=1)
    assert (await watch.office.does(PHO, c.MarkImpact("7K2"))).reason is Reason.IMPACT_DETERMINED
    clock = (await watch.clocks())[OPINION]
    assert (clock.basis, clock.provisional) == ("NĐ 244/2026/NĐ-CP, khoản 4 Điều 7", False)
    assert clock.due_at == NIGHT + timedelta(hours=25)


async def test_art_7_4_the_first_determination_counts_and_names_its_author_to_the_second(watch: Watch) -> None:
    await watch.office.does(PHO, c.MarkImpact("7K2"))
    watch.office.later(minutes=5)
    second = await watch.office.does(TRUC, c.MarkImpact("7K2"))
    assert (second.reason, second.values["by"]) == (Reason.IMPACT_ALREADY_DETERMINED, "Lê Thị Phó")
    incident = await watch.office.incident()
    assert (incident.impact_determined_at, incident.impact_determined_by) == (NIGHT, f"p{PHO}")


async def test_art_7_4_a_stranger_determines_nothing(watch: Watch) -> None:
    assert (await watch.office.does(KHACH, c.MarkImpact("7K2"))).reason is Reason.NOT_ENROLLED
    assert (await watch.office.incident()).impact_determined_at is None


async def test_art_7_4_nothing_is_determined_about_what_is_over(watch: Watch) -> None:
    await watch.office.does(TRUC, c.CloseIncident("7K2", "xong"))
    assert (await watch.office.does(PHO, c.MarkImpact("7K2"))).reason is Reason.INCIDENT_NOT_OPEN


async def test_both_limits_are_on_every_card_with_their_article(watch: Watch) -> None:
    async with watch.office.database.read() as tx:
        view = await read_card(tx, watch.desk, watch.office.incident_id)
    assert view is not None
    assert [clock.basis for clock in view.clocks if clock.is_law] == [
        "NĐ 244/2026/NĐ-CP, khoản 3 Điều 7",
        "NĐ 244/2026/NĐ-CP, khoản 4 Điều 7",
    ]


async def test_publication_meets_both_limits(watch: Watch) -> None:
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    watch.office.later(hours=3)
    await publish(watch.office)
    clocks = await watch.clocks()
    assert {clocks[EVENT].met_at, clocks[OPINION].met_at} == {NIGHT + timedelta(hours=3)}


# The four instants.


async def test_event_alert_acknowledgement_and_determination_are_kept_apart(watch: Watch) -> None:
    await watch.sets(event_at=NIGHT - timedelta(hours=5), alert_received_at=NIGHT - timedelta(minutes=1))
    watch.office.later(minutes=10)
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    watch.office.later(minutes=10)
    await watch.office.does(TRUC, c.MarkImpact("7K2"))
    incident = await watch.office.incident()
    assert [
        incident.event_at,
        incident.alert_received_at,
        incident.accepted_at,
        incident.impact_determined_at,
    ] == [NIGHT + timedelta(minutes=m) for m in (-300, -1, 10, 20)]


# The office's own targets.


@pytest.mark.parametrize(("level", "minutes"), [(1, 60), (2, 30), (3, 15), (4, 10)])
async def test_the_graver_the_sooner_somebody_must_acknowledge(watch: Watch, level: int, minutes: int) -> None:
    await watch.sets(level=level)
    assert (await watch.clocks())[Leg.ACKNOWLEDGE].due_at == NIGHT + timedelta(minutes=minutes)


async def test_a_draft_with_a_gap_has_not_met_its_target(open_office: Callable[..., Awaitable[Office]]) -> None:
    from bot.model.alert import Location

    watch = Watch(await open_office(location=Location()), law=SHIPPED_LAW)
    assert (await watch.clocks())[Leg.DRAFT].met_at is None
    await watch.office.does(TRUC, c.ConfirmFact("7K2", "place", "phường Bến Nứa"))
    assert (await watch.clocks())[Leg.DRAFT].met_at == NIGHT


async def test_an_approval_that_an_edit_voids_has_not_met_its_target(watch: Watch) -> None:
    current = await watch.office.current()
    await watch.office.does(PHAT, c.Approve(watch.office.incident_id, 1, current.sha256[:8]))
    assert (await watch.clocks())[Leg.APPROVE].met_at == NIGHT
    await watch.office.does(PHO, c.Edit(watch.office.incident_id, 1, "Bản sửa."))
    assert (await watch.clocks())[Leg.APPROVE].met_at is None


async def test_after_publication_the_promised_hour_is_the_next_target(watch: Watch) -> None:
    assert Leg.NEXT_UPDATE not in await watch.clocks()
    promised = (await watch.office.current()).promises_at
    watch.office.later(hours=1)
    await publish(watch.office)
    clock = (await watch.clocks())[Leg.NEXT_UPDATE]
    assert (clock.started_at, clock.due_at) == (NIGHT + timedelta(hours=1), promised)


# The policy in force when the incident opened.


async def test_an_incident_keeps_the_policy_under_which_it_was_opened(watch: Watch) -> None:
    then = policy_on(SHIPPED_LAW, OfficePolicy("then", limits=((EVENT, timedelta(hours=12)),)), NIGHT, supervised=True)
    async with watch.office.database.write() as tx:
        kept = await policies.keep(tx, then, NIGHT)
        assert await policies.keep(tx, then, NIGHT) == kept
    await watch.sets(policy=kept)
    watch.policy = OfficePolicy("now", limits=((EVENT, timedelta(hours=2)),))
    clock = (await watch.clocks())[EVENT]
    assert (clock.due_at, clock.law) == (NIGHT + timedelta(hours=12), timedelta(hours=24))


def test_a_kept_policy_reads_as_it_was() -> None:
    made = policy_on(SHIPPED_LAW, OfficePolicy("v1", NIGHTS), NIGHT, supervised=True)
    assert Policy.from_json(made.to_json()) == made
    assert Policy.from_json(made.to_json()).sha256 == made.sha256


def test_rules_that_are_not_yet_law_start_no_clock() -> None:
    before = policy_on(SHIPPED_LAW, OfficePolicy(), at(12).replace(month=6), supervised=True)
    assert before.limits == ()
    today = policy_on(SHIPPED_LAW, OfficePolicy(), NIGHT, supervised=True)
    assert [limit.rule for limit in today.limits] == [EVENT, OPINION]


# Quiet hours.


def test_quiet_hours_span_midnight_in_viet_nam() -> None:
    assert quiet_around(NIGHTS, at(21, 59)) is None
    assert quiet_around(NIGHTS, at(22)) == (at(22), at(6, day=24))
    assert quiet_around(NIGHTS, at(5, 59)) == (at(22, day=22), at(6))
    assert quiet_around(NIGHTS, at(6)) is None


def test_waking_time_stands_still_at_night() -> None:
    assert after_waking(NIGHTS, at(21, 30), timedelta(hours=1)) == at(6, 30, day=24)
    assert after_waking(NIGHTS, at(23), timedelta(hours=1)) == at(7, day=24)
    assert after_waking(NIGHTS, at(8), timedelta(hours=14)) == at(22)
    assert after_waking(NIGHTS, at(8), timedelta(hours=20)) == at(12, day=24)
    assert after_waking(None, at(23), timedelta(hours=1)) == at(0, day=24)
    siesta = QuietHours(at(12).time(), at(13, 30).time())
    assert after_waking(siesta, at(11), timedelta(hours=2)) == at(14, 30)


def test_what_the_law_demands_at_night_is_said_before_it() -> None:
    assert before_night(NIGHTS, at(12), at(3, day=24)) == at(22)
    assert before_night(NIGHTS, at(12), at(15)) == at(15)
    assert before_night(NIGHTS, at(23), at(3, day=24)) == at(3, day=24), "it began in this same night"


async def test_quiet_hours_stop_the_offices_own_targets_and_never_the_law(watch: Watch) -> None:
    watch.policy = OfficePolicy("nights", NIGHTS)
    await watch.sets(level=2)  # the alert came at 02:00
    clocks = await watch.clocks()
    assert clocks[Leg.ACKNOWLEDGE].due_at == at(6, 30)
    assert clocks[EVENT].due_at == NIGHT + timedelta(hours=24)
    await watch.sets(level=3)
    assert (await watch.clocks())[Leg.ACKNOWLEDGE].due_at == NIGHT + timedelta(minutes=15)
