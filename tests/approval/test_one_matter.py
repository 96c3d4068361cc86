"""Two incidents that are one matter, and one that is two: no legal clock stops, and none becomes younger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.approval.policy import policy_on
from bot.model import commands as c
from bot.model.incident import Incident, IncidentState
from bot.model.policy import Leg, OfficePolicy
from bot.model.reasons import Reason
from bot.model.statement import Author
from bot.model.unit import Unit
from bot.store import policies, statements
from tests.approval.conftest import Office
from tests.approval.office import CHU, NIGHT, PHAT, PHO, TRUC
from tests.approval.steps import another, approve, incident, publish, with_alerts
from tests.approval.watch import EVENT, OPINION, SHIPPED_LAW, Watch

DAY = timedelta(hours=24)
SHORT = OfficePolicy("short", limits=((EVENT, timedelta(hours=12)),))


@pytest.fixture
def watch(office: Office) -> Watch:
    return Watch(office, law=SHIPPED_LAW)


async def late_twin(office: Office, **fields: object) -> Incident:
    """Another incident of the same matter, whose first alert came now."""
    return await another(office, opened_at=office.now, alert_received_at=office.now, **fields)


def into(watch: Watch, other: Incident) -> Watch:
    """The same watch, over the incident that goes on."""
    watch.office.incident_id = other.id
    return watch


async def opened_under(watch: Watch, office: OfficePolicy) -> None:
    """The incident was opened while this was the office's policy."""
    then = policy_on(SHIPPED_LAW, office, NIGHT, supervised=True)
    async with watch.office.database.write() as tx:
        kept = await policies.keep(tx, then, NIGHT)
    await watch.sets(policy=kept)


async def taken_on_at_night(watch: Watch) -> None:
    await watch.sets(event_at=NIGHT - timedelta(hours=2), alert_received_at=NIGHT)
    watch.office.later(minutes=10)
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    watch.office.later(minutes=10)
    await watch.office.does(PHO, c.MarkImpact("7K2"))


# Merging: the four instants.


async def test_the_limits_of_art_7_run_on_in_the_incident_that_the_matter_went_into(watch: Watch) -> None:
    await taken_on_at_night(watch)
    watch.office.later(hours=20)
    other = await late_twin(watch.office)
    await watch.office.does(TRUC, c.Merge("7K2", other.code))
    kept = await incident(watch.office, other.id)
    assert [kept.event_at, kept.alert_received_at, kept.accepted_at, kept.impact_determined_at] == [
        NIGHT + timedelta(minutes=m) for m in (-120, 0, 10, 20)
    ]
    assert (kept.accepted_by, kept.impact_determined_by) == (f"p{TRUC}", f"p{PHO}")
    assert kept.state is IncidentState.ACCEPTED
    (entry,) = await watch.log("take_matter_over")
    assert (entry["accepted_at"], entry["by"]) == ((NIGHT + timedelta(minutes=10)).isoformat(), f"p{TRUC}")
    clocks = await into(watch, other).clocks()
    assert [(clocks[rule].provisional, clocks[rule].due_at) for rule in (EVENT, OPINION)] == [
        (False, NIGHT + DAY + timedelta(minutes=10)),
        (False, NIGHT + DAY + timedelta(minutes=20)),
    ]


async def test_the_earlier_instants_of_the_incident_that_goes_on_stay_its_own(watch: Watch) -> None:
    await taken_on_at_night(watch)
    watch.office.later(hours=1)
    other = await late_twin(watch.office)
    await watch.office.does(CHU, c.Acknowledge(other.code))
    await watch.office.does(CHU, c.MarkImpact(other.code))
    await watch.office.does(TRUC, c.Merge(other.code, "7K2"))
    kept = await watch.office.incident()
    assert (kept.accepted_by, kept.impact_determined_by) == (f"p{TRUC}", f"p{PHO}")
    assert (kept.alert_received_at, kept.accepted_at) == (NIGHT, NIGHT + timedelta(minutes=10))


async def test_a_later_determination_fills_what_the_other_had_not(watch: Watch) -> None:
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    watch.office.later(hours=1)
    other = await late_twin(watch.office)
    await watch.office.does(PHO, c.MarkImpact(other.code))
    await watch.office.does(TRUC, c.Merge(other.code, "7K2"))
    kept = await watch.office.incident()
    assert (kept.impact_determined_at, kept.impact_determined_by) == (NIGHT + timedelta(hours=1), f"p{PHO}")


async def test_a_shorter_limit_of_either_policy_holds_for_the_matter(watch: Watch) -> None:
    await opened_under(watch, SHORT)
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    other = await late_twin(watch.office)
    await watch.office.does(TRUC, c.Merge("7K2", other.code))
    assert (await into(watch, other).clocks())[EVENT].due_at == NIGHT + timedelta(hours=12)


# Merging: the escalation.


