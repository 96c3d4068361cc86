"""From a letter to the internal board: the mailbox alone opens one matter, a code besides it opens the board."""

from __future__ import annotations

from dataclasses import replace

from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from tests.approval.office import PHAT, person
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor


async def test_a_code_leads_from_the_letter_to_the_board(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    assert "Bảng theo dõi nội bộ" in phat.page
    await phat.press("/board", code=CODE)
    assert (phat.status, phat.url) == (200, f"{office.base}/board")
    assert "Nước máy có mùi dầu" in phat.page
    (opened,) = await office.record("board_open")
    assert (opened.event.actor, opened.event.details["second_factor"]) == ("p102", "yes")


async def test_the_owner_is_told_in_the_chat_of_this_opening_too(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/board", code="000000")
    assert office.notices == {}
    await phat.get(phat.url.removesuffix("/board"))
    await phat.press("/board", code=CODE)
    (told,) = office.notices.values()
    assert (told.to, told.words) == ("p102", "board_opened")


async def test_a_wrong_code_opens_nothing_and_is_on_the_record(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/board", code="000000")
    assert phat.status == 403
    assert "Mã xác thực không đúng" in phat.page
    await phat.get(f"{office.base}/board")
    assert phat.status == 403
    (tried,) = await office.record("board_open")
    assert tried.event.details["outcome"] == Reason.SECOND_FACTOR_WRONG.value


async def test_a_code_is_good_for_one_board(office: SignoffDesk, phat: Visitor) -> None:
    link = await office.link_for()
    await phat.enter(link)
    await phat.press("/board", code=CODE)
    await phat.get(link)
    await phat.press("/board", code=CODE)
    assert phat.status == 403


async def test_without_a_device_the_letter_says_how_to_enrol(office: SignoffDesk, phat: Visitor) -> None:
    office.codes.people.clear()
    await phat.enter(await office.link_for())
    assert "chưa mở được bảng từ trang này" in phat.page
    assert "/board" not in phat.page.partition("<main")[2]


async def test_another_browser_and_another_forms_token_open_nothing(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    await phat.enter(await office.link_for())
    for browser in (stranger, phat):
        async with browser.http.post(f"{phat.url}/board", data={"form": "x" * 24, "code": CODE}) as answer:
            assert answer.status == 403
            assert "keng-board" not in answer.headers.get("Set-Cookie", "")
    assert CODE in office.codes.good, "the code was not used up"


async def test_a_mailbox_that_is_no_longer_the_persons_ends_the_board(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/board", code=CODE)
    moved = replace(person(PHAT, "Nguyễn Văn Phát", Assignment(Role.REGULAR)), email="khac@thuonggiang.example.vn")
    office.people = replace(office.people, people=(moved, *office.people.people[1:]))
    await phat.get(f"{office.base}/board")
    assert phat.status == 403
