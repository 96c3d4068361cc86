"""A unit that holds a case too sees its card, is told, agrees on the phone, and goes out again."""

from __future__ import annotations

from dataclasses import replace

from bot.model.commands import Edit
from bot.model.person import Assignment, Organisation, Role
from bot.model.reasons import Reason
from bot.model.unit import Unit
from bot.simulator.cast import DUTY_OFFICER, SPOKESPERSON, SUPERVISOR
from tests.approval.office import organisation, person
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import opened, says

YTE = SUPERVISOR
"""The phone of the department's spokesperson."""


def province(role: Role = Role.REGULAR, *, ended: bool = False, room: Room) -> Organisation:
    until = room.clock.now() if ended else None
    health = replace(person(YTE, "Đỗ Thị Y", Assignment(role, unit="so-y-te", valid_to=until)), unit="so-y-te")
    return replace(organisation(health), units=(Unit("so-y-te", "Sở Y tế", "Department of Health"),))


async def opened_to_the_province(room: Room) -> str:
    room.people = province(room=room)
    incident_id = await opened(room)
    assert room.texts(YTE) == [], "another unit's matter"
    return incident_id


async def test_the_other_units_spokesperson_is_told_sees_the_draft_and_agrees_by_one_press(room: Room) -> None:
    await opened_to_the_province(room)
    assert await says(room, DUTY_OFFICER, "/chung 7K2 so-y-te") is Reason.HELD_JOINTLY
    assert "Kẻng báo cho: Đỗ Thị Y" in room.texts(DUTY_OFFICER)[-1]
    notice = next(text for text in room.texts(YTE) if "cùng xử lý vụ việc 7K2" in text)
    assert "/thongnhat 7K2" in notice
    card = next(m for m in room.messages(YTE) if "Đơn vị tôi đồng ý" in room.labels(m))
    assert "Chờ đơn vị cùng xử lý đồng ý văn bản: Sở Y tế" in card.content.text
    room.simulator.people.press(YTE, YTE, label="Đơn vị tôi đồng ý")
    (agreed,) = await room.hears()
    assert agreed.reason is Reason.AGREED_JOINTLY


async def test_a_unit_added_by_mistake_goes_out_by_a_typed_line_and_sees_no_further_draft(room: Room) -> None:
    incident = await opened_to_the_province(room)
    await says(room, DUTY_OFFICER, "/chung 7K2 so-y-te")
    assert await says(room, SPOKESPERSON, "/chung 7K2 bỏ so-y-te") is Reason.NO_LONGER_HELD
    assert "không cùng xử lý vụ việc 7K2" in room.texts(YTE)[-1]
    assert not any("Chờ đơn vị cùng xử lý" in text for text in room.texts(SPOKESPERSON))
    await room.does(DUTY_OFFICER, Edit(incident, 1, "Chữ của bản sau."))
    await room.sends_for(8)
    assert any("Chữ của bản sau." in text for text in room.texts(SPOKESPERSON))
    assert not any("Chữ của bản sau." in text for text in room.texts(YTE))


async def test_nobody_whose_role_has_ended_gets_the_card_of_a_joint_case(room: Room) -> None:
    await opened_to_the_province(room)
    room.people = province(ended=True, room=room)
    assert await says(room, DUTY_OFFICER, "/chung 7K2 so-y-te") is Reason.HELD_JOINTLY_BY_NOBODY
    assert room.texts(YTE) == []


async def test_the_answer_says_how_to_go_on_where_nobody_can_agree(room: Room) -> None:
    await opened_to_the_province(room)
    room.people = province(Role.DUTY, room=room)
    assert await says(room, DUTY_OFFICER, "/chung 7K2 so-y-te") is Reason.HELD_JOINTLY_BY_NOBODY
    assert "/chung 7K2 bỏ Sở Y tế" in room.texts(DUTY_OFFICER)[-1]
    assert await says(room, DUTY_OFFICER, "/chung 7K2 bỏ Sở Y tế") is Reason.NO_LONGER_HELD
