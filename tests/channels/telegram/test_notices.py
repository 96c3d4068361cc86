"""What people read on their phones when time runs out, and whom Telegram cannot reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.telegram.render_notice import line
from bot.channels.telegram.render_notice import notice as draw
from bot.model.incident import Incident
from bot.model.law import RunningClock
from bot.model.notice import Notice
from bot.model.person import Role
from bot.model.reasons import Escalation
from bot.simulator.calls import Expected
from bot.simulator.cast import DEPUTY, DUTY_OFFICER, DUTY_ROOM, SPOKESPERSON
from tests.approval.office import NIGHT
from tests.channels.telegram.outgoing import Room
from tests.store.samples import an_incident

CLOCK = RunningClock("acknowledge", "", NIGHT, NIGHT + timedelta(minutes=15), provisional=False)
LAW = RunningClock("PN_24H_SU_KIEN", "NĐ 244/2026 Đ7.3", NIGHT, NIGHT + timedelta(hours=24), provisional=False)


def words(reason: Escalation, clock: RunningClock | None = CLOCK, *, room: bool = False, **fields: object) -> str:
    after = fields.pop("after", timedelta(minutes=8))
    made = Notice("k", an_incident(**fields), reason, NIGHT + after, clock, ("Nguyễn Văn Phát",))
    return draw("vi", made, in_room=room).plain


def test_a_reminder_says_what_is_missing_and_how_much_time_is_left() -> None:
    said = words(Escalation.REMINDER)
    assert "Vụ việc 7K2 · mức 3" in said
    assert "Chưa ai tiếp nhận: hạn 02h15, còn 7 phút" in said
    assert "/xem 7K2" in said


def test_an_overdue_limit_of_the_law_names_its_article() -> None:
    said = words(Escalation.OVERDUE, LAW, after=timedelta(hours=25))
    assert "Chưa phát ngôn (NĐ 244/2026 Đ7.3)" in said
    assert "QUÁ HẠN 1 giờ 00 phút" in said


def test_who_stands_in_learns_for_whom_and_the_room_learns_who_stands_in() -> None:
    assert "không liên lạc được với Nguyễn Văn Phát" in words(Escalation.HOLDER_UNREACHABLE)
    assert "đã báo ngay: Nguyễn Văn Phát" in words(Escalation.HOLDER_UNREACHABLE, room=True)


def test_a_gap_says_whom_to_ring_about_what_and_by_when() -> None:
    roles = (Role.REGULAR, Role.DUTY)
    gap = Notice("k", an_incident(), Escalation.PERSON_UNREACHABLE, NIGHT, CLOCK, ("Nguyễn Văn Phát",), roles=roles)
    says = (
        "Kẻng không liên lạc được với Nguyễn Văn Phát (người phát ngôn thường xuyên, cán bộ trực) về vụ việc 7K2: "
        "chưa ai tiếp nhận, hạn 02h15. Xin gọi điện và nhắc việc này."
    )
    said = draw("vi", gap, in_room=True).plain
    assert says in said
    assert "⏰" not in said, "the clock is not told here, only how pressing the call is"
    assert "cannot reach Nguyễn Văn Phát (" in draw("en", gap, in_room=True).plain
    assert "với Nguyễn Văn Phát về vụ việc" in draw("vi", replace(gap, roles=()), in_room=True).plain


def test_in_a_digest_the_room_reads_who_was_told_of_a_clock_that_is_told_twice() -> None:
    deputy = Notice("a", an_incident(), Escalation.OVERDUE, NIGHT + timedelta(minutes=20), CLOCK, ("Lê Thị Phó",))
    head = replace(deputy, key="b", people=("Vũ Văn Chủ",))
    first, second = (line("vi", one, in_room=True) for one in (deputy, head))
    assert "QUÁ HẠN 5 phút (đã báo: Lê Thị Phó) – " in first
    assert "QUÁ HẠN 5 phút (đã báo: Vũ Văn Chủ) – " in second
    assert "đã báo" not in line("vi", deputy, in_room=False)


def test_a_drill_says_so_first() -> None:
    assert words(Escalation.REMINDER, drill=True).startswith("[DIỄN TẬP]")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("reason", [r for r in Escalation if not r.value.startswith(("nobody_r", "nobody_i"))])
def test_no_notice_has_a_hole(lang: str, reason: Escalation) -> None:
    if reason is Escalation.REMINDER_SUPERSEDED:
        return
    made = Notice("k", an_incident(), reason, NIGHT, CLOCK, ("A",))
    for in_room in (True, False):
        said = draw(lang, made, in_room=in_room).plain
        assert "…" not in said
        assert "notice." not in said


async def told(room: Room, incident: Incident, reason: Escalation, *people: int, urgent: bool = False) -> None:
    """Tell these people, or the duty room where none is named."""
    made = Notice("k", incident, reason, room.clock.now(), CLOCK, ("A",), urgent=urgent)
    async with room.database.write() as tx:
        for number in people:
            person = room.people.by_telegram(number)
            assert person is not None
            await room.channel.notify(tx, person, made)
        if not people:
            await room.channel.notify_room(tx, made)


async def test_a_reminder_answers_the_card_so_that_one_touch_leads_to_it(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    await told(room, incident, Escalation.REMINDER, SPOKESPERSON)
    await room.sends()
    card, reminder = room.messages(SPOKESPERSON)
    assert reminder.reply_to == card.message_id
    assert reminder.markup is None


async def test_who_is_woken_gets_the_card_below_the_message(room: Room) -> None:
    await told(room, await room.opens(), Escalation.OVERDUE, DEPUTY, urgent=True)
    await room.sends()
    first, last = room.messages(DEPUTY)
    assert "Chưa ai tiếp nhận" in first.content.text
    assert "Sửa" in room.labels(last)


async def test_a_notice_is_told_once_however_often_it_is_written(room: Room) -> None:
    incident = await room.opens()
    for _ in range(3):
        await told(room, incident, Escalation.REMINDER, DUTY_OFFICER)
    room.restart()
    await told(room, incident, Escalation.REMINDER, DUTY_OFFICER)
    await room.sends()
    assert len(room.messages(DUTY_OFFICER)) == 1


async def test_the_duty_room_is_told_without_touching_anybodys_own_chat(room: Room) -> None:
    await told(room, await room.opens(), Escalation.PERSON_UNREACHABLE)
    await room.sends()
    assert any("không liên lạc được" in text for text in room.texts(DUTY_ROOM))
    assert room.texts(DUTY_OFFICER) == []


async def test_without_a_duty_room_nothing_is_lost_by_telling_it(room: Room) -> None:
    room.duty_chat = None
    room.restart()
    await told(room, await room.opens(), Escalation.PERSON_UNREACHABLE)
    await room.sends()
    assert room.texts(DUTY_ROOM) == []


async def test_who_blocked_the_bot_and_who_has_no_account_cannot_be_reached(room: Room) -> None:
    people = room.people.people
    async with room.database.read() as tx:
        assert await room.channel.unreachable(tx, people) == frozenset()
    room.simulator.people.block(SPOKESPERSON)
    room.simulator.calls.expect(Expected(403, containing="blocked"))
    await room.opens()
    await room.sends()
    async with room.database.read() as tx:
        assert await room.channel.unreachable(tx, people) == frozenset({"p102"})
    room.simulator.people.unblock(SPOKESPERSON)
    await room.hears()
    async with room.database.read() as tx:
        assert await room.channel.unreachable(tx, people) == frozenset()
