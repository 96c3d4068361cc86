"""/baodong on the phone: in one line, or asked for and given by a reply; what is marked secret is not kept."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from bot.model.reasons import Reason
from bot.simulator.cast import DUTY_OFFICER, STRANGER
from bot.store import alerts
from bot.store.schema_telegram import telegram_updates
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import opened, says


async def titles(room: Room) -> list[str]:
    async with room.database.read() as tx:
        found = [await alerts.get(tx, alert_id) for alert_id in await alerts.unplaced(tx)]
    return [one.alert.title for one in found if one]


async def test_a_report_in_one_line_is_noted_and_confirmed(room: Room) -> None:
    await opened(room)
    line = "/baodong Cá chết trắng sông; xã Suối Vàng; https://bao.example.vn/ca"
    assert await says(room, DUTY_OFFICER, line) is Reason.REPORTED
    assert await titles(room) == ["Cá chết trắng sông"]
    assert "Cá chết trắng sông" in room.texts(DUTY_OFFICER)[-1]
    assert "nơi: xã Suối Vàng" in room.texts(DUTY_OFFICER)[-1]


async def test_what_a_report_left_out_is_said_in_words(room: Room) -> None:
    await opened(room)
    assert await says(room, DUTY_OFFICER, "/baodong Cá chết trắng sông") is Reason.REPORTED
    assert "(nơi: chưa rõ; đường dẫn: không có)" in room.texts(DUTY_OFFICER)[-1]


async def test_without_words_it_asks_and_the_reply_is_the_report(room: Room) -> None:
    await opened(room)
    assert await says(room, DUTY_OFFICER, "/baodong") is Reason.ASK_REPORT
    question = room.messages(DUTY_OFFICER)[-1]
    assert "Việc gì đang xảy ra?" in question.content.text
    assert await says(room, DUTY_OFFICER, "Diễn tập: cháy chợ\nphường Sông Thượng", question.message_id) is (
        Reason.REPORTED_DRILL
    )
    assert await titles(room) == ["cháy chợ"]


async def test_a_stranger_is_not_asked(room: Room) -> None:
    await opened(room)
    assert await says(room, STRANGER, "/baodong Cá chết") is Reason.NOT_ENROLLED
    assert await titles(room) == []


async def test_a_marked_report_is_refused_and_what_was_typed_is_forgotten(room: Room) -> None:
    await opened(room)
    assert await says(room, DUTY_OFFICER, "/baodong Kế hoạch di dời; Văn bản MẬT số 7") is Reason.MARKED_SECRET
    assert "không lưu" in room.texts(DUTY_OFFICER)[-1]
    async with room.database.read() as tx:
        kept = [
            json.dumps(raw, ensure_ascii=False) for raw in (await tx.execute(select(telegram_updates.c.raw))).scalars()
        ]
    assert kept
    assert not [raw for raw in kept if "di dời" in raw]
    assert await titles(room) == []


@pytest.mark.parametrize("line", ["/bang Văn bản MẬT: kế hoạch di dời", "/khongro Văn bản MẬT: kế hoạch di dời"])
async def test_what_is_no_command_of_ours_is_not_kept_as_it_came(room: Room, line: str) -> None:
    await opened(room)
    assert await says(room, DUTY_OFFICER, line) is not None
    async with room.database.read() as tx:
        kept = list((await tx.execute(select(telegram_updates.c.raw))).scalars())
    assert "di dời" not in json.dumps(kept, ensure_ascii=False)
