"""The texts of a version on the phone: asked for by button, shown whole before the second question, never cut."""

from __future__ import annotations

from bot.model.reasons import Reason
from bot.simulator.cast import DEPUTY, DUTY_ROOM, SPOKESPERSON
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import current_of, opened, presses, says


async def test_texts_are_added_with_a_press_each_and_shown_whole_before_the_question(room: Room) -> None:
    incident_id = await opened(room)
    assert await presses(room, DEPUTY, DEPUTY, "Việc khác") is Reason.ASK_MORE
    assert await presses(room, DEPUTY, DEPUTY, "Bản ngắn, loa, tiếng Anh") is Reason.ASK_TEXTS
    choice = room.messages(DEPUTY)[-1]
    assert room.labels(choice)[:2] == ["Thêm bản tiếng Anh", "Thêm bản ngắn mạng xã hội"]
    assert await presses(room, DEPUTY, DEPUTY, "Thêm bản ngắn mạng xã hội") is Reason.TEXT_ADDED
    added = await current_of(room, incident_id)
    assert any(added.texts["vi/short"] in text for text in room.texts(DEPUTY)[-2:])
    assert added.texts["vi/short"] in room.messages(DUTY_ROOM)[0].content.text, "the post fits the card"
    assert added.full_vi in room.messages(DUTY_ROOM)[0].content.text
    # The same choice goes on working: what is added is made from facts, whatever was seen.
    for label in ("Thêm bản tiếng Anh", "Thêm bản loa truyền thanh", "Thêm bản nói 30 giây"):
        assert await presses(room, DEPUTY, DEPUTY, label) is Reason.TEXT_ADDED
    before = len(room.messages(SPOKESPERSON))
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Duyệt") is Reason.ASK_APPROVAL
    current = await current_of(room, incident_id)
    shown = "\n".join(room.texts(SPOKESPERSON)[before:])
    for key, text in current.texts.items():
        assert text in shown or key == "vi/full"
    question = room.messages(SPOKESPERSON)[-1]
    assert "Duyệt là duyệt tất cả" in question.content.text
    assert "Đúng, duyệt bản này" in room.labels(question)
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Đúng, duyệt bản này") is Reason.APPROVED


async def test_a_long_text_gets_a_message_of_its_own_and_is_never_cut(room: Room) -> None:
    incident_id = await opened(room)
    long = "Chữ dài. " * 311
    assert await says(room, DEPUTY, f"/sua 7K2 {long}") is Reason.EDITED
    assert await says(room, DEPUTY, "/bienthe 7K2 en") is Reason.TEXT_ADDED
    assert await says(room, DEPUTY, f"/bienthe 7K2 en {'Words. ' * 390}") is Reason.TEXT_WRITTEN
    assert await says(room, SPOKESPERSON, "/xem 7K2 het") is Reason.TEXTS_SHOWN
    current = await current_of(room, incident_id)
    texts = room.texts(SPOKESPERSON)
    for text in current.texts.values():
        assert any(text in shown for shown in texts)
    card = room.messages(DUTY_ROOM)[0].content.text
    assert current.full_vi in card
    assert "bản tiếng Anh" in card


async def test_one_text_is_seen_written_by_reply_and_dropped(room: Room) -> None:
    incident_id = await opened(room)
    assert await says(room, DEPUTY, "/bienthe 7K2 loa") is Reason.TEXT_ADDED
    assert await presses(room, DEPUTY, DEPUTY, "Tự viết bản loa truyền thanh") is Reason.ASK_TEXT_WORDS
    prompt = room.messages(DEPUTY)[-1]
    assert (await current_of(room, incident_id)).texts["vi/loudspeaker"] in prompt.content.text
    assert await says(room, DEPUTY, "Bà con chú ý. TTKC sẽ báo.", prompt.message_id) is Reason.TEXT_WRITTEN
    assert "Còn chữ viết tắt khó đọc thành tiếng: TTKC" in room.texts(DEPUTY)[-1]
    assert await says(room, DEPUTY, "/xem 7K2 loa") is Reason.TEXTS_SHOWN
    assert any("Bà con chú ý. TTKC sẽ báo." in text for text in room.texts(DEPUTY)[-2:])
    assert await presses(room, DEPUTY, DEPUTY, "Bỏ bản loa truyền thanh") is Reason.TEXT_DROPPED
    assert set((await current_of(room, incident_id)).texts) == {"vi/full"}
    assert await says(room, DEPUTY, "/xem 7K2 loa") is Reason.NO_SUCH_TEXT_THERE
