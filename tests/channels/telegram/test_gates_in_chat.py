"""The gates on the phone: enrolling, the code by a reply, the second person's button, the legal check."""

from __future__ import annotations

import re

import pyotp
import pytest
from sqlalchemy import select

from bot.model.commands import Edit
from bot.model.reasons import Reason
from bot.simulator.cast import DEPUTY, DUTY_OFFICER, DUTY_ROOM, SPOKESPERSON
from bot.store.schema_telegram import telegram_outbox
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import current_of, opened, presses, says

SECRET = re.compile(r"\b[A-Z2-7]{32}\b")


async def enrols(room: Room, who: int, helper: int) -> pyotp.TOTP:
    assert await says(room, who, "/totp") is Reason.FACTOR_BEGUN
    shown = room.texts(who)[-1]
    secret, pairing = SECRET.search(shown), re.search(r"/totp ([0-9A-Z]{6}) ", shown)
    assert secret and pairing, shown
    app = pyotp.TOTP(secret[0])
    assert await says(room, helper, f"/totp {pairing[1].lower()}") is Reason.FACTOR_VOUCHED
    assert await says(room, who, f"/totp {app.at(room.clock.now())}") is Reason.FACTOR_ACTIVE
    room.clock.advance(seconds=60)
    return app


async def test_the_secret_is_shown_in_private_alone_and_never_lies_in_the_outbox(room: Room) -> None:
    await opened(room)
    room.simulator.people.say(DUTY_ROOM, SPOKESPERSON, "/totp")
    await room.hears()
    await room.sends_for(5)
    secret = SECRET.search(room.texts(SPOKESPERSON)[-1])
    assert secret
    assert not any(SECRET.search(text) for text in room.texts(DUTY_ROOM))
    async with room.database.read() as tx:
        payloads = str([r.payload for r in await tx.execute(select(telegram_outbox))])
    assert secret[0] not in payloads


async def test_level_4_end_to_end_code_by_reply_and_the_second_persons_button(room: Room) -> None:
    incident_id = await opened(room, level=4)
    app = await enrols(room, SPOKESPERSON, DUTY_OFFICER)
    assert "soát nội dung" in room.messages(DUTY_ROOM)[0].content.text
    assert await presses(room, DUTY_ROOM, DUTY_OFFICER, "Đã soát nội dung") is Reason.CONTENT_CHECKED
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Duyệt") is Reason.ASK_APPROVAL
    question = room.texts(SPOKESPERSON)[-1]
    assert "Duyệt xong CHƯA công bố: còn chờ người thứ hai bấm Cho công bố." in question
    assert "công bố ngay" not in question
    assert re.search(r"Hoặc gõ: /duyet 7K2 \w{5} rồi mã 6 số$", question)
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Đúng, duyệt bản này") is Reason.ASK_CODE
    prompt = room.messages(SPOKESPERSON)[-1]
    assert "MÃ 6 SỐ" in prompt.content.text
    assert await says(room, SPOKESPERSON, "000000", prompt.message_id) is Reason.SECOND_FACTOR_WRONG
    code = app.at(room.clock.now())
    assert await says(room, SPOKESPERSON, code, prompt.message_id) is Reason.APPROVED_AWAITS_SECOND
    card = room.messages(DUTY_ROOM)[0]
    assert "CHƯA công bố" in card.content.text
    assert room.labels(card) == ["Cho công bố", "Sửa", "Trả lại", "Có tác động dư luận", "Việc khác"]
    room.simulator.people.press(SPOKESPERSON, SPOKESPERSON, label="Cho công bố")
    (mine,) = await room.hears()
    assert mine.reason is Reason.SAME_PERSON
    assert await presses(room, DUTY_ROOM, DUTY_OFFICER, "Cho công bố") is Reason.ASK_RELEASE
    assert (await current_of(room, incident_id)).full_vi in room.texts(DUTY_ROOM)[-1], "whole, in the question itself"
    assert await presses(room, DUTY_ROOM, DUTY_OFFICER, "Đúng, cho công bố bản này") is Reason.RELEASED
    assert "Trần Thị Trực đã cho công bố" in room.messages(DUTY_ROOM)[0].content.text


