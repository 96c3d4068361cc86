"""The link to the internal board: one person's, opened once, soon, by a form; nobody else sees anything."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot.approval import acts
from bot.approval.organisation import load_organisation
from bot.locale import text
from bot.model import commands as c
from bot.model.board import LINKS_WITHIN
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from bot.playbooks import default_playbooks_folder
from bot.store import bindings, board_links
from bot.store.database import Database
from bot.web.late import NOTED
from tests.approval.office import KHACH, PHAT, PHO, PLAYBOOKS, TRUC, act, organisation, person
from tests.board_desk import BoardDesk, open_board_desk
from tests.conftest import MovableClock
from tests.visitor import Visitor

TITLE = "Nước máy có mùi dầu"


async def test_an_official_asks_opens_by_a_button_and_sees_the_board(office: BoardDesk, phat: Visitor) -> None:
    await office.open()
    link = await office.link_for(PHAT)
    await phat.get(link)
    assert phat.status == 200
    assert "Nguyễn Văn Phát" in phat.page
    assert TITLE not in phat.page, "the door shows nothing of any matter"
    await phat.press(link.rpartition("/")[2])
    assert (phat.status, phat.url) == (200, f"{office.base}/board"), "the link is not in the address any more"
    assert TITLE in phat.page
    (opened,) = await office.record("board_open")
    assert (opened.event.actor, opened.event.details["refused"]) == ("p102", False)
    (seen,) = await office.record("show_board")
    assert (seen.event.actor, seen.event.details["incidents"]) == ("p102", "7K2")
    (asked,) = await office.record("ask_board")
    assert link.rpartition("/")[2] not in str(asked), "the record opens nothing"


async def test_an_old_link_in_the_wrong_hands_does_not_fill_the_record(
    office: BoardDesk, phat: Visitor, stranger: Visitor
) -> None:
    link = await office.link_for(PHAT)
    await stranger.get(link)
    form = stranger.page
    await phat.enter(link)
    for _ in range(NOTED + 10):
        stranger.page, stranger.url = form, link
        await stranger.press(link.rpartition("/")[2])
        assert stranger.status == 403
    late = [entry for entry in await office.record("board_open") if entry.event.details["refused"]]
    assert len(late) == NOTED, "that somebody tries, and tries on, is to be seen"


async def test_what_is_stored_opens_nothing(office: BoardDesk, phat: Visitor) -> None:
    link = await office.link_for(PHAT)
    await phat.enter(link)
    (cookie,) = list(phat.http.cookie_jar)
    kept = str(await office.links())
    assert link.rpartition("/")[2] not in kept
    assert cookie.value not in kept


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
async def test_a_scanner_that_looks_at_the_link_uses_nothing_up(office: BoardDesk, phat: Visitor, method: str) -> None:
    link = await office.link_for(PHAT)
    before = await office.links()
    async with ClientSession() as http, http.request(method, link) as answer:
        assert answer.status < 500
        assert "Set-Cookie" not in answer.headers
    async with ClientSession() as http, http.post(link, data={"form": "0" * 32}) as answer:
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers
    assert await office.links() == before
    assert await office.record("board_open") == []
    await phat.enter(link)
    assert phat.url.endswith("/board")


async def test_whoever_comes_second_with_a_forwarded_link_is_told_and_sees_nothing(
    office: BoardDesk, phat: Visitor, stranger: Visitor
) -> None:
    await office.open()
    link = await office.link_for(PHAT)
    await stranger.get(link)
    await phat.enter(link)
    await stranger.press(link.rpartition("/")[2])
    assert stranger.status == 403
    assert "đã được mở lúc" in stranger.page
    assert "/bang dong" in stranger.page
    assert TITLE not in stranger.page
    await stranger.get(f"{office.base}/board")
    assert (stranger.status, TITLE in stranger.page) == (403, False)
    refused = [e for e in await office.record("board_open") if e.event.details["refused"]]
    assert [e.event.details["outcome"] for e in refused] == ["board_link_opened"], "on the record"


async def test_of_two_who_press_at_the_same_time_one_gets_in(
    office: BoardDesk, phat: Visitor, stranger: Visitor
) -> None:
    link = await office.link_for(PHAT)
    await phat.get(link)
    await stranger.get(link)
    await asyncio.gather(*(browser.press(link.rpartition("/")[2]) for browser in (phat, stranger)))
    assert sorted((phat.status, stranger.status)) == [200, 403]
    for browser in (phat, stranger):
        await browser.get(f"{office.base}/board")
    assert sorted((phat.status, stranger.status)) == [200, 403]
    assert len(await office.record("show_board")) == 2


async def test_the_owner_is_told_in_the_chat_that_a_link_was_opened_and_by_whom_it_may_have_been(
    office: BoardDesk, stranger: Visitor
) -> None:
    link = await office.link_for(PHAT)
    await stranger.get(link)
    assert office.told == {}, "a look tells nobody anything"
    await stranger.enter(link)
    await stranger.get(link)
    ((key, told),) = office.told.items()
    assert key.startswith("board-opened:")
    assert (told.to, told.words, told.values["at"]) == ("p102", "board_opened", "02h00 ngày 23/11/2026")
    assert "/bang dong" in text("vi", "notice.board_opened", **told.values)


async def test_the_owner_who_follows_the_used_link_again_is_led_on(office: BoardDesk, phat: Visitor) -> None:
    link = await office.link_for(PHAT)
    await phat.enter(link)
    await phat.get(link)
    assert phat.status == 403
    assert 'href="/board"' in phat.page


async def test_an_expired_link_says_what_to_do(office: BoardDesk, phat: Visitor) -> None:
    link = await office.link_for(PHAT)
    await phat.get(link)
    office.clock.advance(minutes=10)
    await phat.press(link.rpartition("/")[2])
    assert phat.status == 403
    assert "hết hạn" in phat.page
    assert "/bang" in phat.page
    assert "<form" not in phat.page


async def test_a_new_link_puts_an_end_to_one_that_was_not_opened(office: BoardDesk, phat: Visitor) -> None:
    old, new = await office.link_for(PHAT), await office.link_for(PHAT)
    await phat.get(old)
    assert phat.status == 403
    assert "đã có đường dẫn mới hơn" in phat.page
    await phat.enter(new)
    assert phat.status == 200


@pytest.mark.parametrize("cut", ["", "abc", "A" * 40, "a" * 39, "a" * 40, "../../etc/passwd", "%00"])
async def test_an_address_that_is_no_link_is_told_in_words(office: BoardDesk, stranger: Visitor, cut: str) -> None:
    await stranger.get(f"{office.base}/board/o/{cut}", allow_redirects=False)
    assert stranger.status == 404
    assert "Traceback" not in stranger.page


async def test_english_readers_are_told_in_english(office: BoardDesk, stranger: Visitor) -> None:
    await stranger.get(f"{office.base}/board", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert "The board is not open on this device" in stranger.page
    office.people = organisation(replace(person(PHAT, "Nguyễn Văn Phát", Assignment(Role.REGULAR)), lang="en"))
    await office.open()
    await stranger.enter(await office.link_for(PHAT))
    assert "Open (1)" in stranger.page
    assert "Đang mở (" not in stranger.page


async def test_strangers_and_those_without_a_task_get_no_link(office: BoardDesk) -> None:
    office.people = organisation(person(TRUC, "Trần Thị Trực", Assignment(Role.ADMIN)))
    assert (await office.does(KHACH, c.AskBoard())).reason is Reason.NOT_ENROLLED
    assert (await office.does(TRUC, c.AskBoard())).reason is Reason.NO_RIGHT_TO_ACT
    assert await office.links() == []


async def test_links_are_not_given_out_without_end(office: BoardDesk) -> None:
    for _ in range(LINKS_WITHIN):
        await office.link_for(PHAT)
    assert (await office.does(PHAT, c.AskBoard())).reason is Reason.BOARD_LINKS_TOO_MANY
    assert (await office.does(PHO, c.AskBoard())).reason is Reason.BOARD_LINK_GIVEN
    office.clock.advance(hours=1, seconds=1)
    assert (await office.does(PHAT, c.AskBoard())).reason is Reason.BOARD_LINK_GIVEN


async def test_without_an_address_that_people_reach_safely_there_is_no_link(office: BoardDesk) -> None:
    async with office.database.write() as tx:
        outcome = await acts.perform(tx, replace(office.desk(), board_url=None), act(PHAT, c.AskBoard()))
    assert outcome.reason is Reason.BOARD_NOT_SERVED
    assert await office.links() == []


async def test_the_session_ends_after_a_shift(office: BoardDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for(PHAT))
    office.clock.advance(hours=8, seconds=-1)
    await phat.get(f"{office.base}/board")
    assert phat.status == 200
    office.clock.advance(seconds=1)
    await phat.get(f"{office.base}/board")
    assert phat.status == 403
    assert "đã kết thúc" in phat.page


async def test_a_role_that_ends_ends_the_board_at_the_next_look_and_before_the_link_is_opened(
    office: BoardDesk, phat: Visitor, stranger: Visitor
) -> None:
    await office.open()
    await phat.enter(await office.link_for(PHAT))
    unopened = await office.link_for(PHAT)
    ended = Assignment(Role.REGULAR, valid_to=office.clock.now() + timedelta(minutes=1))
    office.people = organisation(person(PHAT, "Nguyễn Văn Phát", ended))
    office.clock.advance(minutes=1)
    await phat.get(f"{office.base}/board")
    assert (phat.status, TITLE in phat.page) == (403, False)
    await stranger.get(unopened)
    assert stranger.status == 403
    assert "<form" not in stranger.page
    office.people = replace(organisation(), people=organisation().people[1:])
    await phat.get(f"{office.base}/board")
    assert (phat.status, TITLE in phat.page) == (403, False)
    assert "không còn trong danh sách" in phat.page


async def test_whoever_lets_go_of_the_account_has_no_board_any_more(office: BoardDesk, phat: Visitor) -> None:
    office.people = organisation(replace(person(PHAT, "Nguyễn Văn Phát", Assignment(Role.REGULAR)), telegram_id=None))
    async with office.database.write() as tx:
        await bindings.bind(tx, "p102", "telegram", str(PHAT), "p104", office.clock.now())
    await phat.enter(await office.link_for(PHAT))
    assert phat.status == 200
    unopened = await office.link_for(PHAT)
    assert (await office.does(PHAT, c.Leave())).reason is Reason.LEFT
    await phat.get(f"{office.base}/board")
    assert phat.status == 403
    await phat.get(unopened)
    assert (phat.status, "Đường dẫn này không còn hiệu lực" in phat.page) == (403, True)


async def test_a_lost_phone_is_shut_out_from_the_chat(office: BoardDesk, phat: Visitor, stranger: Visitor) -> None:
    await phat.enter(await office.link_for(PHAT))
    unopened = await office.link_for(PHAT)
    ended = await office.does(PHAT, c.EndBoards())
    assert (ended.reason, ended.values["count"]) == (Reason.BOARDS_ENDED, "2")
    await phat.get(f"{office.base}/board")
    assert phat.status == 403
    await stranger.get(unopened)
    assert stranger.status == 403
    assert (await office.does(PHAT, c.EndBoards())).values["count"] == "0"


async def test_a_board_is_closed_on_the_device_itself(office: BoardDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for(PHAT))
    await phat.press("/board/leave")
    assert "Đã đóng bảng" in phat.page
    await phat.get(f"{office.base}/board")
    assert phat.status == 403
    assert len(await office.record("board_leave")) == 1


async def test_somebody_authorised_for_one_matter_sees_that_one(office: BoardDesk, phat: Visitor) -> None:
    one = await office.open(code="7K2", title="Vụ được ủy quyền")
    other = await office.open(code="8M3", title="Vụ khác")
    office.people = organisation(person(555, "Đỗ Thị Giúp", Assignment(Role.AUTHORISED, case="7K2", document="12/GUQ")))
    await phat.enter(await office.link_for(555))
    assert "Vụ được ủy quyền" in phat.page
    assert "Vụ khác" not in phat.page
    for incident, status in ((one, 404), (other, 404)):  # no topic is counted; the other would be refused anyway
        await phat.get(f"{office.base}/board/curve/{incident.id}.svg")
        assert phat.status == status
    assert office.drawn == [one.id]


async def test_people_of_an_accused_unit_see_that_there_is_a_matter_and_nothing_of_it(
    office: BoardDesk, phat: Visitor, stranger: Visitor
) -> None:
    found = load_organisation(
        default_playbooks_folder() / "organisation" / "sample", {p.id: (p.lead, p.support) for p in PLAYBOOKS.values()}
    )
    office.people = replace(
        found, people=tuple(replace(p, telegram_id=201) if p.id == "yte" else p for p in found.people)
    )
    matter = await office.open(playbook="food-poisoning", title="Bệnh viện giấu số người ngộ độc")
    await phat.enter(await office.link_for(201))
    assert "Bệnh viện giấu" in phat.page
    assert (await office.does(TRUC, c.MarkAccused(matter.id, "so-y-te"))).reason is Reason.ACCUSED_NOTED
    await phat.get(f"{office.base}/board")
    assert "7K2" in phat.page
    assert "Bệnh viện giấu" not in phat.page
    assert "Đơn vị của anh/chị bị phản ánh" in phat.page
    assert "Các bản thông tin" not in phat.page
    await phat.get(f"{office.base}/board/curve/{matter.id}.svg")
    assert (phat.status, office.drawn) == (404, [])
    await stranger.enter(await office.link_for(PHAT))
    assert "Bệnh viện giấu" in stranger.page, "the unit above sees it"


@pytest.mark.parametrize("secure", [False, True])
async def test_the_cookie_is_for_this_page_alone(database: Database, clock: MovableClock, secure: bool) -> None:
    async with open_board_desk(database, clock, secure=secure) as office:
        link = await office.link_for(PHAT)
        browser = Visitor()
        await browser.get(link)
        form = browser.page.partition('name="form" value="')[2][:32]
        async with browser.http.post(link, data={"form": form}, allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]
            assert answer.headers["Location"] == "/board"
        await browser.close()
    for part in ("HttpOnly", "SameSite=Strict", "Path=/board", "Max-Age=28800"):
        assert part in cookie
    assert ("Secure" in cookie) is secure


async def test_no_answer_is_kept_by_a_cache_framed_or_told_to_others(office: BoardDesk, phat: Visitor) -> None:
    answers = []
    link = await office.link_for(PHAT)
    for address in (link, f"{office.base}/board", f"{office.base}/board/o/x", f"{office.base}/board/nothing"):
        await phat.get(address)
        answers.append(phat.headers)
    await phat.enter(link)
    answers.append(phat.headers)
    async with ClientSession() as http, http.put(f"{office.base}/board") as refused:
        answers.append(dict(refused.headers))
        assert refused.status == 405
    for headers in answers:
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"].startswith("noindex")
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy


async def test_a_guessed_cookie_is_nobody(office: BoardDesk, stranger: Visitor) -> None:
    await office.open()
    await office.link_for(PHAT)
    for value in ("", "x", "0" * 64, "None", "\udcff".encode("utf-8", "replace").decode()):
        await stranger.get(f"{office.base}/board", headers={"Cookie": f"keng-board={value}"})
        assert (stranger.status, TITLE in stranger.page) == (403, False)


async def test_old_links_are_forgotten(office: BoardDesk, database: Database) -> None:
    await office.link_for(PHAT)
    office.clock.advance(days=2)
    await office.link_for(PHO)
    async with database.write() as tx:
        assert await board_links.forget(tx, office.clock.now() - timedelta(days=1), 500) == 1
    assert len(await office.links()) == 1
