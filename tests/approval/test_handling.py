"""Taking an incident on, calling it off, closing it, and answering for a doubtful publication."""

from __future__ import annotations

from bot.approval import publication
from bot.model import commands as c
from bot.model.delivery import DeliveryKey
from bot.model.incident import IncidentState
from bot.model.reasons import Reason
from bot.store import deliveries
from tests.approval.conftest import Office
from tests.approval.office import KHACH, NIGHT, PHAT, PHO, TRUC


async def test_the_first_to_acknowledge_is_named_to_the_second(office: Office) -> None:
    assert (await office.does(TRUC, c.Acknowledge("7K2"))).reason is Reason.ACKNOWLEDGED
    second = await office.does(PHO, c.Acknowledge("7K2"))
    assert (second.reason, second.values["by"]) == (Reason.ALREADY_ACKNOWLEDGED, "Trần Thị Trực")
    incident = await office.incident()
    assert (incident.state, incident.accepted_at) == (IncidentState.ACCEPTED, NIGHT)


async def test_a_stranger_learns_nothing_not_even_which_codes_exist(office: Office) -> None:
    real = await office.does(KHACH, c.Acknowledge("7K2"))
    made_up = await office.does(KHACH, c.Acknowledge("ZZZ"))
    assert real == made_up
    assert real.reason is Reason.NOT_ENROLLED


async def test_a_false_alarm_ends_the_incident_and_voids_its_words(office: Office) -> None:
    assert (await office.does(TRUC, c.FalseAlarm("7K2", "đăng nhầm"))).reason is Reason.DISMISSED
    assert (await office.incident()).state is IncidentState.DISMISSED
    current = await office.current()
    late = await office.does(PHAT, c.Approve(office.incident_id, 1, current.sha256[:8]))
    assert late.reason is Reason.INCIDENT_NOT_OPEN


async def test_words_in_public_cannot_be_called_a_false_alarm(office: Office) -> None:
    current = await office.current()
    await office.does(PHAT, c.Approve(office.incident_id, 1, current.sha256[:8]))
    async with office.database.write() as tx:
        await publication.claim(tx, office.desk, DeliveryKey(office.incident_id, 1, "newsroom", 1))
    assert (await office.does(TRUC, c.FalseAlarm("7K2"))).reason is Reason.ALREADY_IN_PUBLIC


async def test_closing_needs_a_reason(office: Office) -> None:
    assert (await office.does(TRUC, c.CloseIncident("7K2", " "))).reason is Reason.REASON_MISSING
    assert (await office.incident()).is_open


async def test_after_closing_every_act_is_refused_with_the_reason(office: Office) -> None:
    assert (await office.does(TRUC, c.CloseIncident("7K2", "xong"))).reason is Reason.CLOSED
    for command in (
        c.Acknowledge("7K2"),
        c.Edit("7K2", 1, "mới"),
        c.ChoosePlaybook("7K2", "food-poisoning"),
        c.AskApproval("7K2", 1),
        c.CloseIncident("7K2"),
        c.FalseAlarm("7K2"),
    ):
        assert (await office.does(PHAT, command)).reason is Reason.INCIDENT_NOT_OPEN, command


async def _in_doubt(office: Office) -> DeliveryKey:
    current = await office.current()
    await office.does(PHAT, c.Approve(office.incident_id, 1, current.sha256[:8]))
    key = DeliveryKey(office.incident_id, 1, "newsroom", 1)
    async with office.database.write() as tx:
        await publication.claim(tx, office.desk, key)
    return key


async def test_a_person_who_saw_the_post_settles_the_doubt(office: Office) -> None:
    key = await _in_doubt(office)
    answer = c.AnswerDelivery("7K2", 1, "newsroom", key.attempt, appeared=True)
    assert (await office.does(TRUC, answer)).reason is Reason.DELIVERY_CONFIRMED
    assert (await office.incident()).state is IncidentState.RESPONDING
    assert (await office.does(PHO, answer)).reason is Reason.DELIVERY_ALREADY_SETTLED


async def test_a_person_who_did_not_see_it_has_it_sent_once_more(office: Office) -> None:
    key = await _in_doubt(office)
    outcome = await office.does(TRUC, c.AnswerDelivery("7K2", 1, "newsroom", key.attempt, appeared=False))
    assert outcome.reason is Reason.DELIVERY_REQUEUED
    assert [str(k) for k in outcome.publish] == [str(DeliveryKey(office.incident_id, 1, "newsroom", 2))]
    async with office.database.read() as tx:
        (delivery,) = await deliveries.of_incident(tx, office.incident_id)
    assert (delivery.state, delivery.attempts) == ("queued", 2)


async def test_an_unknown_code_is_told_so(office: Office) -> None:
    outcome = await office.does(TRUC, c.Acknowledge("ZZZ"))
    assert (outcome.reason, outcome.values["code"]) == (Reason.UNKNOWN_INCIDENT, "ZZZ")
