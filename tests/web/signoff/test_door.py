"""The link itself: who may open it, how often, and that looking at it changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot.model.commands import Edit, FalseAlarm
from bot.model.person import Assignment, Role
from bot.store import email_letters
from bot.web.late import NOTED
from tests.signoff_desk import SignoffDesk
from tests.visitor import Visitor


async def test_before_it_is_opened_a_link_shows_nothing_of_the_words(office: SignoffDesk, phat: Visitor) -> None:
    page = await phat.get(await office.link_for())
    assert phat.status == 200
    assert "Nguyễn Văn Phát" in page
    assert (await office.view()).incident.title not in page
    assert (await office.current()).full_vi[:40] not in page


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND"])
async def test_a_mail_scanner_that_looks_changes_nothing(office: SignoffDesk, method: str) -> None:
    link = await office.link_for()
    before = await office.everything()
    async with ClientSession() as scanner:
        for address in (link, f"{link}/again", f"{link}?utm_source=scan"):
            await (await scanner.request(method, address)).read()
    assert await office.everything() == before


async def test_a_scanner_that_follows_form_actions_changes_nothing(office: SignoffDesk, phat: Visitor) -> None:
    link = await office.link_for()
    await phat.enter(link)
    room = phat.url
    before = await office.everything()
    async with ClientSession() as scanner:
        for address in (room, *(f"{room}/{act}" for act in ("approve", "return", "edit", "latest"))):
            for method in ("GET", "HEAD", "OPTIONS"):
                await (await scanner.request(method, address)).read()
        # A robot that even posts, without the hidden field of the form:
        await (await scanner.post(link, data={})).read()
        await (await scanner.post(link, data={"form": "x" * 32})).read()
        await (await scanner.post(f"{room}/approve", data={"code": "123456"})).read()
    assert await office.everything() == before


async def test_a_prefetched_link_still_opens_for_its_owner(office: SignoffDesk, phat: Visitor) -> None:
    link = await office.link_for()
    async with ClientSession() as scanner:
        await (await scanner.get(link)).read()
    await phat.enter(link)
    assert (await office.current()).full_vi.splitlines()[0] in phat.page


async def test_a_link_opened_twice_is_refused_the_second_time_and_the_owner_may_ask_for_another(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    link = await office.link_for()
    await stranger.enter(link)  # a forwarded letter, opened before its owner came
    page = await phat.get(link)
    assert phat.status == 403
    assert "đã được mở trên thiết bị khác lúc 02h00" in page
    assert (await office.current()).full_vi[:40] not in page

    office.clock.advance(minutes=2)
    await phat.press("/again")
    assert "p•••@thuonggiang.example.vn" in phat.page
    await office.channel.pump()
    newer = office.letter_link("p102")
    assert newer != link
    await phat.enter(newer)
    assert "Duyệt bản 1" in phat.page
    await stranger.get(stranger.url)
    assert "đã mở một đường dẫn mới hơn" in stranger.page, "the owner's opening ends the forwarded one"
    assert 'action="/signoff/s/' not in stranger.page


async def test_two_browsers_that_hold_the_form_at_once_do_not_both_get_in(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    link = await office.link_for()
    await phat.get(link)
    await stranger.get(link)
    await phat.press(link.rpartition("/")[2])
    await stranger.press(link.rpartition("/")[2])
    assert phat.status == 200
    assert stranger.status == 403
    assert "thiết bị khác" in stranger.page


async def test_the_browser_that_opened_it_comes_back_by_the_same_link(office: SignoffDesk, phat: Visitor) -> None:
    link = await office.link_for()
    await phat.enter(link)
    room = phat.url
    await phat.get(link)
    assert phat.url == room
    assert len(await office.record("signoff_open")) == 1


async def test_opening_is_on_the_record_with_the_version_that_was_read(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    (entry,) = await office.record("signoff_open")
    assert (entry.event.actor, entry.event.channel, entry.event.version) == ("p102", "email", 1)


async def test_an_old_letter_in_the_wrong_hands_does_not_fill_the_record(
    office: SignoffDesk, stranger: Visitor
) -> None:
    link = await office.link_for()
    form = await stranger.get(link)
    office.clock.advance(hours=5)
    for _ in range(NOTED + 10):
        stranger.page, stranger.url = form, link
        await stranger.press(link.rpartition("/")[2])
        assert stranger.status == 403
    assert len(await office.record("signoff_open")) == NOTED, "that somebody tries, and tries on, is to be seen"


async def test_an_expired_link_opens_nothing(office: SignoffDesk, phat: Visitor) -> None:
    link = await office.link_for()
    await phat.get(link)
    office.clock.advance(hours=4)
    await phat.press(link.rpartition("/")[2])
    assert phat.status == 403
    assert "đã hết hạn" in phat.page
    assert (await office.record("signoff_open"))[-1].event.details["outcome"] == "link_expired"


async def test_a_clock_set_back_an_hour_opens_no_expired_session_and_closes_no_good_one(
    office: SignoffDesk, phat: Visitor
) -> None:
    link = await office.link_for()
    office.clock.advance(hours=-1)
    await phat.enter(link)
    assert "Duyệt bản 1" in phat.page


@pytest.mark.parametrize("place", [0, 10, 25, 26, 40, 49])
async def test_a_tampered_link_is_unknown(office: SignoffDesk, phat: Visitor, place: int) -> None:
    link = await office.link_for()
    base, _, token = link.rpartition("/")
    changed = token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :]
    page = await phat.get(f"{base}/{changed}")
    assert phat.status == 404
    assert "Đường dẫn không hợp lệ" in page


@pytest.mark.parametrize(
    "token", ["x", "a" * 49, "a" * 50, "a" * 51, "A" * 50, "%00" * 50, "a" * 5000, "ệ" * 50, "s", "static", "..%2fapp"]
)
async def test_what_is_no_link_is_unknown(office: SignoffDesk, phat: Visitor, token: str) -> None:
    await phat.get(f"{office.base}/signoff/{token}")
    assert phat.status == 404


@pytest.mark.parametrize("column", ["person", "version", "sha256", "address", "expires_at"])
async def test_a_row_that_was_changed_in_the_database_no_longer_fits_its_link(
    office: SignoffDesk, phat: Visitor, column: str
) -> None:
    link = await office.link_for()
    value = {"version": "2", "expires_at": "'2030-01-01 00:00:00.000000'"}.get(column, "'p104'")
    async with office.database.write() as tx:
        await tx.exec_driver_sql(f"UPDATE signoff_tickets SET {column} = {value}")
    await phat.get(link)
    assert phat.status == 404


@pytest.mark.parametrize("how", ["role ended", "left", "address changed"])
async def test_whoever_lost_their_task_or_mailbox_opens_nothing(office: SignoffDesk, phat: Visitor, how: str) -> None:
    link = await office.link_for()
    first, *others = office.people.people
    changed = {
        "role ended": (replace(first, assignments=(Assignment(Role.REGULAR, valid_to=office.clock.now()),)),),
        "left": (),
        "address changed": (replace(first, email="another@thuonggiang.example.vn"),),
    }[how]
    office.people = replace(office.people, people=(*changed, *others))
    await phat.get(link)
    assert phat.status == 403
    assert "<form" not in phat.page or how == "address changed"


async def test_a_new_link_goes_to_the_mailbox_that_is_registered_now_and_not_too_often(
    office: SignoffDesk, phat: Visitor
) -> None:
    link = await office.link_for()
    office.clock.advance(hours=4)
    await phat.get(link)
    for _ in range(2):
        page = phat.page
        await phat.press("/again")
        phat.page, phat.url = page, link
    assert phat.status == 429
    sent = 1
    for _ in range(10):
        office.clock.advance(seconds=61)
        await phat.get(link)
        if "/again" in phat.page:
            await phat.press("/again")
            sent += phat.status == 200
    assert sent == 6, "six an hour"
    async with office.database.read() as tx:
        due = await email_letters.due(tx, office.clock.now())
    assert {q.ticket.address for q in due} == {"p102@thuonggiang.example.vn"}


async def test_where_nothing_waits_any_more_no_new_link_is_offered(office: SignoffDesk, phat: Visitor) -> None:
    link = await office.link_for()
    await office.does("p104", FalseAlarm(office.incident_id, "nhầm"))
    office.clock.advance(hours=5)
    await phat.get(link)
    assert "<form" not in phat.page


async def test_no_answer_is_kept_by_a_cache_framed_or_told_to_others(office: SignoffDesk, phat: Visitor) -> None:
    link = await office.link_for()
    answers = []
    for address in (link, f"{office.base}/signoff/unknown", f"{office.base}/signoff/s/{'0' * 32}"):
        await phat.get(address)
        answers.append(phat.headers)
    await phat.enter(link)
    answers.append(phat.headers)
    async with ClientSession() as http, http.put(link) as refused:
        answers.append(dict(refused.headers))
    for headers in answers:
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy


async def test_the_cookie_is_for_this_page_alone(office: SignoffDesk) -> None:
    link = await office.link_for()
    browser = Visitor()
    await browser.get(link)
    async with ClientSession() as http:
        from bot.model.signoff import form_token
        from bot.store import signoff
        from tests.signoff_desk import KEY

        async with office.database.read() as tx:
            ticket = await signoff.get(tx, str(await email_letters_ticket(office)))
        assert ticket is not None
        form = form_token(ticket, "open", KEY)
        async with http.post(link, data={"form": form}, allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]
    await browser.close()
    for part in ("HttpOnly", "SameSite=Lax", "Path=/signoff"):
        assert part in cookie


async def email_letters_ticket(office: SignoffDesk) -> str:
    async with office.database.read() as tx:
        rows = await tx.exec_driver_sql("SELECT id FROM signoff_tickets WHERE person = 'p102'")
        return str(rows.scalar_one())


async def test_a_text_that_changed_since_the_letter_leads_on_to_the_current_one(
    office: SignoffDesk, phat: Visitor
) -> None:
    link = await office.link_for()
    await office.does("p101", Edit(office.incident_id, 1, "Văn bản mới."))
    await phat.enter(link)
    assert "Bản 1 không còn hiệu lực" in phat.page
    assert "Duyệt bản" not in phat.page
    await phat.press("/latest")
    assert "Văn bản mới." in phat.page
    assert "Duyệt bản 2" in phat.page
