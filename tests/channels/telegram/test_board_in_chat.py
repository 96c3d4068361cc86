"""/bang in the chat: the link goes to the person's own chat alone, and nowhere else is it written in clear."""

from __future__ import annotations

import re

from sqlalchemy import select

from bot.model.reasons import Reason
from bot.simulator.cast import DUTY_ROOM, SPOKESPERSON, STRANGER
from bot.store import audit
from bot.store.schema_telegram import telegram_outbox
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import says

LINK = re.compile(r"http://127\.0\.0\.1:8080/board/o/([a-z2-7]{40})")


async def test_asked_in_the_duty_room_the_link_comes_in_private_alone(room: Room) -> None:
    await room.opens()
    assert await says(room, SPOKESPERSON, "/bang", chat=DUTY_ROOM) is Reason.BOARD_LINK_GIVEN
    shown = LINK.search("\n".join(room.texts(SPOKESPERSON)))
    assert shown
    assert not any("/board/o/" in text for text in room.texts(DUTY_ROOM))
    async with room.database.read() as tx:
        payloads = str([row.payload for row in await tx.execute(select(telegram_outbox))])
        record = str([entry async for entry in audit.entries(tx)])
    assert shown[1] not in payloads
    assert shown[1] not in record


async def test_the_message_is_a_link_that_cannot_be_passed_on_and_says_how_long_it_lasts(room: Room) -> None:
    assert await says(room, SPOKESPERSON, "/bảng") is Reason.BOARD_LINK_GIVEN
    message = room.messages(SPOKESPERSON)[-1]
    links = [e.url for e in message.content.entities if e.type == "text_link"]
    assert [bool(LINK.fullmatch(url)) for url in links] == [True]
    assert "10 phút" in message.content.text
    assert "8 giờ" in message.content.text
    assert message.protected


async def test_boards_are_closed_from_the_chat(room: Room) -> None:
    await says(room, SPOKESPERSON, "/bang")
    assert await says(room, SPOKESPERSON, "/bảng đóng") is Reason.BOARDS_ENDED
    assert "(số lượng: 1)" in room.texts(SPOKESPERSON)[-1]
    assert await says(room, SPOKESPERSON, "/bang mo") is Reason.USAGE


async def test_a_stranger_gets_no_link(room: Room) -> None:
    assert await says(room, STRANGER, "/bang") is Reason.NOT_ENROLLED
    assert not any("/board/" in text for text in room.texts(STRANGER))
