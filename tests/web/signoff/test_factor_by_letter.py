"""Enrolling a second factor with a mailbox and a telephone: the way from the letter to a code that counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.commands import VouchFactor
from bot.model.factor_link import Ended
from bot.model.outcome import DUTY_ROOM
from bot.model.reasons import Reason
from tests.signoff_desk import SignoffDesk
from tests.visitor import Visitor
from tests.web.signoff.enrolling import (
    finish,
    invite,
    kept,
    letter_link,
    open_link,
    pairing_on,
    secret_on,
    text_of,
    verify,
    vouched_for,
)


async def test_a_link_a_spoken_code_a_colleague_and_the_first_code_make_a_factor(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    sent = await invite(office)
    await open_link(phat, sent.link, sent.code)
    assert (phat.status, phat.url) == (200, f"{office.base}/signoff/f/s/{sent.id}")
    app, pairing = secret_on(phat), pairing_on(phat)
    colleague = stranger
    await open_link(colleague, sent.colleagues["p103"], pairing)
    assert "anh/chị xác nhận Nguyễn Văn Phát đang đăng ký mã xác thực" in colleague.page
    await phat.get(phat.url)
    assert "Lê Thị Phó đã xác nhận" in phat.page
    await finish(office, phat, app)
    assert "Đã đăng ký xong" in phat.page
    office.clock.advance(seconds=30)
    assert await verify(office, app.at(office.clock.now())) is None


async def test_a_colleague_on_telegram_vouches_as_ever(office: SignoffDesk, phat: Visitor) -> None:
    sent = await invite(office, colleagues=())
    await open_link(phat, sent.link, sent.code)
    app = secret_on(phat)
    assert (await office.does("p101", VouchFactor(pairing_on(phat)))).reason is Reason.FACTOR_VOUCHED
    await finish(office, phat, app)
    assert "Đã đăng ký xong" in phat.page


async def test_without_a_colleague_the_code_counts_for_nothing(office: SignoffDesk, phat: Visitor) -> None:
    sent = await invite(office)
    await open_link(phat, sent.link, sent.code)
    app = secret_on(phat)
    await finish(office, phat, app)
    assert phat.status == 403
    assert "Chưa có đồng nghiệp nào xác nhận" in phat.page
    assert await verify(office, app.at(office.clock.now())) is Reason.SECOND_FACTOR_NOT_ENROLLED


async def test_no_letter_carries_the_code_and_a_look_shows_nothing_and_changes_nothing(
    office: SignoffDesk, phat: Visitor
) -> None:
    sent = await invite(office)
    letter = office.post.to("p102@thuonggiang.example.vn")[-1]
    assert sent.code not in text_of(letter)
    assert sent.code not in str(letter["Subject"])
    before = await kept(office, sent.id)
    for method in ("GET", "HEAD", "OPTIONS"):
        async with phat.http.request(method, sent.link) as answer:
            page = await answer.text()
            assert answer.headers["Cache-Control"] == "no-store"
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert "secret" not in page
            assert sent.code not in page
    async with phat.http.post(sent.link, data={"code": sent.code}) as answer:  # a robot follows forms, too
        assert "secret" not in await answer.text()
    assert await kept(office, sent.id) == before
    assert await office.record("factor_open") == []


async def test_the_secret_is_shown_until_it_is_proved_and_never_again(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    sent = await invite(office)
    await open_link(phat, sent.link, sent.code)
    room, app = phat.url, secret_on(phat)
    await open_link(stranger, sent.colleagues["p103"], pairing_on(phat))
    await finish(office, phat, app)
    for address in (room, sent.link):
        await phat.get(address)
        assert app.secret not in phat.page.replace(" ", "")
        assert "Đã đăng ký xong" in phat.page
    assert (await kept(office, sent.id)).ended is Ended.USED


async def test_everything_is_on_the_record_and_no_secret_is(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    sent = await invite(office)
    await open_link(phat, sent.link, sent.code)
    app, pairing = secret_on(phat), pairing_on(phat)
    await open_link(stranger, sent.colleagues["p103"], pairing)
    await finish(office, phat, app)
    entries = [e.event for e in await office.record()]
    acts = [(e.act, e.actor, e.channel) for e in entries if "factor" in e.act]
    assert acts == [
        ("enrol_factor", "p102", "email"),
        ("factor_open", "p102", "email"),
        ("vouch_factor", "p103", "email"),
        ("confirm_factor", "p102", "email"),
    ]
    said = " ".join(str(e) for e in entries)
    for hidden in (app.secret, pairing, sent.code, sent.link.rpartition("/")[2]):
        assert hidden not in said


async def test_the_owner_is_told_on_every_channel_and_the_duty_room_too(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    _, app = await vouched_for(office, phat, stranger)
    await finish(office, phat, app)
    told = {(n.words, n.to) for n in office.notices.values()}
    assert told == {("factor_begun", "p102"), ("factor_active", "p102"), ("factor_active_room", DUTY_ROOM)}
    await office.channel.pump()
    letters = [text_of(m) for m in office.post.to("p102@thuonggiang.example.vn")]
    assert any("vừa mở đường dẫn đăng ký mã xác thực của anh/chị" in words for words in letters)
    assert any("Mã xác thực của anh/chị vừa được đăng ký, Lê Thị Phó đã xác nhận" in words for words in letters)
    assert len(office.post.sent) == 4, "two links, and two letters that tell the owner"


async def test_a_lost_phone_is_replaced_so_and_works_until_then(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    apps = []
    for _ in range(2):
        sent = await invite(office)
        await open_link(phat, sent.link, sent.code)
        app = secret_on(phat)
        if apps:
            assert await verify(office, apps[0].at(office.clock.now())) is None, "until the new one is in force"
        await open_link(stranger, sent.colleagues["p103"], pairing_on(phat))
        await finish(office, phat, app)
        apps.append(app)
        office.clock.advance(seconds=60)
    assert await verify(office, apps[0].at(office.clock.now())) is Reason.SECOND_FACTOR_WRONG
    assert await verify(office, apps[1].at(office.clock.now())) is None


@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_letters_and_pages_speak_their_readers_language(office: SignoffDesk, phat: Visitor, lang: str) -> None:
    people = tuple(replace(p, lang=lang) for p in office.people.people)
    office.people = replace(office.people, people=people)
    sent = await invite(office)
    letters = [text_of(office.post.to(f"{who}@thuonggiang.example.vn")[-1]) for who in ("p102", "p103")]
    assert all(("do not forward" in words.lower() or "enrol" in words) is (lang == "en") for words in letters)
    await open_link(phat, sent.link, sent.code)
    assert f'<html lang="{lang}">' in phat.page
    assert ("Finish" in phat.page) is (lang == "en")
    assert "factor." not in phat.page, "every sentence has its words"


async def test_a_letter_waits_for_the_mail_server_and_its_head_stays(office: SignoffDesk) -> None:
    office.post.data_answers = ["451 later"]
    with pytest.raises(IndexError):
        await invite(office, colleagues=())
    assert office.channel.health().ok is False
    office.clock.advance(seconds=10)
    await office.channel.pump()
    first, second = office.post.heard
    assert first["Message-ID"] == second["Message-ID"]
    assert letter_link(office, "p102")
    assert office.channel.health().ok


async def test_a_letter_whose_link_no_longer_stands_is_not_sent(office: SignoffDesk) -> None:
    office.post.data_answers = ["451 later"]
    with pytest.raises(IndexError):
        await invite(office, colleagues=())
    office.clock.advance(hours=3)
    await office.channel.pump()
    assert office.post.sent == []
    assert office.channel.health().ok, "no letter waits for the server any more"


async def test_a_mailbox_that_refuses_is_no_trouble_of_the_servers(office: SignoffDesk) -> None:
    office.post.data_answers = ["451 later"]
    with pytest.raises(IndexError):
        await invite(office, colleagues=())
    assert not office.channel.health().ok
    office.post.recipient_answers["p102@thuonggiang.example.vn"] = "550 5.1.1 no such user"
    office.clock.advance(seconds=10)
    assert await office.channel.pump() == 0
    assert office.channel.health().ok
