"""Who must not enrol a device in somebody's name: with a mailbox alone, a voice alone, an old link, another browser."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.approval import factor_links
from bot.model.commands import ConfirmFactor, EnrolFactor, VouchFactor
from bot.model.factor_link import LINK_LIFE, TRIES, Ended, form_token
from bot.model.outcome import DUTY_ROOM
from bot.model.person import Assignment, Organisation, Person, Role
from bot.model.reasons import Reason
from bot.model.signoff import form_token as signoff_form
from bot.model.signoff import new_ticket, token_of
from tests.approval.factors import Authenticator
from tests.approval.office import PHAT, PHO, person
from tests.signoff_desk import KEY, SignoffDesk
from tests.visitor import Visitor
from tests.web.signoff.enrolling import (
    finish,
    invite,
    kept,
    open_link,
    pairing_on,
    secret_on,
    text_of,
    verify,
    vouched_for,
)

WRONG = "9Z9Z9Z"


async def test_a_forwarded_letter_opens_nothing_without_the_spoken_code(office: SignoffDesk, stranger: Visitor) -> None:
    sent = await invite(office)
    await open_link(stranger, sent.link, WRONG)
    assert stranger.status == 403
    assert "Mã không đúng" in stranger.page
    assert "secret" not in stranger.page
    (tried,) = await office.record("factor_open")
    assert (tried.event.details["outcome"], tried.event.details["person"]) == ("spoken_code_wrong", "p102")


async def test_five_wrong_codes_end_the_link_for_the_right_one_too(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    sent = await invite(office)
    for _ in range(TRIES):
        await open_link(stranger, sent.link, WRONG)
    assert "Đã nhập sai mã quá nhiều lần" in stranger.page
    await phat.get(sent.link)
    assert phat.status == 403
    assert "<form" not in phat.page
    assert (await kept(office, sent.id)).ended is Ended.GUESSED
    assert {(n.to, n.words) for n in office.notices.values()} == {
        ("p102", "factor_guessed"),
        (DUTY_ROOM, "factor_guessed_room"),
    }
    await office.channel.pump()
    assert "có thể người khác đang đọc hộp thư này" in text_of(office.post.to("p102@thuonggiang.example.vn")[-1])


async def test_tries_from_many_browsers_at_once_are_all_counted(office: SignoffDesk, stranger: Visitor) -> None:
    sent = await invite(office)
    await stranger.get(sent.link)
    link = await kept(office, sent.id)
    form = {"form": form_token(link, "open", KEY), "code": WRONG}
    answers = await asyncio.gather(*(stranger.http.post(sent.link, data=form) for _ in range(12)))
    assert {answer.status for answer in answers} == {403}
    assert (await kept(office, sent.id)).wrong == TRIES
    await open_link_refused(stranger, sent.link, sent.code, form["form"])


async def open_link_refused(visitor: Visitor, link: str, code: str, form: str) -> None:
    """The right code, with a form that was loaded before."""
    async with visitor.http.post(link, data={"form": form, "code": code}) as answer:
        assert answer.status == 403
        assert "keng-factor" not in answer.headers.get("Set-Cookie", "")


async def test_one_browser_opens_it_and_whoever_comes_second_is_told_when(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    sent = await invite(office)
    await stranger.get(sent.link)
    before = await kept(office, sent.id)
    await open_link(phat, sent.link, sent.code)
    await open_link_refused(stranger, sent.link, sent.code, form_token(before, "open", KEY))
    await stranger.get(sent.link)
    assert stranger.status == 403
    assert "đã được mở trên thiết bị khác lúc 02h00" in stranger.page
    await stranger.get(phat.url)
    assert stranger.status == 403
    assert "secret" not in stranger.page
    await phat.get(sent.link)
    assert phat.url.endswith(f"/signoff/f/s/{sent.id}"), "the browser that opened it is led on"


async def test_two_browsers_that_open_at_once_get_one_secret(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    sent = await invite(office)
    await asyncio.gather(phat.get(sent.link), stranger.get(sent.link))
    last = sent.link.rpartition("/")[2]
    await asyncio.gather(phat.press(last, code=sent.code), stranger.press(last, code=sent.code))
    assert sorted((phat.status, stranger.status)) == [200, 403]


async def test_a_link_ends_after_its_hours_and_the_page_after_its_minutes(office: SignoffDesk, phat: Visitor) -> None:
    old, fresh = await invite(office, "p104"), await invite(office)
    await open_link(phat, fresh.link, fresh.code)
    app = secret_on(phat)
    office.clock.advance(minutes=31)
    await phat.get(phat.url)
    assert phat.status == 403
    assert "đã quá 30 phút" in phat.page
    assert app.secret not in phat.page.replace(" ", "")
    office.clock.advance(seconds=LINK_LIFE.total_seconds())
    await phat.get(old.link)
    assert phat.status == 403
    assert "hết hạn" in phat.page


async def test_whoever_opens_in_the_last_minute_has_the_whole_half_hour(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    sent = await invite(office)
    office.clock.advance(seconds=LINK_LIFE.total_seconds() - 60)
    await open_link(phat, sent.link, sent.code)
    app = secret_on(phat)
    await open_link(stranger, sent.colleagues["p103"], pairing_on(phat))
    office.clock.advance(minutes=25)
    await finish(office, phat, app)
    assert "Đã đăng ký xong" in phat.page


async def test_a_clock_set_back_gives_no_link_a_second_life(office: SignoffDesk, phat: Visitor) -> None:
    sent = await invite(office)
    office.clock.advance(hours=-1)
    await phat.get(sent.link)
    assert phat.status == 403


async def test_a_later_link_ends_the_earlier_and_what_was_opened_by_it(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    first, other = await invite(office), await invite(office, "p104")
    await open_link(phat, first.link, first.code)
    second = await invite(office)
    await phat.get(phat.url)
    assert phat.status == 403
    assert "đường dẫn mới hơn" in phat.page
    await stranger.get(first.colleagues["p103"])
    assert stranger.status == 403
    for still in (second.link, other.link):
        await stranger.get(still)
        assert stranger.status == 200


async def test_a_role_that_ended_ends_the_page_in_the_middle_of_it(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    _, app = await vouched_for(office, phat, stranger)
    await phat.get(phat.url)
    ended = Assignment(Role.REGULAR, valid_to=office.clock.now() - timedelta(days=1))
    office.people = without(office, replace(person(PHAT, "Phát", ended), email="p102@thuonggiang.example.vn"))
    await phat.press("/confirm", code=app.at(office.clock.now()))
    assert phat.status == 403
    assert "chưa được phân công" in phat.page
    assert await verify(office, app.at(office.clock.now())) is Reason.SECOND_FACTOR_NOT_ENROLLED


async def test_a_colleague_whose_role_ended_vouches_for_nobody(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    sent = await invite(office)
    await open_link(phat, sent.link, sent.code)
    ended = Assignment(Role.DEPUTY, valid_to=office.clock.now() - timedelta(days=1))
    office.people = without(office, replace(person(PHO, "Phó", ended), email="p103@thuonggiang.example.vn"))
    await stranger.get(sent.colleagues["p103"])
    assert stranger.status == 403
    assert "<form" not in stranger.page


async def test_a_mailbox_that_is_no_longer_the_persons_ends_link_and_page(office: SignoffDesk, phat: Visitor) -> None:
    sent, other = await invite(office), await invite(office, "p104")
    await open_link(phat, sent.link, sent.code)
    for number in (102, 104):
        known = office.people.person(f"p{number}")
        assert known is not None
        office.people = without(office, replace(known, email="khac@thuonggiang.example.vn"))
    for address in (phat.url, other.link):
        await phat.get(address)
        assert phat.status == 403
        assert "secret" not in phat.page


def without(office: SignoffDesk, changed: Person) -> Organisation:
    """The office with one person as they are now."""
    others = tuple(p for p in office.people.people if p.id != changed.id)
    return replace(office.people, people=(changed, *others))


async def test_another_links_browser_and_another_forms_token_do_nothing(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    own, others = await invite(office), await invite(office, "p104")
    await open_link(phat, own.link, own.code)
    await open_link(stranger, others.link, others.code)
    app = secret_on(stranger)
    async with phat.http.get(stranger.url) as answer:
        assert answer.status == 403
        assert app.secret not in (await answer.text()).replace(" ", "")
    mine = await kept(office, own.id)
    for form in (form_token(mine, "confirm", KEY), "x" * 24, ""):
        async with stranger.http.post(f"{stranger.url}/confirm", data={"form": form, "code": "000000"}) as answer:
            assert answer.status == 403
    assert await office.record("confirm_factor") == []


async def test_a_sign_off_link_is_no_factor_link_and_a_changed_one_is_unknown(
    office: SignoffDesk, phat: Visitor
) -> None:
    sent = await invite(office)
    link = await kept(office, sent.id)
    owner = office.people.person("p102")
    assert owner is not None
    ticket = new_ticket(link.id, owner, office.incident_id, 1, "0" * 64, office.clock.now())
    token = sent.link.rpartition("/")[2]
    crooked = [token_of(ticket, KEY), token[:-1] + ("a" if token[-1] != "a" else "b"), "a" * 50, "x", token.upper()]
    for one in crooked:
        await phat.get(f"{office.base}/signoff/f/{one}")
        assert phat.status == 404, one
    async with phat.http.post(sent.link, data={"form": signoff_form(ticket, "open", KEY), "code": sent.code}) as answer:
        assert "keng-factor" not in answer.headers.get("Set-Cookie", "")


async def test_a_colleagues_link_is_good_for_one_act_and_for_that_owner_alone(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    sent, other = await invite(office), await invite(office, "p104", colleagues=("p101",))
    await open_link(phat, sent.link, sent.code)
    mine = pairing_on(phat)
    await open_link(stranger, other.link, other.code)
    others = pairing_on(stranger)
    await open_link(stranger, sent.colleagues["p103"], others)
    assert "Mã ghép không đúng" in stranger.page
    await open_link(stranger, sent.colleagues["p103"], mine.lower())
    assert "anh/chị xác nhận Nguyễn Văn Phát" in stranger.page
    await stranger.get(sent.colleagues["p103"])
    assert stranger.status == 403
    assert "đã được dùng" in stranger.page


async def test_five_wrong_pairing_codes_end_a_colleagues_link(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    sent = await invite(office)
    await open_link(phat, sent.link, sent.code)
    for _ in range(TRIES):
        await open_link(stranger, sent.colleagues["p103"], WRONG)
    assert "quá nhiều lần" in stranger.page
    await stranger.get(sent.colleagues["p103"])
    assert "<form" not in stranger.page
    refused = [e.event.details["outcome"] for e in await office.record("vouch_factor")]
    assert refused == ["unknown_pairing"] * TRIES


async def test_a_colleague_with_a_device_of_their_own_proves_that_it_is_they(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    began = await office.does("p103", EnrolFactor())
    app = Authenticator(began.values["sealed"], "p103")
    await office.does("p101", VouchFactor(began.values["pairing"]))
    await office.does("p103", ConfirmFactor(app.code(office.clock.now())))
    office.clock.advance(seconds=60)
    sent = await invite(office)
    await open_link(phat, sent.link, sent.code)
    pairing = pairing_on(phat)
    await open_link(stranger, sent.colleagues["p103"], WRONG, own="000000")
    assert "second_factor" not in (await office.record("vouch_factor"))[-1].event.details, "nothing was proven"
    await open_link(stranger, sent.colleagues["p103"], pairing)
    assert "Xin nhập mã xác thực" in stranger.page
    await open_link(stranger, sent.colleagues["p103"], pairing, own="000000")
    assert "Mã xác thực không đúng" in stranger.page
    await open_link(stranger, sent.colleagues["p103"], pairing, own=app.code(office.clock.now()))
    assert "anh/chị xác nhận Nguyễn Văn Phát" in stranger.page
    assert (await office.record("vouch_factor"))[-1].event.details["second_factor"] is True


async def test_a_page_never_shows_a_secret_that_was_begun_elsewhere(office: SignoffDesk, phat: Visitor) -> None:
    """Whoever sits before the page of a stolen link would learn what the owner enrols in the chat afterwards."""
    sent = await invite(office)
    await open_link(phat, sent.link, sent.code)
    begun = await office.does("p102", EnrolFactor())
    app = Authenticator(begun.values["sealed"], "p102")
    await office.does("p101", VouchFactor(begun.values["pairing"]))
    await phat.press("/confirm", code=app.code(office.clock.now()))
    assert phat.status == 403
    assert "bắt đầu lại ở nơi khác" in phat.page
    await phat.get(phat.url.removesuffix("/confirm"))
    assert phat.status == 403
    assert begun.values["pairing"] not in phat.page


async def test_a_code_counts_once_and_five_wrong_ones_wait(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    _, app = await vouched_for(office, phat, stranger)
    await phat.get(phat.url)
    right = app.at(office.clock.now())
    wrong = next(f"{n:06d}" for n in range(10) if f"{n:06d}" != right)
    for _ in range(5):
        await phat.press("/confirm", code=wrong)
        assert "Mã xác thực không đúng" in phat.page
    await phat.press("/confirm", code=right)
    assert "xin chờ mười phút" in phat.page
    office.clock.advance(minutes=11)
    await finish(office, phat, app)
    assert "Đã đăng ký xong" in phat.page
    assert await verify(office, app.at(office.clock.now())) is Reason.SECOND_FACTOR_USED


async def test_the_administrator_takes_a_device_away_and_open_pages_with_it(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    _, app = await vouched_for(office, phat, stranger)
    await finish(office, phat, app)
    again = await invite(office)
    await open_link(stranger, again.link, again.code)
    async with office.database.write() as tx:
        assert await factor_links.take_away(tx, "p102", office.clock.now())
        assert not await factor_links.take_away(tx, "p102", office.clock.now())
    office.clock.advance(seconds=60)
    assert await verify(office, app.at(office.clock.now())) is Reason.SECOND_FACTOR_NOT_ENROLLED
    await stranger.get(stranger.url)
    assert stranger.status == 403
