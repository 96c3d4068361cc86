"""Words count as read when Telegram has answered that they are in the chat: queued or refused they do not."""

from __future__ import annotations

from bot.approval.typed_codes import code_of
from bot.drafting.limits import TEXT_LIMIT
from bot.model.commands import Approve
from bot.model.reasons import Reason
from bot.model.statement import StatementVersion
from bot.simulator import Fault, FaultKind
from bot.simulator.cast import DEPUTY, SPOKESPERSON
from tests.approval.office import PHAT, SEAL
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import current_of, opened, presses, says

LONG = "Words. " * 390


async def with_further_texts(room: Room) -> StatementVersion:
    """So much that the texts take two messages."""
    incident_id = await opened(room)
    assert await says(room, DEPUTY, f"/sua 7K2 {'Chữ dài. ' * 311}") is Reason.EDITED
    assert await says(room, DEPUTY, "/bienthe 7K2 en") is Reason.TEXT_ADDED
    assert await says(room, DEPUTY, f"/bienthe 7K2 en {LONG}") is Reason.TEXT_WRITTEN
    assert await says(room, DEPUTY, "/bienthe 7K2 ngan Trạm đã đóng.") is Reason.TEXT_WRITTEN
    assert await says(room, DEPUTY, f"/bienthe 7K2 noi {'xa-xôi-hẻo-lánh-nhất ' * 80}") is Reason.TEXT_WRITTEN
    await room.sends_for(10)
    return await current_of(room, incident_id)


async def approves_from_elsewhere(room: Room, version: StatementVersion) -> Reason:
    """The same words by a press that does not come from the messages under way."""
    command = Approve(version.incident_id, version.version, version.sha256[:8])
    return (await room.does(PHAT, command)).reason


async def asks_without_an_answer(room: Room) -> None:
    """The spokesperson asks; nothing is sent yet."""
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/duyet 7K2")
    (outcome,) = await room.hears()
    assert outcome.reason is Reason.ASK_APPROVAL


async def test_texts_that_are_only_queued_were_not_read(room: Room) -> None:
    version = await with_further_texts(room)
    await asks_without_an_answer(room)
    assert await approves_from_elsewhere(room, version) is Reason.TEXTS_NOT_SHOWN
    await room.sends_for(10)
    assert await approves_from_elsewhere(room, version) is Reason.APPROVED


async def test_texts_that_telegram_refuses_were_not_read_although_the_question_came(room: Room) -> None:
    version = await with_further_texts(room)
    await asks_without_an_answer(room)
    refusal = Fault(FaultKind.ERROR, "sendMessage", SPOKESPERSON, times=2, code=400, description="Bad Request: no")
    room.simulator.faults.add(refusal)  # the first message with texts, with its markup and without
    await room.sends_for(10)
    question = room.messages(SPOKESPERSON)[-1]
    assert "Đúng, duyệt bản này" in room.labels(question)
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Đúng, duyệt bản này") is Reason.TEXTS_NOT_SHOWN
    typed = f"/duyet 7K2 {code_of(SEAL, version)}"
    assert await says(room, SPOKESPERSON, typed) is Reason.TEXTS_NOT_SHOWN
    assert await says(room, SPOKESPERSON, "/xem 7K2 het") is Reason.TEXTS_SHOWN
    assert await presses(room, SPOKESPERSON, SPOKESPERSON, "Đúng, duyệt bản này") is Reason.APPROVED


async def test_of_texts_in_several_messages_all_must_have_come(room: Room) -> None:
    version = await with_further_texts(room)
    before = room.calls("sendMessage", SPOKESPERSON)
    await asks_without_an_answer(room)
    await room.channel._outbox.pump()
    await room.channel._outbox.finish()
    assert room.calls("sendMessage", SPOKESPERSON) == before + 1
    assert await approves_from_elsewhere(room, version) is Reason.TEXTS_NOT_SHOWN, "the first of two came"
    await room.sends_for(10)
    shown = "\n".join(room.texts(SPOKESPERSON))
    assert all(text in shown for key, text in version.texts.items() if key != "vi/full")
    assert await approves_from_elsewhere(room, version) is Reason.APPROVED


async def test_the_question_brings_the_full_text_whole_whatever_the_card_shows(room: Room) -> None:
    incident_id = await opened(room)
    words = "Chữ mới. " * 60
    assert await says(room, DEPUTY, f"/sua 7K2 {words}") is Reason.EDITED
    await room.sends_for(10)
    assert await says(room, SPOKESPERSON, "/duyet 7K2") is Reason.ASK_APPROVAL
    assert (await current_of(room, incident_id)).full_vi in room.texts(SPOKESPERSON)[-1]
    stuck = Fault(FaultKind.ERROR, "editMessageText", SPOKESPERSON, times=None, code=500)
    room.simulator.faults.add(stuck)
    assert await says(room, DEPUTY, f"/sua 7K2 {words} Thêm.") is Reason.EDITED
    assert await says(room, SPOKESPERSON, "/duyet 7K2") is Reason.ASK_APPROVAL
    current = await current_of(room, incident_id)
    assert current.full_vi in room.texts(SPOKESPERSON)[-1], "the card is behind"
    room.simulator.faults.clear()


async def test_the_longest_text_stands_whole_in_the_question_and_its_hidden_characters_are_named(room: Room) -> None:
    incident_id = await opened(room, title="Nước máy có mùi dầu " * 6)
    longest = ("Chữ dài. " * TEXT_LIMIT)[: TEXT_LIMIT - 3] + "d\u200bi"
    assert await says(room, DEPUTY, f"/sua 7K2 {longest}") is Reason.EDITED
    assert await says(room, SPOKESPERSON, "/duyet 7K2") is Reason.ASK_APPROVAL
    question = room.messages(SPOKESPERSON)[-1]
    assert (await current_of(room, incident_id)).full_vi in question.content.text
    assert "ký tự ẩn" in question.content.text
    assert "Đúng, duyệt bản này" in room.labels(question)
