"""The acts behind *Việc khác* on the phone: by button, by reply, and typed."""

from __future__ import annotations

from dataclasses import replace

from bot.model.alert import Alert, AlertOutcome
from bot.model.delivery import DeliveryKey
from bot.model.person import Assignment, Role, Unit
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.simulator.cast import DEPUTY, DUTY_OFFICER, DUTY_ROOM, HEAD, SPOKESPERSON, STRANGER
from bot.store import alerts, incidents, statements
from bot.store.ids import new_id
from tests.approval.office import person
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import opened, presses, says


async def test_the_head_is_asked_with_one_press_and_authorises_by_a_reply(room: Room) -> None:
    await opened(room)
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Việc khác") is Reason.ASK_MORE
    offered = room.labels(room.messages(SPOKESPERSON)[-1])
    assert offered[:3] == ["Trình duyệt", "Từ chối cung cấp", "Xin ủy quyền"]
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Xin ủy quyền") is Reason.AUTHORISATION_ASKED
    asked = room.messages(HEAD)[-1]
    assert "Nguyễn Văn Phát xin ủy quyền" in asked.content.text
    assert room.labels(asked) == ["Ủy quyền cho Lê Thị Phó", "Ủy quyền cho Trần Thị Trực"]
    assert await presses(room, HEAD, HEAD, "Ủy quyền cho Lê Thị Phó") is Reason.ASK_AUTHORISE
    prompt = room.messages(HEAD)[-1]
    terms = "12/GUQ-UBND đến 18h00 25/11/2026"
    assert await says(room, HEAD, terms, prompt.message_id) is Reason.AUTHORISED
    assert "văn bản 12/GUQ-UBND" in room.texts(DEPUTY)[-1]
    assert await presses(room, DEPUTY, DEPUTY, "Duyệt") is Reason.ASK_APPROVAL


async def test_the_head_authorises_unasked_by_buttons_alone(room: Room) -> None:
    await opened(room)
    assert await presses(room, HEAD, HEAD, "Việc khác") is Reason.ASK_MORE
    assert "Ủy quyền phát ngôn" in room.labels(room.messages(HEAD)[-1])
    assert await presses(room, HEAD, HEAD, "Ủy quyền phát ngôn") is Reason.ASK_DELEGATE
    assert await says(room, HEAD, "/uyquyen 7K2") is Reason.ASK_DELEGATE, "typed, too"
    offered = room.labels(room.messages(HEAD)[-1])
    assert offered == ["Ủy quyền cho Lê Thị Phó", "Ủy quyền cho Trần Thị Trực", "Thôi"]
    assert await presses(room, HEAD, HEAD, "Ủy quyền cho Lê Thị Phó") is Reason.ASK_AUTHORISE
    prompt = room.messages(HEAD)[-1]
    assert await says(room, HEAD, "12/GUQ-UBND đến 18h00 25/11/2026", prompt.message_id) is Reason.AUTHORISED


async def test_nobody_else_is_offered_to_authorise(room: Room) -> None:
    await opened(room)
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Việc khác") is Reason.ASK_MORE
    assert "Ủy quyền phát ngôn" not in room.labels(room.messages(SPOKESPERSON)[-1])
    assert await says(room, SPOKESPERSON, "/uyquyen 7K2") is Reason.ONLY_THE_HEAD_AUTHORISES


async def test_the_head_is_told_when_nothing_has_ever_reached_the_delegate_and_whom_else_to_think_of(
    room: Room,
) -> None:
    await opened(room)
    typed = "/uyquyen 7K2 p101 12/GUQ-UBND đến 18h00 25/11/2026"
    assert await says(room, HEAD, typed) is Reason.AUTHORISED
    said = "\n".join(room.texts(HEAD))
    assert "chưa từng nhắn riêng được cho Trần Thị Trực" in said
    assert "Lê Thị Phó" in said


async def test_information_is_refused_on_a_ground_with_a_reason(room: Room) -> None:
    await opened(room)
    await presses(room, SPOKESPERSON, SPOKESPERSON, "Việc khác")
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Từ chối cung cấp") is Reason.ASK_REFUSE
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "b) Đang điều tra, chưa xét xử") is Reason.ASK_REFUSE_REASON
    prompt = room.messages(SPOKESPERSON)[-1]
    assert await says(room, SPOKESPERSON, "Công an đang điều tra", prompt.message_id) is Reason.REFUSED
    card = room.messages(DUTY_ROOM)[0]
    assert "từ chối cung cấp thông tin: điểm b khoản 2 Điều 31 Luật Báo chí năm 2025" in card.content.text
    assert "Duyệt" not in room.labels(card)


async def test_submitting_and_refusing_can_be_typed(room: Room) -> None:
    await opened(room)
    assert await says(room, DEPUTY, "/trinh 7K2") is Reason.SUBMITTED
    assert "trình duyệt bản 1" in room.texts(SPOKESPERSON)[-1]
    assert await says(room, DEPUTY, "/tuchoi 7K2 b vì sao") is Reason.NO_RIGHT_TO_APPROVE
    assert await says(room, SPOKESPERSON, "/tuchoi 7K2 b đang điều tra") is Reason.REFUSED


