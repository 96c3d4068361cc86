"""A lawyer with a mailbox alone: the letter while the legal check is waited for, and the check by its link."""

from __future__ import annotations

from dataclasses import replace

from bot.model.commands import Edit, LegalCheck
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from tests.approval.office import person
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor

LAWYER = "p555"
MAILBOX = "p555@thuonggiang.example.vn"


def joins(office: SignoffDesk, *, ended: bool = False) -> None:
    until = office.clock.now() if ended else None
    made = person(555, "Cao Thị Luật", Assignment(Role.LEGAL, valid_to=until))
    lawyer = replace(made, telegram_id=None, email=MAILBOX)
    office.people = replace(office.people, people=(*office.people.people, lawyer))
    office.codes.people.add(LAWYER)


async def test_the_lawyer_passes_the_check_by_the_link_in_a_letter(office: SignoffDesk) -> None:
    joins(office)
    await office.open(playbook="food-poisoning")
    await office.channel.pump()
    browser = Visitor()
    try:
        await browser.enter(office.letter_link(LAWYER))
        await browser.press("/legal_check", code=CODE)
    finally:
        await browser.close()
    assert office.told[-1].reason is Reason.LEGAL_CHECKED


async def test_no_letter_comes_where_no_legal_check_is_asked_for(office: SignoffDesk) -> None:
    joins(office)
    await office.open(playbook="water-contamination")
    await office.channel.pump()
    assert office.post.to(MAILBOX) == []


async def test_a_check_that_was_made_meanwhile_stops_the_letter_and_new_words_bring_another(
    office: SignoffDesk,
) -> None:
    joins(office)
    incident = await office.open(playbook="food-poisoning")
    office.post.data_answers = ["451 busy"]
    assert await office.channel.pump() == 0
    assert (await office.does("p103", LegalCheck(incident.id, 1))).reason is Reason.LEGAL_CHECKED
    office.clock.advance(minutes=10)
    assert await office.channel.pump() == 0
    assert office.post.to(MAILBOX) == []
    await office.does("p101", Edit(incident.id, 1, "Bản khác."))
    office.clock.advance(minutes=2)
    await office.channel.pump()
    assert len(office.post.to(MAILBOX)) == 1


async def test_a_lawyer_whose_role_has_ended_gets_no_letter(office: SignoffDesk) -> None:
    joins(office, ended=True)
    await office.open(playbook="food-poisoning")
    await office.channel.pump()
    assert office.post.to(MAILBOX) == []