async def test_reminders_that_were_given_are_not_given_again_and_those_due_are(watch: Watch) -> None:
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    told = await watch.until(hours=20)
    assert f"p{PHAT} reminder {EVENT}" in told
    other = await late_twin(watch.office)
    await watch.office.does(TRUC, c.Merge("7K2", other.code))
    into(watch, other)
    assert not [line for line in await watch.sweep() if EVENT in line], "80 per cent was told before the merger"
    assert f"p{PHO} overdue {EVENT}" in await watch.until(hours=4)


async def test_a_limit_that_runs_anew_for_the_one_that_goes_on_is_reminded_of_at_once(watch: Watch) -> None:
    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    watch.office.later(hours=20)  # no sweep came: nobody was told yet
    other = await late_twin(watch.office)
    await watch.office.does(TRUC, c.Merge("7K2", other.code))
    assert f"p{PHAT} reminder {EVENT}" in await into(watch, other).sweep()


async def test_people_who_were_told_nothing_yet_hear_of_the_limit_they_inherit(watch: Watch) -> None:
    from bot.model.person import Assignment, Role
    from tests.approval.office import organisation, person

    await watch.office.does(TRUC, c.Acknowledge("7K2"))
    await watch.until(hours=20)
    watch.office.people = organisation(person(555, "Đỗ Thị Mới", Assignment(Role.REGULAR)))
    other = await late_twin(watch.office)
    await watch.office.does(TRUC, c.Merge("7K2", other.code))
    assert f"p555 reminder {EVENT}" in await into(watch, other).sweep()


# Merging: what is in public.


async def test_a_statement_in_public_on_the_matter_meets_the_limits_of_both(watch: Watch) -> None:
    await taken_on_at_night(watch)
    promised = (await watch.office.current()).promises_at
    await publish(watch.office)
    said = watch.office.now
    watch.office.later(minutes=30)
    other = await late_twin(watch.office)
    await watch.office.does(TRUC, c.Acknowledge(other.code))
    merged = await watch.office.does(TRUC, c.Merge("7K2", other.code))
    assert "7K2" in merged.values["lines_vi"], "whoever merged is told that it counts"
    assert (await incident(watch.office, other.id)).state is IncidentState.RESPONDING, "it is no false alarm any more"
    clocks = await into(watch, other).clocks()
    assert {clocks[EVENT].met_at, clocks[OPINION].met_at} == {said}
    assert clocks[Leg.NEXT_UPDATE].due_at == promised, "what was promised in public is followed where the matter is now"


async def test_words_that_were_only_approved_meet_no_limit_of_the_other(watch: Watch) -> None:
    await taken_on_at_night(watch)
    assert await approve(watch.office) is Reason.APPROVED
    other = await late_twin(watch.office)
    await watch.office.does(TRUC, c.Merge("7K2", other.code))
    clocks = await into(watch, other).clocks()
    assert (clocks[EVENT].met_at, clocks[Leg.APPROVE].met_at) == (None, None)


async def test_a_matter_answered_under_a_former_name_is_opened_again_as_answered(watch: Watch) -> None:
    await publish(watch.office)
    other = await late_twin(watch.office)
    await watch.office.does(TRUC, c.Merge("7K2", other.code))
    await watch.office.does(TRUC, c.CloseIncident(other.code, "xong"))
    await watch.office.does(PHO, c.Reopen(other.id, "còn việc"))
    assert (await incident(watch.office, other.id)).state is IncidentState.RESPONDING


# Merging: the facts.


async def facts(office: Office, ref: str) -> dict[str, str]:
    async with office.database.read() as tx:
        return {slot: fact.value for slot, fact in (await statements.facts_of(tx, ref)).items()}


async def test_confirmed_facts_fill_what_is_empty_and_the_draft_says_them(office: Office) -> None:
    await office.does(TRUC, c.ConfirmFact("7K2", "place", "phường Bến Nứa"))
    other = await another(office)
    await office.does(TRUC, c.Merge("7K2", other.code))
    assert (await facts(office, other.id))["place"] == "phường Bến Nứa"
    async with office.database.read() as tx:
        held = (await statements.facts_of(tx, other.id))["place"]
        current = await statements.current(tx, other.id)
    assert held.by == f"p{TRUC}", "whoever vouched for it still does"
    assert current is not None
    assert "phường Bến Nứa" in current.full_vi


async def test_of_two_facts_that_differ_the_own_one_stands_and_the_answer_says_so(office: Office) -> None:
    other = await another(office)
    await office.does(TRUC, c.ConfirmFact("7K2", "place", "phường Bến Nứa"))
    await office.does(PHO, c.ConfirmFact(other.code, "place", "phường Sông Thượng"))
    merged = await office.does(TRUC, c.Merge("7K2", other.code))
    assert (await facts(office, other.id))["place"] == "phường Sông Thượng"
    assert merged.values["differing"] == "place"
    for lang in ("vi", "en"):
        assert "phường Bến Nứa" in merged.values[f"lines_{lang}"]
        assert "phường Sông Thượng" in merged.values[f"lines_{lang}"]


