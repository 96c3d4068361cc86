"""Cards follow what is committed: in every chat concerned, coalesced, and through all that Telegram may do."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.model.card import CardView
from bot.model.commands import Acknowledge, Approve, CloseIncident, Edit, FalseAlarm
from bot.model.person import Assignment, Role
from bot.simulator import Fault, FaultKind
from bot.simulator.calls import Expected
from bot.simulator.cast import DEPUTY, DUTY_OFFICER, DUTY_ROOM, HEAD, SPOKESPERSON, STRANGER
from bot.store import statements
from bot.store.database import Tx
from tests.approval.office import PHAT, PHO, TRUC, organisation, person
from tests.channels.telegram.outgoing import Room

BUTTONS = ["Tiếp nhận", "Duyệt", "Sửa", "Trả lại", "Cẩm nang khác", "Báo động giả", "Có tác động dư luận", "Việc khác"]


async def test_the_duty_room_and_everybody_who_may_speak_or_stand_in_see_the_card(room: Room) -> None:
    await room.opens()
    await room.sends()
    for chat in (DUTY_ROOM, SPOKESPERSON, HEAD, DEPUTY):
        assert ["7K2" in text for text in room.texts(chat)] == [True], chat
    assert room.texts(DUTY_OFFICER) == room.texts(STRANGER) == []


async def test_in_however_many_chats_it_is_read_once_and_anew_for_what_comes_later(room: Room) -> None:
    read: list[str] = []

    async def card(tx: Tx, incident_id: str) -> CardView | None:
        read.append(incident_id)
        return await Room.card(room, tx, incident_id)

    room.channel._outbox._cards._views._source = card
    incident = await room.opens()
    await room.sends()
    assert room.calls("sendMessage") == 4
    assert read == [incident.id]
    await room.does(TRUC, Acknowledge(incident.id))
    await room.sends_for(4)
    assert read == [incident.id] * 2
    for chat in (DUTY_ROOM, SPOKESPERSON, HEAD, DEPUTY):
        assert ["đã tiếp nhận" in text for text in room.texts(chat)] == [True], chat


async def test_a_sender_that_was_ended_before_it_read_leaves_nothing_that_the_next_one_waits_for(room: Room) -> None:
    incident, views = await room.opens(), room.channel._outbox._cards._views
    asked = asyncio.create_task(views.now(incident.id))
    await asyncio.sleep(0)  # it asks; nothing is read yet
    asked.cancel()
    await asyncio.wait({asked})
    view = await views.now(incident.id)
    assert view is not None
    assert view.incident.id == incident.id


async def test_the_card_carries_the_six_buttons_and_one_for_everything_else(room: Room) -> None:
    await room.opens()
    await room.sends()
    assert room.labels(room.messages()[0]) == BUTTONS


async def test_a_change_edits_the_card_and_sends_no_second_one(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    await room.does(TRUC, Acknowledge(incident.id))
    await room.sends_for(4)
    assert len(room.texts()) == 1
    assert "Trần Thị Trực đã tiếp nhận" in room.texts()[0]
    assert room.labels(room.messages()[0]) == BUTTONS[1:]


async def test_many_changes_within_three_seconds_are_one_edit_and_the_last_state_wins(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    before = room.calls("editMessageText", DUTY_ROOM)
    for _ in range(10):
        await room.changes(incident)
        await room.sends()
    await room.does(TRUC, Acknowledge(incident.id))
    await room.sends_for(6)
    assert room.calls("editMessageText", DUTY_ROOM) - before <= 2
    assert "đã tiếp nhận" in room.texts()[0]


async def test_a_card_that_shows_the_truth_is_left_alone(room: Room) -> None:
    await room.opens()
    await room.sends()
    before = room.calls()
    await room.sends_for(120)
    assert room.calls() == before


async def test_not_modified_is_no_error_and_no_loop(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    room.clock.advance(seconds=10)
    room.simulator.faults.add(
        Fault(
            FaultKind.ERROR,
            method="editMessageText",
            chat=DUTY_ROOM,
            code=400,
            description="Bad Request: message is not modified: specified new message content is exactly the same",
        )
    )
    await room.changes(incident)
    await room.sends_for(30)
    assert room.calls("editMessageText", DUTY_ROOM) == 1
    assert len(room.texts()) == 1


async def test_a_deleted_card_is_sent_anew(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    room.simulator.people.delete(DUTY_ROOM, room.messages()[0].message_id)
    room.simulator.calls.expect(Expected(400, "editMessageText", "message to edit not found"))
    await room.does(TRUC, Acknowledge(incident.id))
    await room.sends_for(4)
    assert len(room.texts()) == 1
    assert "đã tiếp nhận" in room.texts()[0]


async def test_an_approved_card_names_who_and_has_no_buttons(room: Room) -> None:
    incident = await room.opens(level=2)
    await room.sends()
    async with room.database.read() as tx:
        version = await statements.current(tx, incident.id)
    assert version is not None
    await room.does(PHAT, Edit(incident.id, version.version, "Tỉnh đã lấy mẫu nước."))
    async with room.database.read() as tx:
        version = await statements.current(tx, incident.id)
    assert version is not None
    await room.does(PHAT, Approve(incident.id, version.version, version.sha256[:8]))
    await room.sends_for(6)
    for chat in (DUTY_ROOM, SPOKESPERSON, HEAD):
        card = room.messages(chat)[0]
        assert "Nguyễn Văn Phát đã duyệt" in card.content.text
        assert room.labels(card) == []


@pytest.mark.parametrize("over", [FalseAlarm, CloseIncident])
async def test_a_card_of_what_is_over_has_no_buttons(room: Room, over: type) -> None:
    incident = await room.opens()
    await room.sends()
    await room.does(PHAT, over(incident.id, "đã rõ"))
    await room.sends_for(4)
    assert room.labels(room.messages()[0]) == []


async def test_somebody_whose_last_role_has_ended_sees_no_further_draft(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    before = room.texts(DEPUTY)
    ended = Assignment(Role.DEPUTY, valid_to=room.clock.now())
    room.people = organisation(person(PHO, "Lê Thị Phó", ended))
    await room.does(TRUC, Edit(incident.id, 1, "Chữ của bản sau."))
    await room.sends_for(8)
    assert "Chữ của bản sau." in room.texts()[0]
    assert room.texts(DEPUTY) == before


async def test_whoever_is_authorised_for_the_case_alone_goes_on_seeing_its_card(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    ended, here = Assignment(Role.DEPUTY, valid_to=room.clock.now()), Assignment(Role.AUTHORISED, case="7K2")
    room.people = organisation(person(PHO, "Lê Thị Phó", ended, here))
    await room.does(TRUC, Edit(incident.id, 1, "Chữ của bản sau."))
    await room.sends_for(8)
    assert "Chữ của bản sau." in room.texts(DEPUTY)[0]


async def test_files_that_cannot_be_read_leave_no_card_standing_still(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    await room.does(TRUC, Edit(incident.id, 1, "Chữ của bản sau."))
    room.people = replace(room.people, people=(), fault="people.yaml: unreadable")
    await room.sends_for(8)
    assert "Chữ của bản sau." in room.texts(DEPUTY)[0]


async def test_the_card_remembers_which_version_it_shows(room: Room) -> None:
    from bot.store import telegram_inbox

    incident = await room.opens()
    await room.sends()
    await room.does(PHAT, Edit(incident.id, 1, "Tỉnh đã lấy mẫu nước."))
    async with room.database.read() as tx:
        assert await telegram_inbox.version_shown(tx, DUTY_ROOM, "7K2") == 1
    await room.sends_for(4)
    async with room.database.read() as tx:
        assert await telegram_inbox.version_shown(tx, DUTY_ROOM, "7K2") == 2


async def test_a_group_that_becomes_a_supergroup_sees_the_card_in_its_new_place(room: Room) -> None:
    from bot.simulator.cast import BOT
    from bot.simulator.model import Chat, ChatKind, Member

    group = -4001
    room.simulator.groups.add_chat(
        Chat(group, ChatKind.GROUP, title="Tổ trực", members=(Member(BOT.id), Member(DUTY_OFFICER)))
    )
    room.duty_chat = group
    room.restart()
    incident = await room.opens()
    await room.sends()
    assert len(room.texts(group)) == 1
    moved = room.simulator.groups.migrate(group)
    new = moved if isinstance(moved, int) else moved.id
    room.simulator.calls.expect(Expected(400, containing="upgraded to a supergroup", times=None))
    await room.does(TRUC, Acknowledge(incident.id))
    await room.sends_for(6)
    assert ["đã tiếp nhận" in text for text in room.texts(new)] == [True]
    room.restart()
    second = await room.opens(code="4M9", playbook="food-poisoning")
    await room.sends_for(6)
    assert second.code in room.texts(new)[-1]


async def test_who_blocked_the_bot_is_left_out_until_they_come_back(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    room.simulator.people.block(SPOKESPERSON)
    room.simulator.calls.expect(Expected(403, times=None))
    await room.does(TRUC, Acknowledge(incident.id))
    await room.sends_for(6)
    assert "đã tiếp nhận" in room.texts(HEAD)[0]
    tried = room.calls(chat=SPOKESPERSON)
    await room.changes(incident)
    await room.sends_for(60)
    assert room.calls(chat=SPOKESPERSON) == tried
    room.simulator.people.unblock(SPOKESPERSON)
    await room.hears()
    await room.sends_for(6)
    assert "đã tiếp nhận" in room.texts(SPOKESPERSON)[-1]


async def test_who_never_pressed_start_gets_the_card_once_they_do(room: Room) -> None:
    from dataclasses import replace

    state = room.simulator.state
    state.put(replace(state.people[SPOKESPERSON], started=False))
    room.simulator.calls.expect(Expected(403, times=None))
    await room.opens()
    await room.sends()
    assert room.texts(SPOKESPERSON) == []
    room.simulator.people.start(SPOKESPERSON)
    await room.hears()
    await room.sends_for(6)
    assert any("7K2" in text and "Mức 3" in text for text in room.texts(SPOKESPERSON))


async def test_a_card_whose_answer_was_lost_is_sent_again_rather_than_not_at_all(room: Room) -> None:
    room.simulator.faults.add(Fault(FaultKind.LOST_500, method="sendMessage", chat=DUTY_ROOM))
    incident = await room.opens()
    await room.sends_for(5)
    assert len(room.texts()) == 2
    await room.does(TRUC, Acknowledge(incident.id))
    await room.sends_for(6)
    assert "đã tiếp nhận" in room.texts()[1]