async def test_what_a_duty_officer_may_not_do_is_not_offered(room: Room) -> None:
    await opened(room)
    assert await says(room, DUTY_OFFICER, "/khac 7K2") is Reason.ASK_MORE
    assert "Từ chối cung cấp" not in room.labels(room.messages(DUTY_OFFICER)[-1])


async def test_a_correction_is_asked_for_by_button_written_by_reply_and_shown_on_the_card(room: Room) -> None:
    incident_id = await opened(room)
    async with room.database.write() as tx:
        current = await statements.current(tx, incident_id)
        assert current is not None
        now = room.clock.now()
        await statements.enter(tx, incident_id, 1, StatementState.APPROVED, now, by="p102")
        await statements.enter(tx, incident_id, 1, StatementState.PUBLISHED, now)
        await incidents.touch(tx, incident_id)
    await room.sends_for(8)
    assert "/dinhchinh" in room.messages(DUTY_ROOM)[0].content.text
    assert await says(room, DEPUTY, "/khac 7K2") is Reason.ASK_MORE
    assert await presses(room, DEPUTY, DEPUTY, "Đính chính") is Reason.ASK_FOLLOW_UP
    prompt = room.messages(DEPUTY)[-1]
    assert current.full_vi in prompt.content.text
    assert await says(room, DEPUTY, "Nội dung đúng.", prompt.message_id) is Reason.FOLLOW_UP_WRITTEN
    card = room.messages(DUTY_ROOM)[0]
    assert "đính chính bản 1 đã công bố" in card.content.text
    assert "Duyệt" in room.labels(card)


async def test_words_in_public_bring_buttons_for_what_may_follow(room: Room) -> None:
    incident_id = await opened(room)
    async with room.database.write() as tx:
        await statements.enter(tx, incident_id, 1, StatementState.APPROVED, room.clock.now(), by="p102")
        await statements.enter(tx, incident_id, 1, StatementState.PUBLISHED, room.clock.now())
        for outlet in ("newsroom", "telegram_channel"):
            await room.channel.offer_follow_ups(tx, DeliveryKey(incident_id, 1, outlet, 1))
    await room.sends_for(8)
    (offer,) = [m for m in room.messages(DUTY_ROOM) if "bản 1 đã được công bố" in m.content.text]
    assert room.labels(offer) == ["Cập nhật", "Đính chính", "Việc khác"]
    assert await presses(room, DUTY_ROOM, DEPUTY, "Cập nhật") is Reason.FOLLOW_UP_DRAFTED
    card = room.messages(DUTY_ROOM)[0].content.text
    assert "cập nhật bản 1 đã công bố" in card
    assert "chưa có nội dung mới được xác minh đủ căn cứ để công bố" in card
    assert await presses(room, DUTY_ROOM, DEPUTY, "Đính chính") is Reason.FOLLOW_UP_UNDER_WAY


async def test_taking_back_is_typed_with_its_reason(room: Room) -> None:
    await opened(room)
    assert await says(room, DEPUTY, "/thuhoi 7K2 nhầm địa bàn") is Reason.NOTHING_PUBLISHED


async def test_a_level_is_chosen_by_button_and_its_reason_given_by_reply(room: Room) -> None:
    await opened(room)
    await presses(room, DUTY_ROOM, DUTY_OFFICER, "Việc khác")
    assert await presses(room, DUTY_ROOM, DUTY_OFFICER, "Đổi mức") is Reason.ASK_LEVEL
    assert await presses(room, DUTY_ROOM, DUTY_OFFICER, "Mức 2") is Reason.ASK_LEVEL_REASON
    prompt = room.messages()[-1]
    room.simulator.people.say(DUTY_ROOM, DUTY_OFFICER, "Đã khống chế", reply_to=prompt.message_id)
    (outcome,) = await room.hears()
    assert outcome.reason is Reason.LEVEL_SET
    await room.sends_for(8)
    assert "Mức 2" in room.messages()[0].content.text
    assert await says(room, DEPUTY, "/muc 7K2 4") is Reason.LEVEL_SET
    assert await says(room, DEPUTY, "/muc 7K2 1") is Reason.REASON_MISSING


async def test_a_fact_is_asked_for_answered_and_confirmed_with_one_press(room: Room) -> None:
    await opened(room)
    assert await says(room, DUTY_OFFICER, "/hoi 7K2") is Reason.ASK_FACT
    first = room.labels(room.messages(DUTY_OFFICER)[-1])[1]
    assert await presses(room, DUTY_OFFICER, DUTY_OFFICER, first) is Reason.ASK_FACT_VALUE
    prompt = room.messages(DUTY_OFFICER)[-1]
    assert await says(room, DUTY_OFFICER, "12", prompt.message_id) is Reason.ASK_FACT_CONFIRMED
    assert "chưa xác nhận" in room.messages(DUTY_ROOM)[0].content.text
    assert await presses(room, DUTY_OFFICER, DUTY_OFFICER, "Đã xác nhận, đưa vào dự thảo") is Reason.FACT_CONFIRMED


