"""The story end to end with a real store and real workflows; the channel and the outlets are played by the test."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.model import commands as c
from bot.model.alert import Alert, AlertStatus
from bot.model.incident import IncidentState
from bot.model.outlet_letter import CopyState, OutletLetter
from bot.model.person import Assignment, Person, Role
from bot.model.reasons import Escalation, Reason
from bot.model.statement import StatementState
from bot.model.unit import Unit
from bot.outlets.base import DeliveryInDoubt, NotDelivered
from bot.store import alerts, deliveries, incidents, outlet_letters, policies
from bot.store.database import Tx
from bot.store.ids import new_id
from bot.workflows import GOES_ON_WITHIN, STRANDED_AFTER
from tests.approval.office import CHU, PHAT, TRUC, desk, organisation
from tests.village import Room, Village, village

__all__ = ["village"]


async def test_an_alert_opens_an_incident_with_a_draft_and_is_shown(village: Village) -> None:
    incident_id = await village.alert()
    assert village.room.addressed == [incident_id]
    incident, statement, _ = await village.state(incident_id)
    assert (incident, statement) == (IncidentState.NEW, StatementState.DRAFT)


async def test_a_second_alert_of_the_matter_joins_and_another_matter_opens_its_own(village: Village) -> None:
    first = await village.alert()
    assert await village.alert("Váng dầu trong nước sinh hoạt") == first
    assert await village.alert("Cháy chợ") != first
    async with village.database.read() as tx:
        incident = await incidents.get(tx, first)
    assert incident is not None
    assert incident.growth.alerts == 2


async def test_a_drill_never_joins_a_real_incident(village: Village) -> None:
    real = await village.alert()
    assert await village.alert(status=AlertStatus.EXERCISE) != real


async def test_approved_words_go_to_every_outlet_once(village: Village) -> None:
    incident_id = await village.alert()
    assert (await village.approve(incident_id)).reason is Reason.APPROVED
    await village.settled(incident_id, newsroom="sent", square="sent")
    assert len(village.newsroom.heard) == len(village.square.heard) == 1
    incident, statement, _ = await village.state(incident_id)
    assert (incident, statement) == (IncidentState.RESPONDING, StatementState.PUBLISHED)
    assert len(village.room.offered) == 1, "what may follow is offered once, whichever copy is out first"


async def test_what_an_act_by_letter_tells_others_is_told_in_the_chat(village: Village) -> None:
    incident_id, letters = await village.alert(), Room("email")
    village.story.parts = replace(village.story.parts, channels={"telegram": village.room, "email": letters})
    key = "signoff:1"
    letters.acts[key] = c.Act(key, c.Actor("email", 0, f"p{PHAT}"), c.Return(incident_id, "sai địa danh", 1))
    await (await village.story.act_arrived("email", key)).get_result()
    assert letters.asked == {}, "the channel of the act tells with its answer"
    assert [notice.words for key, notice in village.room.asked.items() if "signoff:1" in key] == ["returned_due"]


async def test_an_act_that_is_announced_twice_is_carried_out_once(village: Village) -> None:
    incident_id = await village.alert()
    await village.does(TRUC, c.Acknowledge(incident_id), times=3)
    await asyncio.sleep(0.1)
    assert [o.reason for o in village.room.replies] == [Reason.ACKNOWLEDGED]


async def test_a_lost_answer_asks_a_person_and_is_not_repeated(village: Village) -> None:
    village.square.trouble = [(True, DeliveryInDoubt("timeout"))]
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.settled(incident_id, newsroom="sent", square="unknown")
    await village.until(lambda: len(village.room.questions) == 1)
    village.clock.advance(seconds=STRANDED_AFTER.total_seconds() * 2)
    await village.story.sweep()
    assert (len(village.square.heard), len(village.room.questions)) == (1, 1)
    question = village.room.questions[0]
    answer = c.AnswerDelivery(incident_id, question.version, question.outlet, question.attempt, appeared=True)
    assert (await village.does(TRUC, answer)).reason is Reason.DELIVERY_CONFIRMED
    await village.settled(incident_id, newsroom="sent", square="sent")


async def test_a_no_sends_the_same_words_once_more(village: Village) -> None:
    village.square.trouble = [(False, DeliveryInDoubt("timeout"))]
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.until(lambda: len(village.room.questions) == 1)
    question = village.room.questions[0]
    answer = c.AnswerDelivery(incident_id, question.version, question.outlet, question.attempt, appeared=False)
    await village.does(TRUC, answer)
    await village.settled(incident_id, newsroom="sent", square="sent")
    assert village.square.heard == village.newsroom.heard


async def test_what_certainly_did_not_leave_is_tried_again_when_its_time_has_come(village: Village) -> None:
    village.square.trouble = [(False, NotDelivered("429", retry_after=30))]
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.settled(incident_id, newsroom="sent", square="queued")
    await village.story.sweep()
    assert village.square.heard == []
    village.clock.advance(seconds=31)
    await village.story.sweep()
    await village.settled(incident_id, newsroom="sent", square="sent")


async def test_a_clock_set_back_an_hour_holds_no_copy_back_and_leaves_no_doubt_unasked(village: Village) -> None:
    village.square.trouble = [(False, NotDelivered("429", retry_after=30))]
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.settled(incident_id, newsroom="sent", square="queued")
    async with village.database.write() as tx:
        await deliveries.queue(tx, incident_id, 1, "gone", village.clock.now())
        await deliveries.claim(tx, incident_id, 1, "gone", 1, village.clock.now())
    village.clock.advance(seconds=-3600)
    await village.story.sweep()
    await village.settled(incident_id, newsroom="sent", square="sent", gone="unknown")
    await village.until(lambda: [q.outlet for q in village.room.questions] == ["gone"])


async def test_a_refusal_for_good_is_a_failure_and_no_question(village: Village) -> None:
    village.square.trouble = [(False, NotDelivered("need administrator rights", retry_after=None))]
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.settled(incident_id, newsroom="sent", square="failed")
    assert village.room.questions == []


async def test_a_delivery_whose_process_died_in_the_call_is_asked_about(village: Village) -> None:
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.settled(incident_id, newsroom="sent", square="sent")
    async with village.database.write() as tx:
        await deliveries.queue(tx, incident_id, 1, "gone", village.clock.now())
        await deliveries.claim(tx, incident_id, 1, "gone", 1, village.clock.now())
    village.clock.advance(seconds=STRANDED_AFTER.total_seconds() + 1)
    await village.story.sweep()
    assert [q.outlet for q in village.room.questions] == ["gone"]


async def test_an_outlet_that_may_be_called_again_is_given_time_to_go_on_by_itself(village: Village) -> None:
    incident_id = await village.alert()
    async with village.database.write() as tx:
        await deliveries.queue(tx, incident_id, 1, "newsroom", village.clock.now())
        await deliveries.claim(tx, incident_id, 1, "newsroom", 1, village.clock.now())
    village.clock.advance(seconds=STRANDED_AFTER.total_seconds() * 2)
    await village.story.sweep()
    assert village.room.questions == []
    village.clock.advance(seconds=GOES_ON_WITHIN.total_seconds())
    await village.story.sweep()
    assert [q.outlet for q in village.room.questions] == ["newsroom"]


async def test_the_story_of_a_drill_ends_before_every_outlet(village: Village) -> None:
    incident_id = await village.alert(status=AlertStatus.TEST)
    assert (await village.approve(incident_id)).reason is Reason.APPROVED_DRILL
    await village.story.sweep()
    assert (village.newsroom.heard, village.square.heard) == ([], [])


async def test_an_alert_left_by_a_crash_is_placed_by_the_sweep(village: Village) -> None:
    placing = asyncio.create_task(village.story.place_waiting_alerts())
    made = Alert(id=new_id(village.clock.now()), feed="default", title="Cháy", received_at=village.clock.now())
    async with village.database.write() as tx:
        await alerts.add(tx, made, b"{}", "0" * 64)
    await village.story.sweep()
    await village.until(lambda: len(village.room.addressed) == 1)
    placing.cancel()


async def test_the_sweep_tells_people_that_time_is_running_once(village: Village) -> None:
    incident_id = await village.alert()
    await village.story.sweep()
    assert village.room.told == {}
    village.clock.advance(minutes=8)
    await village.story.sweep()
    await village.story.sweep()
    assert [(who, notice.reason) for who, notice in village.room.told.values()] == [("p101", Escalation.REMINDER)]
    assert (await village.state(incident_id))[:2] == (IncidentState.NEW, StatementState.DRAFT)


async def test_whom_no_channel_reaches_is_skipped_at_the_next_sweep(village: Village) -> None:
    await village.alert()
    village.room.away = {f"p{PHAT}"}
    await village.story.sweep()
    assert [(who, notice.reason) for who, notice in village.room.told.values()] == [
        ("p103", Escalation.HOLDER_UNREACHABLE),
        ("room", Escalation.HOLDER_UNREACHABLE),
        ("room", Escalation.PERSON_UNREACHABLE),
    ]


async def test_one_incident_that_cannot_be_followed_does_not_silence_the_others(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.approval import deadlines

    bad, good = await village.alert(), await village.alert("Cháy chợ")
    follow = deadlines.follow

    async def stumbles(tx: Tx, desk: Any, incident_id: str, unreachable: Any) -> Any:
        if incident_id == bad:
            raise RuntimeError("a fault of ours")
        return await follow(tx, desk, incident_id, unreachable)

    monkeypatch.setattr(deadlines, "follow", stumbles)
    village.clock.advance(minutes=8)
    await village.story.sweep()
    assert {notice.incident.id for _, notice in village.room.told.values()} == {good}


async def test_an_incident_keeps_the_policy_of_its_opening(village: Village) -> None:
    incident_id = await village.alert()
    async with village.database.read() as tx:
        incident = await incidents.get(tx, incident_id)
        assert incident is not None
        assert incident.policy is not None
        kept = await policies.get(tx, incident.policy)
    assert kept == desk(village.clock.now()).policy
    assert incident.alert_received_at == village.clock.now()


async def test_the_unit_that_should_know_the_facts_is_asked_when_an_incident_opens_and_only_then(
    village: Village,
) -> None:
    unit = Unit("so-y-te", "Sở Y tế", "Department of Health")
    lanh = Person(
        "p201", "Đỗ Thị Lành", "Giám đốc", unit.id, (Assignment(Role.REGULAR, unit=unit.id),), telegram_id=201
    )
    people = replace(organisation(lanh), units=(unit,))
    parts = village.story.parts
    village.story.parts = replace(parts, desk=lambda: desk(village.clock.now(), people, ("newsroom", "square")))
    incident_id = await village.alert()
    await village.alert()
    (asked,) = village.room.asked.values()
    assert (asked.to, asked.words, asked.incident_id) == ("p201", "facts_asked", incident_id)
    assert [line.split("\t")[0] for line in asked.values["questions"].split("\n")] == ["water_use", "test_result"]


async def published(village: Village, incident_id: str) -> None:
    async with asyncio.timeout(10):
        while (await village.state(incident_id))[1] is not StatementState.PUBLISHED:
            await asyncio.sleep(0.01)


async def test_words_that_a_part_of_the_readers_has_are_published_whatever_becomes_of_the_rest(
    village: Village,
) -> None:
    village.newsroom.trouble = [(False, NotDelivered("off", retry_after=None))]
    village.square.trouble = [(True, NotDelivered("1 of 5: busy", retry_after=60, some_went=True))]
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.settled(incident_id, newsroom="failed", square="queued")
    await published(village, incident_id)
    assert len(village.room.offered) == 1
    village.clock.advance(seconds=61)
    await village.story.sweep()
    await village.settled(incident_id, newsroom="failed", square="sent")
    assert len(village.room.offered) == 1


async def test_a_doubt_about_some_readers_asks_and_publishes_for_those_that_are_certain(village: Village) -> None:
    village.newsroom.trouble = [(False, NotDelivered("off", retry_after=None))]
    village.square.trouble = [(True, DeliveryInDoubt("tin1@bao.example", some_went=True))]
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.settled(incident_id, newsroom="failed", square="unknown")
    await village.until(lambda: len(village.room.questions) == 1)
    await published(village, incident_id)
    async with village.database.read() as tx:
        copy = await deliveries.get(tx, incident_id, 1, "square")
    assert copy is not None
    assert copy.error == "tin1@bao.example", "whoever looks knows after whom to look"


async def test_an_answer_about_doubtful_letters_counts_for_those_letters_alone(village: Village) -> None:
    village.square.trouble = [(True, DeliveryInDoubt("tin1@bao.example", some_went=True))]
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.until(lambda: len(village.room.questions) == 1)
    question, now = village.room.questions[0], village.clock.now()
    letters = [
        OutletLetter(incident_id, 1, "square", f"tin{n}@bao.example", CopyState.QUEUED, f"{n}" * 32, f"<{n}@x>", now)
        for n in range(3)
    ]
    async with village.database.write() as tx:
        await outlet_letters.add_missing(tx, letters)
        await outlet_letters.claim(tx, letters[0], now)
        await outlet_letters.claim(tx, letters[1], now)
        await outlet_letters.settle(tx, letters[1], CopyState.SENT, now)
    answer = c.AnswerDelivery(incident_id, question.version, question.outlet, question.attempt, appeared=True)
    outcome = await village.does(TRUC, answer)
    assert outcome.reason is Reason.DELIVERY_CONFIRMED
    assert [str(key) for key in outcome.publish] == [f"deliver:{incident_id}:1:square:2"], "one still waits to be sent"
    async with village.database.read() as tx:
        counts = await outlet_letters.counts(tx, incident_id, 1, "square")
    assert counts == {"sent": 2, "queued": 1}


async def test_a_head_who_blocked_the_bot_is_not_said_to_have_been_asked(village: Village) -> None:
    incident_id = await village.alert()
    village.room.away = {f"p{CHU}"}
    asked = await village.does(PHAT, c.AskAuthorisation(incident_id))
    assert (asked.reason, asked.notices) == (Reason.NO_HEAD_REACHED, ())
    village.room.away = set()
    assert (await village.does(PHAT, c.AskAuthorisation(incident_id))).reason is Reason.AUTHORISATION_ASKED


async def test_what_an_act_on_a_page_tells_others_reaches_them_in_the_chat(village: Village) -> None:
    """Somebody returns the words by the link of a letter: the duty room hears of it all the same."""
    page, channels = Room("email"), village.story.parts.channels
    assert isinstance(channels, dict)
    channels["email"] = page
    incident_id = await village.alert()
    page.acts["signoff:1"] = c.Act("signoff:1", c.Actor("email", 0, f"p{PHAT}"), c.Return(incident_id, "Thiếu giờ", 1))
    handle = await village.story.act_arrived("email", "signoff:1")
    await handle.get_result()
    assert [outcome.reason for outcome in page.replies] == [Reason.RETURNED]
    assert [(n.to, n.words) for n in village.room.asked.values()] == [("duty", "returned_due")]
