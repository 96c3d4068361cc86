"""What ends a case is asked about in the chat; *Đúng* carries out what was asked, with its reason, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from bot.channels.telegram.render_once_more import ask_once_more
from bot.model.outcome import Outcome
from bot.model.person import Unit
from bot.model.reasons import Reason
from bot.simulator.cast import DEPUTY, DUTY_OFFICER, DUTY_ROOM, SPOKESPERSON
from bot.store import incidents, telegram_inbox
from bot.store.schema_telegram import telegram_updates
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import opened, presses, says

LONG = "thuộc ngành y tế, đã trao đổi với lãnh đạo Sở " + "và các phòng " * 20


async def two(room: Room) -> None:
    await opened(room)
    await opened(room, code="4M9", title="Việc khác")
    await room.sends_for(2)


async def test_a_merger_is_asked_about_and_carried_out_by_its_button(room: Room) -> None:
    await two(room)
    assert await says(room, DEPUTY, "/gop 4M9 7K2") is Reason.ASK_MERGE
    question = room.messages(DEPUTY)[-1]
    assert "4M9 (Việc khác) vào vụ việc 7K2" in question.content.text
    assert "/gop 4M9 7K2 đúng" in question.content.text
    assert room.labels(question) == ["Đúng, gộp", "Thôi"]
    assert await presses(room, DEPUTY, DEPUTY, "Đúng, gộp") is Reason.MERGED
    answered = next(m for m in room.messages(DEPUTY) if m.message_id == question.message_id)
    assert "Gộp nhầm: /tach 7K2" in answered.content.text
    assert room.labels(answered) == []
    assert any("Lê Thị Phó gộp vụ việc 4M9 (Việc khác)" in said for said in room.texts(DUTY_ROOM))


async def test_thoi_leaves_everything_as_it_was(room: Room) -> None:
    await two(room)
    await says(room, DEPUTY, "/gop 4M9 7K2")
    room.simulator.people.press(DEPUTY, DEPUTY, label="Thôi")
    assert await room.hears() == []
    async with room.database.read() as tx:
        assert len(await incidents.open_incidents(tx)) == 2


async def test_a_reason_of_any_length_is_that_of_the_hand_over(room: Room) -> None:
    await opened(room)
    room.people = replace(room.people, units=(Unit("so-y-te", "Sở Y tế", "Department of Health"),))
    assert await says(room, DUTY_OFFICER, f"/chuyen 7K2 so-y-te {LONG}") is Reason.ASK_HAND_OVER
    room.simulator.people.press(DUTY_OFFICER, DUTY_OFFICER, label="Đúng, chuyển")
    (done,) = await room.hears()
    assert (done.reason, done.values["why"]) == (Reason.HANDED_OVER, LONG.strip())


async def test_closing_is_confirmed_by_typing_too(room: Room) -> None:
    await opened(room)
    assert await says(room, DUTY_OFFICER, "/dong 7K2 đúng là tin cũ") is Reason.ASK_CLOSE, "a reason that begins so"
    assert "CHƯA công bố thông tin nào. Vẫn đóng?" in room.texts(DUTY_OFFICER)[-1]
    assert await says(room, DUTY_OFFICER, "/dong 7K2 đúng: tin cũ") is Reason.CLOSED
    assert any("Trần Thị Trực đóng vụ việc 7K2" in said and "Lý do: tin cũ" in said for said in room.texts(DUTY_ROOM))


async def test_the_button_that_starts_a_limit_asks_first(room: Room) -> None:
    incident_id = await opened(room)
    assert await presses(room, DUTY_ROOM, DUTY_OFFICER, "Có tác động dư luận") is Reason.ASK_IMPACT
    assert "Không rút lại được." in room.texts(DUTY_ROOM)[-1]
    assert await presses(room, DUTY_ROOM, DUTY_OFFICER, "Đúng, có tác động") is Reason.IMPACT_DETERMINED
    async with room.database.read() as tx:
        incident = await incidents.get(tx, incident_id)
    assert incident is not None
    assert incident.impact_determined_at is not None


async def test_an_answer_to_a_question_that_has_changed_is_asked_anew_and_can_then_be_given(room: Room) -> None:
    await two(room)
    await says(room, DEPUTY, "/gop 4M9 7K2")
    assert await says(room, SPOKESPERSON, "/sua 4M9 Bản mới của phát ngôn.") is Reason.EDITED
    assert await presses(room, DEPUTY, DEPUTY, "Đúng, gộp") is Reason.ASK_MERGE
    assert "Bản 2 chưa công bố" in room.texts(DEPUTY)[-1]
    assert await presses(room, DEPUTY, DEPUTY, "Đúng, gộp") is Reason.MERGED


def test_a_reason_that_was_not_kept_has_no_button_but_is_typed() -> None:
    """The message that held it is forgotten, so that no press could carry it out."""
    values = {"code": "7K2", "title": "Nước lạ", "digest": "0123abcd", "open_vi": "CHƯA công bố", "why": "(không ghi)"}
    asked = Outcome(Reason.ASK_CLOSE, incident_id="0" * 32, values=values)
    shown = ask_once_more("vi", asked, None, (DUTY_OFFICER, 7), lambda action, *_: action.value)
    forgotten = ask_once_more(
        "vi", replace(asked, unkept=True), None, (DUTY_OFFICER, 7), lambda action, *_: action.value
    )
    assert [len(rendered.keyboard) for rendered in (shown, forgotten)] == [2, 1]
    assert "/dong 7K2 đúng: lý do" in forgotten.plain


async def test_a_press_whose_message_is_kept_no_longer_changes_nothing(room: Room) -> None:
    await opened(room)
    await says(room, DUTY_OFFICER, "/dong 7K2 xong")
    async with room.database.write() as tx:
        for update_id in (await tx.execute(select(telegram_updates.c.update_id))).scalars().all():
            await telegram_inbox.note(tx, update_id, "forgotten", forget=True)
    room.simulator.people.press(DUTY_OFFICER, DUTY_OFFICER, label="Đúng, đóng")
    (refused,) = await room.hears()
    assert refused.reason is Reason.BUTTON_OUT_OF_DATE