async def test_a_person_s_own_words_and_approved_ones_are_not_written_over_by_facts(office: Office) -> None:
    await office.does(TRUC, c.ConfirmFact("7K2", "place", "phường Bến Nứa"))
    other = await another(office)
    await office.does(PHO, c.Edit(other.id, 1, "Lời của người viết."))
    await office.does(TRUC, c.Merge("7K2", other.code))
    async with office.database.read() as tx:
        current = await statements.current(tx, other.id)
    assert current is not None
    assert (current.version, current.author) == (2, Author.PERSON)


# Splitting.


async def test_what_is_split_off_was_taken_on_when_its_matter_was(watch: Watch) -> None:
    await opened_under(watch, OfficePolicy())
    await taken_on_at_night(watch)
    await with_alerts(watch.office, watch.office.incident_id, "Nước đục", "Cháy chợ")
    watch.office.later(hours=20)
    done = await watch.office.does(TRUC, c.Split("7K2", "2"))
    made = await incident(watch.office, done.values["new"])
    assert (made.state, made.accepted_by, made.impact_determined_by) == (
        IncidentState.ACCEPTED,
        f"p{TRUC}",
        f"p{PHO}",
    )
    clocks = await into(watch, made).clocks()
    assert [clocks[rule].due_at for rule in (EVENT, OPINION)] == [
        NIGHT + DAY + timedelta(minutes=10),
        NIGHT + DAY + timedelta(minutes=20),
    ]
    told = await watch.sweep()
    assert f"p{PHAT} reminder {EVENT}" in told, "nobody has heard of the new matter yet"
    assert not [line for line in told if line.endswith(Leg.PROGRESS)], "splitting is an act of a person at work"


async def test_nobody_took_on_before_an_alert_came_what_it_is_about(watch: Watch) -> None:
    await watch.sets(accepted_at=NIGHT - timedelta(days=3), accepted_by=f"p{TRUC}", state="accepted")
    await with_alerts(watch.office, watch.office.incident_id, "Nước đục", "Cháy chợ")
    done = await watch.office.does(TRUC, c.Split("7K2", "2"))
    made = await incident(watch.office, done.values["new"])
    assert made.accepted_at == made.alert_received_at == NIGHT + timedelta(minutes=1)


async def test_words_in_public_on_another_matter_meet_no_limit_of_what_is_split_off(watch: Watch) -> None:
    await with_alerts(watch.office, watch.office.incident_id, "Nước đục", "Cháy chợ")
    await publish(watch.office)
    done = await watch.office.does(TRUC, c.Split("7K2", "2"))
    made = await incident(watch.office, done.values["new"])
    assert (await into(watch, made).clocks())[EVENT].met_at is None


async def test_what_is_split_off_keeps_the_shorter_limit_of_its_matter(watch: Watch) -> None:
    await opened_under(watch, SHORT)
    await with_alerts(watch.office, watch.office.incident_id, "Nước đục", "Cháy chợ")
    done = await watch.office.does(TRUC, c.Split("7K2", "2"))
    made = await incident(watch.office, done.values["new"])
    assert (await into(watch, made).clocks())[EVENT].period == timedelta(hours=12)


# Opening again.


async def test_opening_again_moves_no_limit_that_ran(watch: Watch) -> None:
    await taken_on_at_night(watch)
    before = await watch.office.incident()
    watch.office.later(hours=5)
    await watch.office.does(TRUC, c.CloseIncident("7K2", "xong"))
    watch.office.later(hours=5)
    await watch.office.does(CHU, c.Reopen("7K2", "chưa xong"))
    now = await watch.office.incident()
    assert now.accepted_at == before.accepted_at
    assert (now.accepted_by, now.impact_determined_at) == (before.accepted_by, before.impact_determined_at)


async def test_calling_an_alert_off_is_no_way_to_begin_the_day_anew(watch: Watch) -> None:
    watch.office.later(hours=1)
    await watch.office.does(TRUC, c.FalseAlarm("7K2"))
    watch.office.later(hours=30)
    await watch.office.does(CHU, c.Reopen("7K2", "không phải báo động giả"))
    now = await watch.office.incident()
    assert (now.accepted_at, now.accepted_by) == (NIGHT + timedelta(hours=1), f"p{TRUC}")


async def test_giving_a_case_away_is_no_way_to_begin_the_day_anew(watch: Watch) -> None:
    health = Unit("so-y-te", "Sở Y tế", "Department of Health")
    watch.office.people = replace(watch.office.people, units=(health,))
    watch.office.later(hours=1)
    assert (await watch.office.does(TRUC, c.HandOver("7K2", "so-y-te", "của ngành"))).reason is Reason.HANDED_OVER
    watch.office.later(hours=30)
    await watch.office.does(CHU, c.Reopen("7K2", "không phải của ngành"))
    now = await watch.office.incident()
    assert (now.accepted_at, now.accepted_by) == (NIGHT + timedelta(hours=1), f"p{TRUC}")
