"""``/vanban`` and ``/noidang`` on the phone: the file itself, to whom it may go, and the list of the copies."""

from __future__ import annotations

from bot.drafting.documents import read_back
from bot.model.delivery import DeliveryState
from bot.model.reasons import Reason
from bot.simulator.cast import DUTY_OFFICER, DUTY_ROOM, SPOKESPERSON, STRANGER
from bot.store import deliveries, statements
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import opened, says


async def test_the_document_comes_as_a_file_with_the_draft_mark(room: Room) -> None:
    incident_id = await opened(room)
    assert await says(room, DUTY_OFFICER, "/vanban 7K2") is Reason.DOCUMENT_SENT
    message = room.messages(DUTY_OFFICER)[-1]
    assert message.content.media is not None
    file = room.simulator.state.files[message.content.media.files[-1]]
    async with room.database.read() as tx:
        current = await statements.current(tx, incident_id)
    assert current is not None
    read = read_back(file.data)
    assert (read.text, read.sha256) == (current.full_vi, current.sha256)
    assert current.sha256 in message.content.text


async def test_a_document_is_named_by_its_version_and_what_is_not_there_is_refused(room: Room) -> None:
    await opened(room)
    assert await says(room, SPOKESPERSON, "/vanban 7K2 1") is Reason.DOCUMENT_SENT
    assert await says(room, SPOKESPERSON, "/vanban 7K2 9") is Reason.NO_SUCH_VERSION
    assert await says(room, SPOKESPERSON, "/vanban 7K2 doc") is Reason.USAGE


async def test_a_stranger_gets_no_document_and_no_list(room: Room) -> None:
    await opened(room)
    for typed in ("/vanban 7K2", "/noidang 7K2"):
        assert await says(room, STRANGER, typed) is Reason.NOT_ENROLLED
    assert not any(message.content.media for message in room.messages(STRANGER))


async def test_a_document_that_cannot_be_made_says_why(room: Room) -> None:
    async def away(incident_id: str, version: int, wanted: object) -> object:
        from bot.model.paper import NoPaper

        raise NoPaper("no_converter")

    await opened(room)
    room.channel._outbox._messages._papers = away
    assert await says(room, SPOKESPERSON, "/vanban 7K2 pdf") is Reason.DOCUMENT_SENT
    assert "không có LibreOffice" in room.texts(SPOKESPERSON)[-1]


async def test_where_each_copy_is_is_listed_with_its_state(room: Room) -> None:
    incident_id = await opened(room)
    assert await says(room, DUTY_OFFICER, "/noidang 7K2") is Reason.NO_COPIES
    async with room.database.write() as tx:
        for outlet in ("newsroom", "email_list"):
            await deliveries.queue(tx, incident_id, 1, outlet, room.clock.now())
        await deliveries.claim(tx, incident_id, 1, "email_list", 1, room.clock.now())
    assert await says(room, DUTY_OFFICER, "/noidang 7K2") is Reason.COPIES_SHOWN
    said = room.texts(DUTY_OFFICER)[-1]
    assert "Bản 1, Trang tin: đang chờ đăng" in said
    assert "Bản 1, Thư cho báo chí: đang gửi" in said, "as the card says it: nobody is asked yet"
    assert not any("Trang tin: đang" in text for text in room.texts(DUTY_ROOM))


async def test_a_page_of_the_newsroom_is_named_by_its_address(room: Room) -> None:
    incident_id = await opened(room)
    page = f"{incident_id}-1"
    async with room.database.write() as tx:
        await deliveries.queue(tx, incident_id, 1, "newsroom", room.clock.now())
        await deliveries.claim(tx, incident_id, 1, "newsroom", 1, room.clock.now())
        at = room.clock.now()
        await deliveries.settle(tx, incident_id, 1, "newsroom", 1, DeliveryState.SENT, at, reference=page)
    assert await says(room, DUTY_OFFICER, "/noidang 7K2") is Reason.COPIES_SHOWN
    assert f"/newsroom/{page}" in room.texts(DUTY_OFFICER)[-1]
