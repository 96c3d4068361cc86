"""Whoever agrees for a unit that holds a case too, and has a mailbox alone: the letter, the page, the agreement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.commands import Approve, HoldJointly
from bot.model.person import Assignment, Person, Role
from bot.model.reasons import Reason
from bot.model.unit import Unit
from tests.approval.office import person
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor

YTE = "p555"
MAILBOX = "p555@thuonggiang.example.vn"


def joins(office: SignoffDesk, *, ended: bool = False) -> None:
    """The department of health exists, with a spokesperson whom Telegram does not know."""
    until = office.clock.now() if ended else None
    made = person(555, "Đỗ Thị Lành", Assignment(Role.REGULAR, unit="so-y-te", valid_to=until))
    health: Person = replace(made, unit="so-y-te", telegram_id=None, email=MAILBOX)
    units = (Unit("so-y-te", "Sở Y tế", "Department of Health"),)
    office.people = replace(office.people, units=units, people=(*office.people.people, health))


async def holds(office: SignoffDesk, *, lift: bool = False) -> Reason:
    return (await office.does("p101", HoldJointly("7K2", "so-y-te", lift=lift))).reason


@pytest.mark.parametrize(("level", "code"), [(2, {}), (3, {"code": CODE})])
async def test_the_other_units_spokesperson_agrees_by_the_link_in_a_letter(
    office: SignoffDesk, level: int, code: dict[str, str]
) -> None:
    joins(office)
    office.codes.people |= {YTE} if code else set()
    await office.open(level=level)
    await office.channel.pump()
    assert office.post.to(MAILBOX) == [], "another unit's matter"
    assert await holds(office) is Reason.HELD_JOINTLY
    await office.channel.pump()
    browser = Visitor()
    try:
        await browser.enter(office.letter_link(YTE))
        await browser.press("/agree_jointly", **code)
    finally:
        await browser.close()
    assert office.told[-1].reason is Reason.AGREED_JOINTLY
    current = await office.current()
    approved = await office.does("p102", Approve("7K2", current.version, current.sha256[:8]))
    assert approved.reason is Reason.APPROVED


async def test_a_unit_that_went_out_before_its_letter_left_gets_none(office: SignoffDesk) -> None:
    joins(office)
    await office.open()
    await holds(office)
    office.post.data_answers = ["451 busy"]
    assert await office.channel.pump() == 0
    assert await holds(office, lift=True) is Reason.NO_LONGER_HELD
    office.clock.advance(minutes=10)
    assert await office.channel.pump() == 0
    assert office.post.to(MAILBOX) == []


async def test_nobody_whose_role_has_ended_gets_a_letter_about_a_joint_case(office: SignoffDesk) -> None:
    joins(office, ended=True)
    await office.open()
    assert await holds(office) is Reason.HELD_JOINTLY_BY_NOBODY
    await office.channel.pump()
    assert office.post.to(MAILBOX) == []