async def test_a_difference_shows_what_nobody_sees(room: Room) -> None:
    incident_id = await opened(room)
    async with room.database.read() as tx:
        current = await statements.current(tx, incident_id)
    assert current is not None
    sly = current.full_vi.replace("Nội dung", "Nội\u200b dung", 1)
    assert await says(room, DEPUTY, f"/sua 7K2 {sly}") is Reason.EDITED
    assert await says(room, SPOKESPERSON, "/sosanh 7K2") is Reason.DIFF_SHOWN
    assert "Nội⟨U+200B⟩" in room.texts(SPOKESPERSON)[-1]


async def test_a_difference_names_every_text_and_says_which_only_one_version_has(room: Room) -> None:
    await opened(room)
    assert await says(room, DEPUTY, "/xem 7K2 het") is Reason.TEXTS_SHOWN
    assert await says(room, DEPUTY, "/bienthe 7K2 en Two people are in hospital.") is Reason.TEXT_WRITTEN
    await room.sends_for(8)
    assert await says(room, SPOKESPERSON, "/sosanh 7K2") is Reason.DIFF_SHOWN
    shown = room.texts(SPOKESPERSON)[-1]
    assert "bản tiếng Anh: chỉ có ở bản 2:\nTwo people are in hospital." in shown
    assert "Không đổi: bản đầy đủ." in shown


async def test_muting_merging_splitting_and_opening_again_are_typed(room: Room) -> None:
    await opened(room)
    await opened(room, code="4M9", title="Việc khác")
    await room.sends_for(2)  # the second card does not follow the first within the second
    assert await says(room, DEPUTY, "/tatnhac 7K2") is Reason.ASK_MUTE
    prompt = room.messages(DEPUTY)[-1]
    assert await says(room, DEPUTY, "30 phút", prompt.message_id) is Reason.MUTED
    assert "tắt nhắc đến" in room.messages(DUTY_ROOM)[0].content.text
    assert await says(room, DEPUTY, "/tach 7K2") is Reason.ASK_SPLIT
    assert await says(room, DEPUTY, "/gop 4M9 vào 7K2 đúng") is Reason.MERGED
    assert await says(room, DEPUTY, "/dong 7K2 đúng: xong") is Reason.CLOSED
    assert await says(room, DEPUTY, "/molai 7K2 còn việc") is Reason.REOPENED
    assert await says(room, DEPUTY, "/chuyen 7K2 khong-co lý do") is Reason.UNKNOWN_UNIT


async def test_a_reply_to_a_list_of_alerts_counts_for_that_list_alone(room: Room) -> None:
    incident_id = await opened(room)
    async with room.database.write() as tx:
        for title in ("Nước có mùi", "Cháy chợ", "Sập cầu"):
            made = Alert(new_id(room.clock.now()), "default", title, room.clock.now())
            await alerts.add(tx, made, b"{}", "0" * 64)
            await alerts.place(tx, made.id, incident_id, AlertOutcome.JOINED, "same_words", room.clock.now())
    assert await says(room, DEPUTY, "/tach 7K2") is Reason.ASK_SPLIT
    shown = room.messages(DEPUTY)[-1]
    assert await says(room, SPOKESPERSON, "/tach 7K2 1") is Reason.SPLIT
    assert "vụ việc 7K2 thành vụ việc" in "\n".join(room.texts(SPOKESPERSON))
    assert "\n• Nước có mùi\n" in "\n".join(room.texts(SPOKESPERSON))
    assert await says(room, DEPUTY, "2", shown.message_id) is Reason.ASK_SPLIT_AGAIN
    again = next(m for m in room.messages(DEPUTY) if "chưa tách cảnh báo nào" in m.content.text)
    assert "1. Cháy chợ\n2. Sập cầu" in again.content.text
    assert await says(room, DEPUTY, "2", again.message_id) is Reason.SPLIT
    assert "\n• Sập cầu\n" in "\n".join(room.texts(DEPUTY))


async def test_the_answer_to_a_hand_over_says_whom_to_ring(room: Room) -> None:
    await opened(room)
    health = replace(person(STRANGER, "Hoàng Văn Lương", Assignment(Role.HEAD)), unit="so-y-te", telegram_id=None)
    units = (Unit("so-y-te", "Sở Y tế", "Department of Health"),)
    room.people = replace(room.people, people=(*room.people.people, health), units=units)
    assert await says(room, DUTY_OFFICER, "/chuyen 7K2 so-y-te") is Reason.REASON_MISSING
    assert "ví dụ: /chuyen 7K2 so-y-te vụ việc thuộc thẩm quyền" in room.texts(DUTY_OFFICER)[-1]
    assert await says(room, DUTY_OFFICER, "/chuyen 7K2 so-y-te đúng: thuộc ngành y tế") is Reason.HANDED_OVER
    answer = room.texts(DUTY_OFFICER)[-1]
    assert "Đã chuyển vụ việc 7K2 cho Sở Y tế." in answer
    assert "Chưa báo được qua tin nhắn: Hoàng Văn Lương (Chức danh). Xin gọi điện trực tiếp." in answer
