"""What a person is told: the toast, the message, the question, and what a reply to it means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.approval.typed_codes import code_of
from bot.channels.telegram import render_dialog
from bot.model.commands import Act, Actor, Invalid, Return
from bot.model.delivery import DeliveryKey
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.simulator import Fault, FaultKind
from bot.simulator.cast import BOT, DUTY_OFFICER, DUTY_ROOM, HEAD, SPOKESPERSON, STRANGER
from bot.simulator.model import Chat, ChatKind, Member
from bot.simulator.records import Callback
from bot.store import deliveries, statements
from tests.approval.office import PHAT, SEAL, TRUC
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import opened

NEW_WORDS = "Tỉnh đã lấy mẫu nước <5 giờ & đang xét nghiệm {{ kết quả }}."


def toast(room: Room, press: Callback) -> dict[str, object]:
    calls = room.simulator.calls.listed(method="answerCallbackQuery")
    return next(c.params for c in calls if c.params["callback_query_id"] == press.id)


async def test_a_press_is_answered_with_a_toast_and_the_card_tells_the_rest(room: Room) -> None:
    await opened(room)
    press = room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Tiếp nhận")
    await room.hears()
    assert "Trần Thị Trực tiếp nhận" in str(toast(room, press)["text"])
    assert toast(room, press)["show_alert"] in (False, "false", "False")
    await room.sends_for(5)
    assert len(room.texts()) == 1


async def test_a_refused_press_is_told_as_an_alert_and_changes_nothing(room: Room) -> None:
    await opened(room)
    press = room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Duyệt")
    (outcome,) = await room.hears()
    assert outcome.reason is Reason.NO_RIGHT_TO_APPROVE
    assert toast(room, press)["show_alert"] in (True, "true", "True")
    await room.sends_for(5)
    assert len(room.texts()) == 1


async def test_approving_asks_once_more_with_version_and_words_and_then_says_so(room: Room) -> None:
    incident_id = await opened(room)
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, f"/sua 7K2 {NEW_WORDS}")
    await room.hears()
    await room.sends_for(5)
    room.simulator.people.press(SPOKESPERSON, SPOKESPERSON, label="Duyệt")
    await room.hears()
    await room.sends_for(5)
    question = room.messages(SPOKESPERSON)[-1]
    async with room.database.read() as tx:
        version = await statements.current(tx, incident_id)
    assert version is not None
    assert f"BẢN 2 ({version.sha256[:8]})" in question.content.text
    assert NEW_WORDS in question.content.text
    assert f"/duyet 7K2 {code_of(SEAL, version)}" in question.content.text
    assert room.labels(question) == ["Đúng, duyệt bản này", "Thôi"]
    room.simulator.people.press(SPOKESPERSON, SPOKESPERSON, label="Đúng, duyệt bản này")
    (outcome,) = await room.hears()
    assert outcome.reason is Reason.APPROVED
    await room.sends_for(8)
    answered = next(m for m in room.messages(SPOKESPERSON) if m.message_id == question.message_id)
    assert "Đã duyệt bản 2" in answered.content.text
    assert room.labels(answered) == []


async def test_a_stranger_in_the_room_cannot_spoil_the_question_of_another(room: Room) -> None:
    await opened(room)
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Báo động giả")
    await room.hears()
    await room.sends_for(5)
    question = room.messages()[-1]
    room.people = replace(room.people, people=tuple(p for p in room.people.people if p.telegram_id != HEAD))
    room.simulator.people.press(DUTY_ROOM, HEAD, label="Đúng, báo động giả")
    (outcome,) = await room.hears()
    assert outcome.refused
    await room.sends_for(5)
    assert room.labels(next(m for m in room.messages() if m.message_id == question.message_id)) != []


async def test_sua_asks_for_the_new_words_and_the_reply_becomes_the_next_version(room: Room) -> None:
    incident_id = await opened(room)
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Sửa")
    await room.hears()
    await room.sends_for(5)
    prompt = room.messages()[-1]
    assert "Trần Thị Trực" in prompt.content.text
    async with room.database.read() as tx:
        version = await statements.current(tx, incident_id)
    assert version is not None
    assert version.full_vi in prompt.content.text, "the words to copy and change"
    room.simulator.people.say(DUTY_ROOM, DUTY_OFFICER, NEW_WORDS, reply_to=prompt.message_id)
    (outcome,) = await room.hears()
    assert outcome.reason is Reason.EDITED
    await room.sends_for(8)
    assert NEW_WORDS in room.texts()[0]
    assert "bản 2" in room.texts()[-1]


async def test_a_reply_to_the_card_edits_the_version_that_it_shows(room: Room) -> None:
    await opened(room)
    card = room.messages()[0]
    room.simulator.people.say(DUTY_ROOM, DUTY_OFFICER, NEW_WORDS, reply_to=card.message_id)
    (outcome,) = await room.hears()
    assert (outcome.reason, outcome.version) == (Reason.EDITED, 2)


async def test_tra_lai_asks_for_a_reason(room: Room) -> None:
    await opened(room)
    room.simulator.people.press(SPOKESPERSON, SPOKESPERSON, label="Trả lại")
    await room.hears()
    await room.sends_for(5)
    prompt = room.messages(SPOKESPERSON)[-1]
    assert "LÝ DO" in prompt.content.text
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "Sai địa danh", reply_to=prompt.message_id)
    (outcome,) = await room.hears()
    assert outcome.reason is Reason.RETURNED
    await room.sends_for(8)
    assert "bị trả lại: Sai địa danh" in room.texts(HEAD)[0]


async def test_another_playbook_can_be_chosen_from_the_candidates_or_from_all(room: Room) -> None:
    await opened(room)
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Cẩm nang khác")
    await room.hears()
    await room.sends_for(5)
    assert room.labels(room.messages()[-1]) == [
        "Ô nhiễm môi trường",
        "Dịch bệnh truyền nhiễm ở người",
        "Tất cả cẩm nang",
        "Thôi",
    ]
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Tất cả cẩm nang")
    await room.hears()
    await room.sends_for(5)
    assert len(room.labels(room.messages()[-1])) == 32
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Ngộ độc thực phẩm")
    (outcome,) = await room.hears()
    assert outcome.reason is Reason.PLAYBOOK_CHOSEN
    await room.sends_for(8)
    assert "Ngộ độc thực phẩm (Trần Thị Trực chọn)" in room.texts()[0]


async def test_thoi_takes_the_question_away(room: Room) -> None:
    await opened(room)
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Báo động giả")
    await room.hears()
    await room.sends_for(5)
    press = room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Thôi")
    assert await room.hears() == []
    await room.sends_for(8)
    assert room.labels(room.messages()[-1]) == []
    assert toast(room, press)["text"]


async def test_typed_commands_are_answered_with_a_message(room: Room) -> None:
    await opened(room)
    typed = room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/tiepnhan 7k2")
    await room.hears()
    await room.sends_for(5)
    said = room.messages(SPOKESPERSON)[-1]
    assert "tiếp nhận vụ việc 7K2" in said.content.text
    assert said.reply_to == typed.message_id


async def test_a_stranger_is_told_their_number_and_nothing_else(room: Room) -> None:
    await opened(room)
    room.simulator.people.start(STRANGER)
    room.simulator.people.say(STRANGER, STRANGER, "/xem 7K2")
    await room.hears()
    await room.sends_for(8)
    assert all(str(STRANGER) in text for text in room.texts(STRANGER))
    assert not any("nước" in text.lower() for text in room.texts(STRANGER))


async def test_help_tells_each_role_what_it_can_do(room: Room) -> None:
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/help")
    room.simulator.people.say(DUTY_OFFICER, DUTY_OFFICER, "/help")
    await room.hears()
    await room.sends_for(5)
    assert "/duyet" in room.texts(SPOKESPERSON)[-1]
    assert "người phát ngôn" in room.texts(SPOKESPERSON)[-1]
    assert "/duyet" not in room.texts(DUTY_OFFICER)[-1]
    assert "/tiepnhan" in room.texts(DUTY_OFFICER)[-1]


async def test_the_list_names_open_incidents_and_marks_drills(room: Room) -> None:
    room.simulator.people.say(DUTY_OFFICER, DUTY_OFFICER, "/ds")
    await room.hears()
    await room.sends_for(5)
    assert "Không có" in room.texts(DUTY_OFFICER)[-1]
    await opened(room)
    await opened(room, code="4M9", drill=True, title="<b>Diễn tập</b>")
    room.simulator.people.say(DUTY_OFFICER, DUTY_OFFICER, "/ds")
    await room.hears()
    await room.sends_for(5)
    assert "7K2 · mức 3 · chưa tiếp nhận · Nước máy có mùi dầu" in room.texts(DUTY_OFFICER)[-1]
    assert "[DIỄN TẬP] 4M9" in room.texts(DUTY_OFFICER)[-1]


async def test_xem_posts_the_card_anew(room: Room) -> None:
    await opened(room)
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/xem 7K2")
    await room.hears()
    await room.sends_for(8)
    assert "Duyệt" in room.labels(room.messages(SPOKESPERSON)[-1])
    assert room.labels(room.messages(SPOKESPERSON)[0]) == []
    assert not any("gián đoạn" in text for text in room.texts(SPOKESPERSON))


async def test_a_draft_never_goes_into_a_foreign_group(room: Room) -> None:
    foreign = -4002
    room.simulator.groups.add_chat(
        Chat(foreign, ChatKind.GROUP, title="Nhóm khác", members=(Member(BOT.id), Member(SPOKESPERSON)))
    )
    await opened(room)
    room.simulator.people.say(foreign, SPOKESPERSON, "/xem 7K2")
    room.simulator.people.say(foreign, SPOKESPERSON, "/camnang 7K2")
    room.simulator.people.say(foreign, SPOKESPERSON, "/ds")
    await room.hears()
    await room.sends_for(8)
    assert room.texts(foreign) == []
    assert len(room.texts(SPOKESPERSON)) == 4


async def test_an_anonymous_administrator_is_asked_to_write_in_their_own_name(room: Room) -> None:
    await opened(room)
    room.simulator.people.say(DUTY_ROOM, DUTY_OFFICER, "/tiepnhan 7K2")
    await room.channel._intake.poll_once()
    act = Act(room.keys[0], Actor("telegram", 1087968824), Invalid(Reason.ANONYMOUS_SENDER.value))
    async with room.database.write() as tx:
        await room.channel.reply(tx, act, Outcome(Reason.NOT_ENROLLED))
    await room.sends_for(5)
    assert "quản trị viên ẩn danh" in room.texts()[-1]


async def test_a_refusal_whose_toast_came_too_late_is_said_as_a_message(room: Room) -> None:
    await opened(room)
    room.simulator.faults.add(
        Fault(
            FaultKind.ERROR,
            method="answerCallbackQuery",
            code=400,
            description="Bad Request: query is too old and response timeout expired or query ID is invalid",
        )
    )
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Duyệt")
    await room.hears()
    await room.sends_for(5)
    assert "Người duyệt lúc này: Nguyễn Văn Phát" in room.texts()[-1]


async def test_a_decision_counts_though_its_toast_failed(room: Room) -> None:
    await opened(room)
    room.simulator.faults.add(Fault(FaultKind.BAD_GATEWAY, method="answerCallbackQuery"))
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Tiếp nhận")
    (outcome,) = await room.hears()
    assert outcome.reason is Reason.ACKNOWLEDGED
    await room.sends_for(5)
    assert len(room.texts()) == 1
    assert "đã tiếp nhận" in room.texts()[0]


async def test_a_doubtful_publication_is_asked_about_and_answered_with_a_button(room: Room) -> None:
    incident_id = await opened(room, level=2)
    async with room.database.write() as tx:
        await deliveries.queue(tx, incident_id, 1, "telegram_channel", room.clock.now())
        await deliveries.claim(tx, incident_id, 1, "telegram_channel", 1, room.clock.now())
        key = DeliveryKey(incident_id, 1, "telegram_channel", 1)
        await room.channel.ask_whether_it_appeared(tx, key)
        await room.channel.ask_whether_it_appeared(tx, key)
    await room.sends_for(8)
    questions = [m for m in room.messages() if "Kênh Telegram hay chưa" in m.content.text]
    assert len(questions) == 1
    assert room.labels(questions[0]) == ["Đã đăng", "Chưa đăng"]
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Chưa đăng")
    (outcome,) = await room.hears()
    assert outcome.reason is Reason.DELIVERY_REQUEUED
    room.simulator.people.press(SPOKESPERSON, SPOKESPERSON, label="Đã đăng")
    (late,) = await room.hears()
    assert late.reason is Reason.DELIVERY_ALREADY_SETTLED


async def test_a_doubtful_publication_is_answered_by_typing_what_its_question_tells(room: Room) -> None:
    incident_id = await opened(room, level=2)
    async with room.database.write() as tx:
        for outlet in ("newsroom", "telegram_channel"):
            await deliveries.queue(tx, incident_id, 1, outlet, room.clock.now())
            await deliveries.claim(tx, incident_id, 1, outlet, 1, room.clock.now())
            await deliveries.mark_asked(tx, incident_id, 1, outlet, 1)
            await room.channel.ask_whether_it_appeared(tx, DeliveryKey(incident_id, 1, outlet, 1))
    await room.sends_for(8)
    (question,) = [m.content.text for m in room.messages() if "Kênh Telegram hay chưa" in m.content.text]
    assert "gõ: /dadang 7K2 telegram_channel co (đã đăng) hoặc khong (chưa đăng)" in question
    room.clock.advance(seconds=30)
    room.simulator.people.say(DUTY_ROOM, DUTY_OFFICER, "/dadang 7K2 có")
    assert [o.reason for o in await room.hears()] == [Reason.DOUBT_UNCLEAR]
    await room.sends_for(8)
    assert "/dadang 7K2 newsroom co | khong; /dadang 7K2 telegram_channel co | khong" in room.texts()[-1]
    room.simulator.people.say(DUTY_ROOM, DUTY_OFFICER, "/dadang 7K2 telegram_channel khong")
    assert [o.reason for o in await room.hears()] == [Reason.DELIVERY_REQUEUED]
    await room.sends_for(8)
    assert "bài chưa đăng trên Kênh Telegram. Đang gửi lại" in room.texts()[-1]
    room.simulator.people.say(DUTY_OFFICER, DUTY_OFFICER, "/đãđăng 7K2 trang tin rồi")
    assert [o.reason for o in await room.hears()] == [Reason.DELIVERY_CONFIRMED]


def test_of_two_versions_in_doubt_at_one_outlet_what_to_type_names_the_version() -> None:
    doubts = (DeliveryKey("i", 1, "newsroom", 1), DeliveryKey("i", 2, "newsroom", 3), DeliveryKey("i", 2, "rss", 1))
    unclear = Outcome(Reason.DOUBT_UNCLEAR, incident_id="i", values={"code": "7K2"}, doubts=doubts)
    for lang in ("vi", "en"):
        assert (
            "/dadang 7K2 newsroom ban 1 co | khong; /dadang 7K2 newsroom ban 2 co | khong; /dadang 7K2 rss co | khong"
        ) in render_dialog.sentence(lang, unclear, TRUC)


async def test_an_english_speaker_is_answered_in_english_in_private(room: Room) -> None:
    people = tuple(replace(p, lang="en") if p.telegram_id == PHAT else p for p in room.people.people)
    room.people = replace(room.people, people=people)
    await opened(room)
    assert "Level 3" in room.texts(SPOKESPERSON)[0]
    assert "Mức 3" in room.texts()[0]
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/duyet 9Z9")
    await room.hears()
    await room.sends_for(5)
    assert "9Z9" in room.texts(SPOKESPERSON)[-1]
    assert "Không" not in room.texts(SPOKESPERSON)[-1]


async def test_what_people_type_comes_back_as_plain_words(room: Room) -> None:
    await opened(room)
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/camnang 7K2 <b>&{code}")
    await room.hears()
    await room.sends_for(5)
    assert "<b>&{code}" in room.texts(SPOKESPERSON)[-1]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_outcome_can_be_said(reason: Reason, lang: str) -> None:
    values = {"code": "7K2", "version": "2", "current_version": "3", "state": "closed", "outlet": "newsroom"}
    said = render_dialog.answer(lang, Outcome(reason, values=values), STRANGER).plain
    assert said
    assert not said.startswith("reason.")


async def test_an_act_that_came_another_way_is_answered_nowhere(room: Room) -> None:
    act = Act("web:1", Actor("telegram", TRUC), Return("7K2", "x"))
    async with room.database.write() as tx:
        await room.channel.reply(tx, act, Outcome(Reason.RETURNED))
    await room.channel.respond(act, Outcome(Reason.RETURNED))
    assert room.calls() == 0
