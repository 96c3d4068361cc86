"""What stands before the public can be passed without Telegram: checks, a second person, taking the case on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.model import commands as c
from bot.model.gate import GateKind
from bot.model.incident import SPLIT_OFF
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.store import deliveries
from tests.approval.factors import Authenticator
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor


@pytest.fixture
async def browsers() -> AsyncIterator[list[Visitor]]:
    opened: list[Visitor] = []
    yield opened
    for browser in opened:
        await browser.close()


async def enter(office: SignoffDesk, browsers: list[Visitor], person: str) -> Visitor:
    browser = Visitor()
    browsers.append(browser)
    await browser.enter(await office.link_for(person))
    return browser


async def at_level_4(office: SignoffDesk) -> None:
    """A matter of level 4, and an office in which everybody who acts has enrolled a device."""
    office.codes.people |= {"p101", "p103"}
    begun = await office.does("p102", c.EnrolFactor())
    app = Authenticator(begun.values["sealed"], "p102")
    await office.does("p101", c.VouchFactor(begun.values["pairing"]))
    assert (await office.does("p102", c.ConfirmFactor(app.code(office.clock.now())))).reason is Reason.FACTOR_ACTIVE
    await office.open(code="8M4", level=4)


def about(office: SignoffDesk, person: str) -> list[str]:
    """The letters that this person got about the matter."""
    letters = office.post.to(f"{person}@thuonggiang.example.vn")
    return [letter.get_content() for letter in letters if "8M4" in letter["Subject"]]


async def queued(office: SignoffDesk) -> list[str]:
    async with office.database.read() as tx:
        return [d.outlet for d in await deliveries.of_incident(tx, office.incident_id)]


async def test_a_matter_of_a_listed_topic_is_checked_and_approved_by_link_alone(
    office: SignoffDesk, browsers: list[Visitor]
) -> None:
    await office.open(playbook="food-poisoning", code="8M4", level=2)
    phat = await enter(office, browsers, "p102")
    assert "Chờ cán bộ pháp chế soát" in phat.page, "why nothing can be approved yet"
    pho = await enter(office, browsers, "p103")
    await pho.press("/legal_check")
    assert "đã soát pháp lý bản 1" in pho.page
    assert [kind for kind, _ in (await office.view()).signed] == [GateKind.LEGAL_CHECK]
    await phat.get(phat.url)
    await phat.press("/approve", code=CODE)
    assert (await office.current()).state is StatementState.APPROVED
    assert await queued(office) == ["newsroom"]
    (entry,) = await office.record("legal_check")
    assert (entry.event.actor, entry.event.channel) == ("p103", "email")


async def test_a_check_leaves_the_link_for_the_decision_and_bars_its_maker_from_approving(
    office: SignoffDesk, browsers: list[Visitor]
) -> None:
    await office.open(playbook="food-poisoning", code="8M4", level=2)
    chu = await enter(office, browsers, "p104")
    await chu.press("/legal_check", code=CODE)
    assert "đã soát pháp lý" in chu.page
    assert "/return" in chu.page, "the same words may still be returned by this link"
    assert "/approve" not in chu.page


async def test_who_may_not_check_is_offered_no_check(office: SignoffDesk, browsers: list[Visitor]) -> None:
    await office.open(playbook="food-poisoning", code="8M4", level=2)
    truc = await enter(office, browsers, "p101")
    assert "/legal_check" not in truc.page
    assert "/content_check" not in truc.page


async def test_level_4_goes_out_by_link_alone_with_three_persons_and_codes(
    office: SignoffDesk, browsers: list[Visitor]
) -> None:
    await at_level_4(office)
    truc = await enter(office, browsers, "p101")
    await truc.press("/content_check", code=CODE)
    assert "đã soát nội dung bản 1" in truc.page
    phat = await enter(office, browsers, "p102")
    assert "còn chờ một người khác cho công bố" in phat.page
    await phat.press("/approve", code="234567")
    assert (await office.current()).state is StatementState.APPROVED
    assert await queued(office) == []
    assert "/release" not in phat.page, "whoever approved does not let the words go"

    await truc.get(truc.url)
    assert "/release" in truc.page, "the link that checked shows what waits now"
    await truc.press("/release", code="345678")
    assert await queued(office) == ["newsroom"]
    assert "công bố" in truc.page


async def test_the_second_person_returns_by_link_what_they_will_not_let_go(
    office: SignoffDesk, browsers: list[Visitor]
) -> None:
    await at_level_4(office)
    truc = await enter(office, browsers, "p101")
    await truc.press("/content_check", code=CODE)
    phat = await enter(office, browsers, "p102")
    await phat.press("/approve", code="234567")
    await truc.get(truc.url)
    assert "/release" in truc.page
    await truc.press("/return", words="Sai tên xưởng", code="345678")
    assert "Đã trả lại bản 1" in truc.page
    assert (await office.current()).state is StatementState.RETURNED
    assert await queued(office) == []


async def test_whoever_would_approve_in_another_name_reads_so_on_the_page(
    office: SignoffDesk, browsers: list[Visitor]
) -> None:
    await office.open(code="8M4", level=3)
    chu = await enter(office, browsers, "p104")
    assert "văn bản ghi tên người phát ngôn là Nguyễn Văn Phát, không phải anh/chị" in chu.page
    phat = await enter(office, browsers, "p102")
    assert "văn bản ghi tên người phát ngôn" not in phat.page


async def test_whoever_can_let_approved_words_go_is_written_to_and_the_approver_is_not(
    office: SignoffDesk, browsers: list[Visitor]
) -> None:
    everybody = office.people
    without = tuple(replace(p, email=None) if p.id in ("p103", "p104") else p for p in everybody.people)
    office.people = replace(everybody, people=without)
    await at_level_4(office)
    truc = await enter(office, browsers, "p101")
    await truc.press("/content_check", code=CODE)
    phat = await enter(office, browsers, "p102")
    await phat.press("/approve", code="234567")
    before = {p: about(office, p) for p in ("p101", "p102", "p103")}
    office.people = everybody
    office.clock.advance(seconds=90)
    await office.channel.pump()
    assert about(office, "p102") == before["p102"]
    assert len(about(office, "p101")) == len(before["p101"]) + 1, "they checked, and now are asked to let go"
    (letter,) = about(office, "p103")
    assert "đang chờ anh/chị cho công bố" in letter
    pho = await enter(office, browsers, "p103")
    await pho.press("/release", code="345678")
    assert await queued(office) == ["newsroom"]
    await office.channel.pump()
    assert about(office, "p103") == [letter], "nobody is written to about what was let go"


async def test_taking_the_case_on_by_link_starts_the_limit_and_leaves_the_link(
    office: SignoffDesk, browsers: list[Visitor]
) -> None:
    await office.open(code="8M4", level=2)
    phat = await enter(office, browsers, "p102")
    await phat.press("/acknowledge", code=CODE)
    assert (await office.view()).incident.accepted_by == "p102"
    assert "/acknowledge" not in phat.page
    await phat.press("/mark_impact", code="234567")
    assert (await office.view()).incident.impact_determined_by == "p102"
    await phat.press("/approve", code="345678")
    assert (await office.current()).state is StatementState.APPROVED


async def test_at_level_3_even_a_check_takes_a_code(office: SignoffDesk, browsers: list[Visitor]) -> None:
    await office.open(playbook="food-poisoning", code="8M4", level=3)
    pho = await enter(office, browsers, "p103")
    assert "/legal_check" not in pho.page, "who has no code passes no gate at this level"
    chu = await enter(office, browsers, "p104")
    await chu.press("/legal_check", code="000000")
    assert [o.reason.value for o in office.told] == ["second_factor_wrong"]
    assert (await office.view()).signed == ()


async def test_a_case_that_was_split_off_gets_its_playbook_confirmed_and_is_then_approved(
    office: SignoffDesk, browsers: list[Visitor]
) -> None:
    made = await office.open(code="8M4", level=2, match_reason=SPLIT_OFF)
    phat = await enter(office, browsers, "p102")
    assert "chưa ai xác nhận cẩm nang; chưa duyệt được" in phat.page
    assert "/camnang" not in phat.page
    await phat.press("/confirm_playbook", code=CODE, words=made.playbook)
    assert not (await office.view()).incident.playbook_is_provisional
    assert "/confirm_playbook" not in phat.page
    await phat.press("/approve", code="234567")
    assert (await office.current()).state is StatementState.APPROVED


async def test_a_playbook_that_a_colleague_has_chosen_meanwhile_is_not_taken_back_by_a_page(
    office: SignoffDesk, browsers: list[Visitor]
) -> None:
    made = await office.open(code="8M4", level=2, match_reason=SPLIT_OFF)
    phat = await enter(office, browsers, "p102")
    assert "/confirm_playbook" in phat.page
    await office.does("p103", c.ChoosePlaybook(made.id, "food-poisoning"))
    await phat.press("/confirm_playbook", code=CODE, words=made.playbook)
    assert [o.reason for o in office.told] == [Reason.PLAYBOOK_MOVED_ON]
    assert (await office.view()).incident.playbook == "food-poisoning"
