"""People on their phones: the deep link, the changed phone, the roster, and cards that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.channels.telegram.decode import decode
from bot.model.enrolment import EnrolmentCode, code_hash, new_code
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from bot.model.roster import Roster, Rota
from bot.simulator.cast import DUTY_OFFICER, DUTY_ROOM, HEAD, SPOKESPERSON, STRANGER
from bot.store import bindings
from tests.approval.office import person
from tests.channels.telegram.incoming import context, said
from tests.channels.telegram.outgoing import Room


async def invited(room: Room, who: str) -> str:
    code, now = new_code(), room.clock.now()
    async with room.database.write() as tx:
        await bindings.add_code(tx, EnrolmentCode(code_hash(code), who, "cli", now, now + timedelta(hours=24)))
    return code


def without_phone(room: Room, who: str) -> None:
    people = tuple(replace(p, telegram_id=None) if p.id == who else p for p in room.people.people)
    room.people = replace(room.people, people=people)


async def hears(room: Room) -> list[Reason]:
    outcomes = await room.hears()
    await room.sends_for(8)
    return [outcome.reason for outcome in outcomes]


def cards(room: Room, chat: int) -> list[str]:
    return [text for text in room.texts(chat) if "Vụ việc 7K2" in text]


async def test_one_press_on_the_link_enrols_and_brings_the_open_cards(room: Room) -> None:
    without_phone(room, f"p{SPOKESPERSON}")
    await room.opens()
    await room.sends_for(5)
    assert cards(room, SPOKESPERSON) == []
    room.simulator.people.start(STRANGER, await invited(room, f"p{SPOKESPERSON}"))
    assert await hears(room) == [Reason.ENROLLED]
    assert "Đã đăng ký: Nguyễn Văn Phát" in " ".join(room.texts(STRANGER))
    assert len(cards(room, STRANGER)) == 1
    assert any(f"tài khoản Telegram {STRANGER}" in text for text in room.texts(DUTY_ROOM))


async def test_a_link_that_was_used_enrols_nobody_else_and_shows_nothing(room: Room) -> None:
    without_phone(room, f"p{SPOKESPERSON}")
    code = await invited(room, f"p{SPOKESPERSON}")
    room.simulator.people.start(SPOKESPERSON, code)
    await hears(room)
    await room.opens()
    room.simulator.people.start(STRANGER, code)
    assert await hears(room) == [Reason.CODE_USED]
    assert cards(room, STRANGER) == []


def test_a_message_with_the_code_that_was_forwarded_to_the_bot_enrols_nobody() -> None:
    forwarded = said("/start 7K2M-4N5P-6Q7R-8S9T", forward_date=1)
    assert "Enrol" not in str(decode(forwarded, context()))


async def test_leaving_stops_every_card_at_once(room: Room) -> None:
    incident = await room.opens()
    await room.sends_for(5)
    before = room.calls("editMessageText", SPOKESPERSON)
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/roi")
    assert await hears(room) == [Reason.LEFT]
    shown = cards(room, SPOKESPERSON)
    await room.changes(incident)
    await room.opens(code="4M9", playbook="food-poisoning")
    await room.sends_for(8)
    assert cards(room, SPOKESPERSON) == shown
    assert room.calls("editMessageText", SPOKESPERSON) == before
    room.simulator.people.press(SPOKESPERSON, SPOKESPERSON, label="Duyệt")
    assert await hears(room) == [Reason.NOT_ENROLLED]


async def test_speaking_to_the_bot_again_after_leaving_brings_no_card_back(room: Room) -> None:
    await room.opens()
    await room.sends_for(5)
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/roi")
    await hears(room)
    before = len(cards(room, SPOKESPERSON))
    room.simulator.people.block(SPOKESPERSON)
    room.simulator.people.unblock(SPOKESPERSON)
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/help")
    await hears(room)
    assert len(cards(room, SPOKESPERSON)) == before


async def test_a_colleague_confirms_a_changed_phone_with_one_press_and_the_cards_move(room: Room) -> None:
    await room.opens()
    await room.sends_for(5)
    room.simulator.people.start(STRANGER, await invited(room, f"p{SPOKESPERSON}"))
    assert await hears(room) == [Reason.REBINDING_ASKED]
    assert cards(room, STRANGER) == []
    assert "Không đồng ý" in room.labels(room.messages(SPOKESPERSON)[-1])
    assert "Đồng ý" not in room.labels(room.messages(SPOKESPERSON)[-1])
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Đồng ý")
    assert await hears(room) == [Reason.REBOUND]
    assert len(cards(room, STRANGER)) == 1
    room.simulator.people.press(STRANGER, STRANGER, label="Duyệt")
    (outcome,) = await room.hears()
    assert outcome.reason is not Reason.NOT_ENROLLED
    room.simulator.people.press(SPOKESPERSON, SPOKESPERSON, label="Duyệt")
    assert await hears(room) == [Reason.NOT_ENROLLED]


async def test_a_stranger_in_the_duty_room_confirms_nothing(room: Room) -> None:
    room.simulator.people.start(STRANGER, await invited(room, f"p{SPOKESPERSON}"))
    await hears(room)
    room.simulator.people.say(STRANGER, STRANGER, "/dongy 7K2")
    assert await hears(room) == [Reason.NOT_ENROLLED]


async def test_an_account_given_up_by_one_and_taken_by_another_gets_only_the_others_cards(room: Room) -> None:
    room.people = replace(
        room.people, people=(*room.people.people, replace(person(777, "Mai", Assignment(Role.HEAD)), telegram_id=None))
    )
    await room.opens()
    await room.sends_for(5)
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/roi")
    await hears(room)
    room.simulator.people.start(SPOKESPERSON, await invited(room, "p777"))
    assert await hears(room) == [Reason.ENROLLED]
    room.simulator.people.start(STRANGER, await invited(room, f"p{SPOKESPERSON}"))
    assert await hears(room) == [Reason.ENROLLED]
    await room.opens(code="4M9", playbook="food-poisoning")
    await room.sends_for(8)
    assert sum("4M9" in text for text in room.texts(SPOKESPERSON)) == 1
    assert sum("4M9" in text for text in room.texts(STRANGER)) == 1


async def test_the_roster_is_shown_with_who_is_on_duty_first(room: Room) -> None:
    room.people = replace(room.people, roster=Roster(Rota((f"p{DUTY_OFFICER}", f"p{HEAD}"), date(2026, 11, 16))))
    room.simulator.people.say(DUTY_OFFICER, DUTY_OFFICER, "/truc")
    assert await hears(room) == [Reason.ROSTER_SHOWN]
    (shown,) = room.texts(DUTY_OFFICER)
    assert shown.splitlines()[1].endswith("Trần Thị Trực (theo lịch)")
    assert "Phạm Văn Chủ" in shown.splitlines()[2]


async def test_a_swap_is_agreed_to_by_the_press_of_whom_it_was_asked(room: Room) -> None:
    room.people = replace(room.people, roster=Roster(Rota((f"p{DUTY_OFFICER}", f"p{HEAD}"), date(2026, 11, 16))))
    room.simulator.people.say(HEAD, HEAD, "/truc đổi 25/11 trực")
    assert await hears(room) == [Reason.SWAP_ASKED]
    room.simulator.people.press(DUTY_OFFICER, DUTY_OFFICER, label="Đồng ý")
    assert await hears(room) == [Reason.SWAPPED]
    assert any("Đã đổi ca" in text for text in room.texts(HEAD))


async def test_only_those_concerned_get_the_card(room: Room) -> None:
    scoped = person(STRANGER, "Hoàng Khách", Assignment(Role.REGULAR, unit="so-gd-dt"))
    room.people = replace(room.people, people=(*room.people.people, scoped))
    room.simulator.people.start(STRANGER)
    await hears(room)
    await room.opens(playbook="water-contamination")
    await room.sends_for(8)
    assert cards(room, STRANGER) == []
    assert len(cards(room, SPOKESPERSON)) == 1
