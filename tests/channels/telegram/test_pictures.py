"""The picture stands beside the card, changes in its place, and never holds the card up."""

from __future__ import annotations

import struct
import zlib

import pytest

from bot.model.incident import Incident
from bot.simulator import Fault, FaultKind
from bot.simulator.cast import DUTY_ROOM, SPOKESPERSON
from bot.simulator.model import MediaKind, Message
from tests.channels.telegram.outgoing import Room


def png(grey: int) -> bytes:
    """A small picture in one shade."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = (b"\x00" + bytes([grey]) * 90) * 60
    head = struct.pack(">IIBBBBB", 90, 60, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


class Draws:
    """Draws a new shade each time; nothing where there is nothing to draw."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.has_something = True

    async def __call__(self, incident_id: str, lang: str) -> bytes | None:
        self.asked.append((incident_id, lang))
        return png(len(self.asked)) if self.has_something else None


@pytest.fixture
def draws(room: Room) -> Draws:
    source = Draws()
    room.picture = source
    room.restart()
    return source


async def illustrate(room: Room, incident: Incident, number: int) -> None:
    async with room.database.write() as tx:
        await room.channel.illustrate(tx, incident, number)


def pictures(room: Room, chat: int = DUTY_ROOM) -> list[Message]:
    return [m for m in room.messages(chat) if m.content.media and m.content.media.kind is MediaKind.PHOTO]


async def lacking(room: Room, incident: Incident, number: int) -> list[str]:
    async with room.database.read() as tx:
        return list(await room.channel.lacking_pictures(tx, {incident.id: number}))


async def test_each_chat_that_shows_the_card_gets_the_picture_as_an_answer_to_it(room: Room, draws: Draws) -> None:
    incident = await room.opens()
    assert await lacking(room, incident, 1) == [], "where no card is on show there is nothing beside it"
    await room.sends_for(10)
    assert await lacking(room, incident, 1) == [incident.id]
    await illustrate(room, incident, 1)
    await room.sends_for(10)
    for chat in (DUTY_ROOM, SPOKESPERSON):
        (picture,) = pictures(room, chat)
        assert picture.reply_to is not None
        assert "7K2" in picture.content.text
    assert await lacking(room, incident, 1) == []


async def test_the_same_number_is_sent_once_and_a_new_one_takes_its_place(room: Room, draws: Draws) -> None:
    incident = await room.opens()
    await room.sends_for(10)
    for number in (1, 1, 2):
        await illustrate(room, incident, number)
        await room.sends_for(30)
    (picture,) = pictures(room)
    assert picture.edited is not None
    sent = [call.method for call in room.simulator.calls.listed() if call.method in ("sendPhoto", "editMessageMedia")]
    assert sent.count("sendPhoto") == sent.count("editMessageMedia") == len(draws.asked) / 2


async def test_a_picture_that_somebody_deleted_is_sent_anew(room: Room, draws: Draws) -> None:
    incident = await room.opens()
    await room.sends_for(10)
    await illustrate(room, incident, 1)
    await room.sends_for(10)
    gone = {m.message_id for m in pictures(room)}
    room.simulator.faults.add(
        Fault(
            FaultKind.ERROR, method="editMessageMedia", code=400, description="Bad Request: message to edit not found"
        )
    )
    await illustrate(room, incident, 2)
    await room.sends_for(30)
    assert {m.message_id for m in pictures(room)} > gone


async def test_where_nothing_can_be_drawn_nothing_is_sent(room: Room, draws: Draws) -> None:
    draws.has_something = False
    incident = await room.opens()
    await room.sends_for(10)
    await illustrate(room, incident, 1)
    await room.sends_for(10)
    assert pictures(room) == []
    assert room.texts(), "the card is there all the same"


async def test_after_a_restart_a_queued_picture_goes_out_once(room: Room, draws: Draws) -> None:
    incident = await room.opens()
    await room.sends_for(10)
    await illustrate(room, incident, 1)
    room.restart()
    await room.sends_for(10)
    assert len(pictures(room)) == 1
