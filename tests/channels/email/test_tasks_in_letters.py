"""A letter says what it asks of its reader, and a reader who is asked something else is written to again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from bot.model import commands as c
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from bot.model.unit import Unit
from tests.approval.office import person
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor

HEALTH = (Unit("so-y-te", "Sở Y tế", "Department of Health"),)


def to(office: SignoffDesk, who: str) -> list[EmailMessage]:
    return office.post.to(f"{who}@thuonggiang.example.vn")


def subjects(office: SignoffDesk, who: str) -> list[str]:
    return [letter["Subject"] for letter in to(office, who)]


async def letters(office: SignoffDesk) -> None:
    """Telegram is away, and everybody who has something to do with the matter is written to."""
    await office.link_for()


async def test_the_subject_and_the_words_say_what_each_reader_is_asked(office: SignoffDesk) -> None:
    await office.open(playbook="food-poisoning", level=2, title="Nhiều người đau bụng")
    await letters(office)
    assert subjects(office, "p102") == ["[Kẻng] Mức 2 · 7K2 · Chờ anh/chị duyệt bản 1: Nhiều người đau bụng"]
    assert subjects(office, "p103") == ["[Kẻng] Mức 2 · 7K2 · Chờ anh/chị soát pháp lý bản 1: Nhiều người đau bụng"]
    duty = "[Kẻng] Mức 2 · 7K2 · Để biết: bản 1 chờ Nguyễn Văn Phát hoặc Phạm Văn Chủ duyệt: Nhiều người đau bụng"
    assert subjects(office, "p101") == [duty]
    approving, informing = to(office, "p102")[0].get_content(), to(office, "p101")[0].get_content()
    assert "đang chờ anh/chị duyệt" in approving
    assert "Chờ cán bộ pháp chế soát; chưa duyệt được." in approving
    assert "anh/chị không phải duyệt" in informing
    assert "Để đọc toàn văn, duyệt" not in informing
    assert "soát pháp lý, xin mở đường dẫn" in to(office, "p103")[0].get_content()


async def test_english_readers_are_asked_in_english(office: SignoffDesk) -> None:
    office.people = replace(office.people, people=tuple(replace(p, lang="en") for p in office.people.people))
    await office.open(playbook="water-contamination", level=2)
    await letters(office)
    assert "Version 1 awaits your approval" in subjects(office, "p102")[0]
    assert "For information: version 1 awaits approval by Nguyễn Văn Phát" in subjects(office, "p101")[0]


async def test_of_many_who_may_decide_two_are_named(office: SignoffDesk) -> None:
    more = [person(200 + n, f"Người {n}", Assignment(Role.REGULAR)) for n in range(3)]
    office.people = replace(office.people, people=(*office.people.people, *more))
    await office.open(playbook="water-contamination", level=2)
    await letters(office)
    assert "chờ Nguyễn Văn Phát, Phạm Văn Chủ hoặc 3 người khác duyệt" in subjects(office, "p101")[0]


@pytest.fixture
def health(office: SignoffDesk) -> str:
    """The department of health takes part in the matter; its spokesperson has a mailbox alone."""
    made = person(555, "Đỗ Thị Lành", Assignment(Role.REGULAR, unit="so-y-te"))
    joined = replace(made, unit="so-y-te", telegram_id=None, email="p555@thuonggiang.example.vn")
    office.people = replace(office.people, units=HEALTH, people=(*office.people.people, joined))
    return "p555"


async def test_whoever_had_the_letter_and_is_then_asked_to_agree_is_written_to_again_and_once(
    office: SignoffDesk, health: str
) -> None:
    supporting = replace(office.people.people[-1], assignments=(Assignment(Role.REGULAR),))  # hears of every matter
    office.people = replace(office.people, people=(*office.people.people[:-1], supporting))
    await office.open(playbook="water-contamination", level=4)
    await letters(office)
    assert len(subjects(office, "p101")) == 1
    before = subjects(office, health)
    assert [("duyệt bản 1" in subject) for subject in before] == [True]

    plain = replace(supporting, assignments=(Assignment(Role.DUTY),))  # may no longer speak: only told from now on
    office.people = replace(office.people, people=(*office.people.people[:-1], plain))
    office.clock.advance(minutes=5)
    await office.channel.pump()
    assert subjects(office, health) == before, "asked less than before: no letter"


async def test_the_joint_text_brings_its_own_letter_to_whom_the_matter_was_only_told(
    office: SignoffDesk, health: str
) -> None:
    both = (Assignment(Role.REGULAR, unit="so-y-te"), Assignment(Role.DUTY))
    told = replace(office.people.people[-1], assignments=both)
    office.people = replace(office.people, people=(*office.people.people[:-1], told))
    office.people = replace(office.people, people=tuple(replace(p, telegram_id=None) for p in office.people.people))
    await office.open(playbook="water-contamination", level=2)
    await office.channel.pump()
    await office.channel.pump()
    first = subjects(office, health)
    assert all("Để biết" in subject for subject in first)

    assert (await office.does("p101", c.HoldJointly("7K2", "so-y-te"))).reason is Reason.HELD_JOINTLY
    for _ in range(3):
        office.clock.advance(minutes=10)
        await office.channel.pump()
    assert len(subjects(office, health)) == len(first) + 1, "one letter for the new task, however often one looks"
    assert "Chờ anh/chị đồng ý bản 1" in subjects(office, health)[-1]
    assert "thay mặt đơn vị đồng ý" in to(office, health)[-1].get_content()
    assert len(subjects(office, "p102")) == 1, "nothing else was asked of the spokesperson"

    assert (await office.does("p101", c.HoldJointly("7K2", "so-y-te", lift=True))).reason is Reason.NO_LONGER_HELD
    assert (await office.does("p101", c.HoldJointly("7K2", "so-y-te"))).reason is Reason.HELD_JOINTLY
    office.clock.advance(minutes=10)
    await office.channel.pump()
    assert len(subjects(office, health)) == len(first) + 1, "that was asked before"


async def test_a_level_that_asks_for_a_check_writes_again_to_who_may_make_it(office: SignoffDesk) -> None:
    await office.open(playbook="water-contamination", level=3)
    await letters(office)
    assert "Để biết" in subjects(office, "p103")[0]
    assert (await office.does("p102", c.SetLevel("7K2", 4, "lan rộng"))).reason is Reason.LEVEL_SET
    office.clock.advance(minutes=2)
    await office.channel.pump()
    assert [s for s in subjects(office, "p103") if "soát nội dung" in s], subjects(office, "p103")
    assert len(subjects(office, "p102")) == 1


async def test_a_letter_that_is_still_under_way_is_not_doubled_and_asks_what_is_asked_when_it_leaves(
    office: SignoffDesk,
) -> None:
    await office.open(playbook="water-contamination", level=3)
    office.post.data_answers = ["451 busy"] * 4
    await letters_refused(office)
    await office.does("p102", c.SetLevel("7K2", 4, "lan rộng"))
    office.clock.advance(minutes=10)
    await office.channel.pump()
    assert len(subjects(office, "p103")) == 1
    assert "soát nội dung" in subjects(office, "p103")[0]


async def letters_refused(office: SignoffDesk) -> None:
    """The mail server is busy."""
    office.telegram.away_since = office.clock.now() - timedelta(minutes=5)
    assert await office.channel.pump() == 0


async def test_the_page_names_the_second_factor_only_to_who_may_approve(office: SignoffDesk) -> None:
    office.codes.people.clear()
    await office.open(playbook="food-poisoning", level=3)
    await letters(office)
    pages = {}
    for who in ("p101", "p102", "p103"):
        browser = Visitor()
        try:
            pages[who] = await browser.enter(office.letter_link(who))
        finally:
            await browser.close()
    unenrolled = "chưa đăng ký mã xác thực nên chưa thể duyệt"
    assert unenrolled in pages["p102"]
    assert unenrolled not in pages["p101"], "the want of a code is not what keeps a duty officer from approving"
    assert unenrolled not in pages["p103"]
    assert "/phaply" not in pages["p102"], "no command of a chat to somebody who reads a page"
    assert "Chờ cán bộ pháp chế soát; chưa duyệt được." in pages["p102"]
    asked = pages["p103"].partition("Ý kiến của anh/chị")[2]
    assert "Đã soát pháp lý" in asked, "whoever is asked to check is told why they cannot yet"
    assert "/legal_check" not in asked


async def test_a_check_is_offered_to_whom_the_letter_asked(office: SignoffDesk) -> None:
    office.codes.people.add("p103")
    await office.open(playbook="food-poisoning", level=3)
    await letters(office)
    browser = Visitor()
    try:
        await browser.enter(office.letter_link("p103"))
        await browser.press("/legal_check", code=CODE)
    finally:
        await browser.close()
    assert office.told[-1].reason is Reason.LEGAL_CHECKED