async def test_up_to_level_3_the_question_says_that_approving_publishes_at_once(room: Room) -> None:
    await opened(room, level=3)
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Duyệt") is Reason.ASK_APPROVAL
    question = room.texts(SPOKESPERSON)[-1]
    assert "Duyệt xong là công bố ngay" in question
    assert "mã 6 số" not in question


async def test_a_spokesperson_alone_at_night_does_not_check_the_approval_away_by_mistake(room: Room) -> None:
    await opened(room, level=4)
    await enrols(room, SPOKESPERSON, DUTY_OFFICER)
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Duyệt") is Reason.CONTENT_CHECK_MISSING
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Đã soát nội dung") is Reason.ASK_CHECK
    question = room.messages(SPOKESPERSON)[-1]
    assert "anh/chị soát bản 1 thì không duyệt được bản này. Vẫn soát?" in question.content.text
    assert "Hoặc gõ: /soat 7K2 vẫn soát" in question.content.text
    assert room.labels(question) == ["Vẫn soát", "Thôi"]
    assert await says(room, SPOKESPERSON, "/soat 7K2") is Reason.ASK_CHECK
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Vẫn soát") is Reason.CONTENT_CHECKED
    settled = room.messages(SPOKESPERSON)[-1]
    assert "đã soát nội dung bản 1" in settled.content.text, "the question became its answer"
    assert room.labels(settled) == []


async def test_everything_at_level_4_can_be_typed(room: Room) -> None:
    await opened(room, level=4)
    app = await enrols(room, SPOKESPERSON, DEPUTY)
    assert await says(room, DEPUTY, "/soat 7K2") is Reason.CONTENT_CHECKED
    assert await says(room, SPOKESPERSON, "/duyet 7K2") is Reason.ASK_APPROVAL
    typed = re.search(r"/duyet 7K2 (\w{5})", room.texts(SPOKESPERSON)[-1])
    assert typed
    code = app.at(room.clock.now())
    assert await says(room, SPOKESPERSON, f"/duyet 7K2 {typed[1]} {code}") is Reason.APPROVED_AWAITS_SECOND
    assert await says(room, DEPUTY, "/congbo 7K2") is Reason.ASK_RELEASE
    assert await says(room, DEPUTY, f"/congbo 7K2 {typed[1]}") is Reason.RELEASED


async def test_a_legal_check_is_one_press_or_one_line(room: Room) -> None:
    await opened(room, playbook="food-poisoning")
    assert "soát pháp lý" in room.messages(DUTY_ROOM)[0].content.text
    assert await presses(room, DUTY_ROOM, DUTY_OFFICER, "Đã soát pháp lý") is Reason.NO_RIGHT_TO_CHECK
    assert await says(room, DEPUTY, "/phaply 7K2") is Reason.LEGAL_CHECKED
    card = room.messages(DUTY_ROOM)[0]
    assert "Lê Thị Phó đã soát pháp lý" in card.content.text
    assert "Đã soát pháp lý" not in room.labels(card)


async def test_words_nobody_has_seen_in_this_chat_are_not_signed_by_typing(room: Room) -> None:
    await opened(room, playbook="food-poisoning")
    room.simulator.people.say(DEPUTY, DEPUTY, "/phaply 7K2")
    await room.does(DUTY_OFFICER, Edit("7K2", 1, "Bản khác."))
    (late,) = await room.hears()
    assert late.reason is Reason.STALE_VERSION


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/chung 7K2", "Lệnh chưa đủ. Thêm đơn vị cùng xử lý: /chung 7K2 so-y-te"),
        ("/gop 7K2", "Lệnh chưa đủ. Gộp vào vụ việc khác, Kẻng hỏi lại: /gop 7K2 9Z9"),
        ("/muc", "Lệnh chưa đủ. Đổi mức: /muc 7K2 4 lý do"),
        ("/truc vang", "Lệnh chưa đủ. Lịch trực; nhận, đổi, báo vắng: /truc nhan"),
        ("/dongy", "Lệnh chưa đủ. Đồng ý yêu cầu của đồng nghiệp: /dongy M3X7"),
        ("duyet 7K2", "Lệnh có dấu / ở đầu và dấu cách trước mã, ví dụ: /duyet 7K2"),
        ("/duyet7K2", "dấu cách trước mã"),
    ],
)
async def test_what_is_not_complete_or_not_understood_is_answered_with_how_to_type_it(
    room: Room, typed: str, said: str
) -> None:
    await opened(room)
    assert await says(room, SPOKESPERSON, typed) in (Reason.USAGE, Reason.UNKNOWN_COMMAND)
    assert said in room.texts(SPOKESPERSON)[-1]


