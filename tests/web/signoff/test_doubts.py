"""Where Telegram is dead: the question whether words appeared comes by letter, and is answered behind its link."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.delivery import DeliveryState
from bot.model.person import Assignment, Role
from bot.model.statement import StatementState
from bot.store import deliveries, incidents, statements
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor


async def doubt(office: SignoffDesk, outlet: str = "email_list") -> None:
    """The words were approved, and of one copy nobody knows whether it went."""
    current, now = await office.current(), office.clock.now()
    async with office.database.write() as tx:
        if current.state is not StatementState.APPROVED:
            await statements.enter(
                tx, current.incident_id, 1, StatementState.APPROVED, now, sha256=current.sha256, by="p104"
            )
        await deliveries.queue(tx, current.incident_id, 1, outlet, now)
        await deliveries.claim(tx, current.incident_id, 1, outlet, 1, now)
        await deliveries.note_doubt(tx, current.incident_id, 1, outlet, 1, "tin3@bao.example")
        await deliveries.mark_asked(tx, current.incident_id, 1, outlet, 1)
        await incidents.touch(tx, current.incident_id)


async def state(office: SignoffDesk, outlet: str = "email_list") -> DeliveryState:
    async with office.database.read() as tx:
        copy = await deliveries.get(tx, office.incident_id, 1, outlet)
    assert copy is not None
    return copy.state


@pytest.mark.parametrize(
    ("act", "ended", "said"),
    [
        ("appeared", DeliveryState.SENT, "Thư cho báo chí"),
        ("not_appeared", DeliveryState.QUEUED, "Thư cho báo chí"),
    ],
)
async def test_whom_telegram_does_not_reach_answers_behind_the_letters_link(
    office: SignoffDesk, phat: Visitor, act: str, ended: DeliveryState, said: str
) -> None:
    await doubt(office)
    link = await office.link_for("p102")
    letter = office.post.to("p102@thuonggiang.example.vn")[-1]
    assert "Bản 1 đã đăng chưa?" in letter["Subject"]
    assert "tin3@bao.example" not in letter.as_string(), "a letter says no more than it must"
    await phat.enter(link)
    assert "tin3@bao.example" in phat.page
    await phat.press(f"/{act}", words="email_list:1", code=CODE)
    assert phat.status == 200
    assert said in phat.page
    assert await state(office) is ended
    (entry,) = await office.record("answer_delivery")
    assert (entry.event.actor, entry.event.channel) == ("p102", "email")


async def test_nobody_is_asked_by_letter_whom_telegram_reaches_and_nobody_twice_about_one_doubt(
    office: SignoffDesk,
) -> None:
    await doubt(office)
    await office.channel.pump()
    assert office.post.sent == []
    office.telegram.away_since = office.clock.now() - timedelta(minutes=5)
    await office.channel.pump()
    first = len(office.post.sent)
    assert first > 0
    await office.channel.pump()
    assert len(office.post.sent) == first


async def test_a_doubt_that_somebody_settled_is_no_longer_asked_about(office: SignoffDesk, phat: Visitor) -> None:
    await doubt(office)
    link = await office.link_for("p102")
    async with office.database.write() as tx:
        await deliveries.settle(tx, office.incident_id, 1, "email_list", 1, DeliveryState.SENT, office.clock.now())
    await phat.enter(link)
    assert "/appeared" not in phat.page
    before = len(office.post.sent)
    await office.channel.pump()
    assert len(office.post.sent) == before


async def test_without_a_code_the_answer_is_refused_and_a_colleague_without_a_device_is_told_to_enrol(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    await doubt(office)
    await phat.enter(await office.link_for("p102"))
    await phat.press("/appeared", words="email_list:1")
    assert await state(office) is DeliveryState.UNKNOWN
    await stranger.enter(office.letter_link("p101"))  # on duty, and without an authenticator
    assert "/appeared" not in stranger.page
    assert "Ở đây cần mã xác thực, anh/chị chưa đăng ký" in stranger.page


async def test_a_forged_form_about_another_outlet_or_try_settles_nothing(office: SignoffDesk, phat: Visitor) -> None:
    await doubt(office)
    await phat.enter(await office.link_for("p102"))
    office.codes.good |= {f"{n}" * 6 for n in range(7, 10)}
    forged = ("newsroom:1", "email_list:2", "email_list", "", "x" * 500 + ":1", "email_list:１")
    for words, code in zip(forged, sorted(office.codes.good), strict=True):
        await phat.press("/not_appeared", words=words, code=code)
        assert await state(office) is DeliveryState.UNKNOWN
        assert "Thư cho báo chí" in phat.page, "the question still stands"


async def test_nobody_whose_role_ended_while_the_mail_server_was_away_is_asked(office: SignoffDesk) -> None:
    await doubt(office)
    office.telegram.away_since = office.clock.now() - timedelta(minutes=5)
    office.post.recipient_answers["p102@thuonggiang.example.vn"] = "450 later"
    await office.channel.pump()
    assert office.post.to("p102@thuonggiang.example.vn") == []
    office.post.recipient_answers.clear()
    first, *others = office.people.people
    ended = replace(first, assignments=(Assignment(Role.REGULAR, valid_to=office.clock.now()),))
    office.people = replace(office.people, people=(ended, *others))
    office.clock.advance(minutes=10)
    await office.channel.pump()
    assert office.post.to("p102@thuonggiang.example.vn") == []