async def test_six_digits_that_answer_no_message_approve_nothing_and_are_told_where_they_belong(room: Room) -> None:
    await opened(room, level=4)
    app = await enrols(room, SPOKESPERSON, DUTY_OFFICER)
    assert await presses(room, DUTY_ROOM, DUTY_OFFICER, "Đã soát nội dung") is Reason.CONTENT_CHECKED
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Duyệt") is Reason.ASK_APPROVAL
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Đúng, duyệt bản này") is Reason.ASK_CODE
    assert await says(room, SPOKESPERSON, app.at(room.clock.now())) is Reason.UNKNOWN_COMMAND
    assert "Xin trả lời đúng tin nhắn hỏi mã" in room.texts(SPOKESPERSON)[-1]


async def test_where_no_card_is_shown_a_typed_act_says_how_to_see_the_words_first(room: Room) -> None:
    await opened(room, level=4)
    assert await says(room, DUTY_OFFICER, "/trinh 7K2") is Reason.STALE_VERSION
    said = room.texts(DUTY_OFFICER)[-1]
    assert "Anh/chị chưa xem bản 1 của vụ việc 7K2 ở đây. Gõ /xem 7K2 để đọc" in said
    assert "đã cũ" not in said
    assert await says(room, DUTY_OFFICER, "/xem 7K2") is Reason.SHOWN
    assert await says(room, DUTY_OFFICER, "/trinh 7K2") is Reason.SUBMITTED


async def test_a_stop_is_typed_by_one_shown_on_every_card_and_released_by_two(room: Room) -> None:
    await opened(room)
    assert await says(room, DUTY_OFFICER, "/dungcongbo Kênh bị chiếm quyền") is Reason.STOPPED
    assert "ĐANG DỪNG MỌI VIỆC CÔNG BỐ (Trần Thị Trực" in room.messages(DUTY_ROOM)[0].content.text
    assert await says(room, SPOKESPERSON, "/duyet 7K2") is Reason.PUBLISHING_STOPPED
    assert await says(room, DUTY_OFFICER, "/mocongbo") is Reason.STOP_RELEASE_BEGUN
    assert "Trần Thị Trực đã đồng ý mở lại" in room.messages(DUTY_ROOM)[0].content.text
    assert await says(room, DUTY_OFFICER, "/mocongbo") is Reason.SECOND_RELEASE_NEEDED
    assert await says(room, DEPUTY, "/mocongbo") is Reason.STOP_RELEASED
    assert "ĐANG DỪNG" not in room.messages(DUTY_ROOM)[0].content.text
    assert await says(room, DUTY_OFFICER, "/đúng 7K2") is Reason.UNKNOWN_COMMAND, "an answer stops nothing"
    assert await says(room, DUTY_OFFICER, "/dungcongbo") is Reason.STOPPED, "in a hurry: without a reason"


@pytest.mark.parametrize(
    ("typed", "example"),
    [
        ("/tra 7K2", "/tra 7K2 thiếu giờ chốt"),
        ("/dong 7K2", "/dong 7K2 đã xử lý xong"),
        ("/muc 7K2 1", "/muc 7K2 1 không còn tin mới"),
    ],
)
async def test_an_act_that_lacks_its_reason_says_how_it_is_typed(room: Room, typed: str, example: str) -> None:
    await opened(room, level=2)
    assert await says(room, SPOKESPERSON, typed) is Reason.REASON_MISSING
    assert f"Xin ghi lý do ngay sau lệnh, ví dụ: {example}" in room.texts(SPOKESPERSON)[-1]
