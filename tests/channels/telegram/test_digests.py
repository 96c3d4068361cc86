"""After a long downtime, or in a storm, people get one digest with the list instead of a flood of notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channels.telegram.digests import CARDS_WITH_IT, DIGEST_FROM
from bot.channels.telegram.render_telling import digest, line, telling
from bot.model.incident import Incident
from bot.model.law import RunningClock
from bot.model.notice import Notice
from bot.model.reasons import Escalation
from bot.model.telling import Growing, Grown, Telling
from bot.simulator import Fault, FaultKind
from bot.simulator.cast import DEPUTY, DUTY_ROOM, SPOKESPERSON
from bot.store.schema_telegram import telegram_outbox
from tests.approval.office import NIGHT
from tests.channels.telegram.outgoing import Room
from tests.store.samples import an_incident

CODES = ("2AA", "3BB", "4CC", "5DD", "6EE", "7FF", "8GG", "9HH")


async def matters(room: Room, number: int, level: int = 3) -> list[Incident]:
    return [await room.opens(code=CODES[n], title=f"Việc số {n}", level=level) for n in range(number)]


async def remind(room: Room, incidents: Sequence[Incident], *people: int, urgent: bool = False) -> None:
    """What a sweep after a long downtime does: everything that fell due meanwhile is written at once."""
    for incident in incidents:
        clock = RunningClock("acknowledge", "", NIGHT, NIGHT + timedelta(minutes=15), provisional=False)
        made = Notice(f"late:{incident.id}", incident, Escalation.OVERDUE, room.clock.now(), clock, urgent=urgent)
        async with room.database.write() as tx:
            for number in people:
                person = room.people.by_telegram(number)
                assert person is not None
                await room.channel.notify(tx, person, made)


def digests(room: Room, chat: int) -> list[str]:
    return [text for text in room.texts(chat) if "Tổng hợp" in text]


async def test_many_notices_become_one_message_that_names_every_matter(room: Room) -> None:
    opened = await matters(room, 8)
    await room.sends_for(60)
    before = len(room.texts(SPOKESPERSON))
    await remind(room, opened, SPOKESPERSON)
    await room.sends_for(60)
    new = room.texts(SPOKESPERSON)[before:]
    assert len(new) == 1
    assert new[0].startswith("Tổng hợp 8 thông báo")
    assert all(code in new[0] for code in CODES)


async def test_few_notices_are_said_one_by_one(room: Room) -> None:
    opened = await matters(room, DIGEST_FROM - 1)
    await remind(room, opened, SPOKESPERSON)
    await room.sends_for(60)
    assert digests(room, SPOKESPERSON) == []
    assert len([text for text in room.texts(SPOKESPERSON) if text.count("⏰ Chưa ai tiếp nhận")]) == DIGEST_FROM - 1


async def test_what_piled_up_while_telegram_was_away_comes_as_one_however_long_that_was(room: Room) -> None:
    opened = await matters(room, 8)
    await room.sends_for(60)
    room.simulator.faults.add(
        Fault(FaultKind.ERROR, chat=SPOKESPERSON, code=502, description="Bad Gateway", times=None)
    )
    for incident in opened:
        await remind(room, [incident], SPOKESPERSON)
        await room.sends_for(60)
    room.simulator.faults.clear()
    room.clock.advance(hours=1)
    await room.sends_for(120)
    (one,) = digests(room, SPOKESPERSON)
    assert one.startswith("Tổng hợp 8 thông báo")
    assert not any("⏰" in text for text in room.texts(SPOKESPERSON) if text != one and "Chưa ai tiếp nhận:" in text)


async def test_the_gravest_comes_first_and_drills_last(room: Room) -> None:
    opened = await matters(room, 5, level=2)
    grave = await room.opens(code="4ZZ", title="Việc nặng", level=4)
    drill = await room.opens(code="3YY", title="Việc tập", level=4, drill=True)
    await room.sends_for(60)
    await remind(room, [drill, *opened, grave], SPOKESPERSON)
    await room.sends_for(60)
    lines = digests(room, SPOKESPERSON)[0].splitlines()
    assert "4ZZ" in lines[1]
    assert "3YY" in lines[-2]


async def test_a_digest_brings_the_cards_of_its_gravest_matters_and_no_flood_of_them(room: Room) -> None:
    opened = await matters(room, 8)
    await room.sends_for(60)
    before = room.calls("sendMessage", DEPUTY)
    await remind(room, opened, DEPUTY, urgent=True)
    await room.sends_for(60)
    assert room.calls("sendMessage", DEPUTY) - before == 1 + CARDS_WITH_IT


async def test_what_was_gathered_is_told_once_whatever_restarts(room: Room) -> None:
    opened = await matters(room, 8)
    await remind(room, opened, SPOKESPERSON)
    await room.sends_for(60)
    room.restart()
    await remind(room, opened, SPOKESPERSON)
    await room.sends_for(60)
    assert len(digests(room, SPOKESPERSON)) == 1
    async with room.database.read() as tx:
        states = list((await tx.execute(select(telegram_outbox.c.state))).scalars())
    assert states.count("gathered") == 8
    assert set(states) == {"gathered", "sent"}


async def test_other_chats_are_not_concerned_by_one_that_is_crowded(room: Room) -> None:
    opened = await matters(room, 8)
    await remind(room, opened, SPOKESPERSON)
    await remind(room, opened[:1], DEPUTY)
    await room.sends_for(60)
    assert digests(room, DEPUTY) == []
    assert len(digests(room, SPOKESPERSON)) == 1


async def test_growth_is_told_in_the_duty_room_with_its_reasons_below_the_card(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    grown = (Grown(Growing.VOLUME_UP, 412, 1234), Grown(Growing.NEW_PLACE, names=("phường Bến Nứa",)))
    async with room.database.write() as tx:
        await room.channel.tell(tx, None, Telling("growth:1", room.clock.now(), incident=incident, grown=grown))
    await room.sends()
    card, word = room.messages(DUTY_ROOM)
    assert word.reply_to == card.message_id
    assert "Lượng đề cập tăng từ 412 lên 1.234" in word.content.text
    assert "Thêm địa điểm: phường Bến Nứa" in word.content.text


async def test_a_level_that_rose_to_3_brings_the_card_along(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    person = room.people.by_telegram(SPOKESPERSON)
    risen = Telling("growth:1", NIGHT, incident=incident, grown=(Grown(Growing.LEVEL_UP, 2, 3),), urgent=True)
    async with room.database.write() as tx:
        await room.channel.tell(tx, person, risen)
    await room.sends_for(5)
    assert "Từ mức 2 lên mức 3" in room.texts(SPOKESPERSON)[1]
    assert "Sửa" in room.labels(room.messages(SPOKESPERSON)[-1])


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("reason", list(Growing))
def test_every_reason_has_words_without_a_hole(lang: str, reason: Growing) -> None:
    told = Telling("k", NIGHT, incident=an_incident(), grown=(Grown(reason, 1, 2, ("xã Suối Vàng",)),))
    for said in (telling(lang, told, lambda action, about, arg="": "").plain, line(lang, told)):
        assert "…" not in said
        assert "growing." not in said


def test_hostile_titles_and_places_stay_plain_text_on_one_line() -> None:
    incident = an_incident(title="<b>Việc</b>\n\n" + "x" * 5000)
    told = Telling("k", NIGHT, incident=incident, grown=(Grown(Growing.NEW_PLACE, names=("<a href='x'>\n" * 9,) * 30),))
    assert "\n" not in line("vi", told)
    assert len(line("vi", told)) <= 220
    assert "<a href" not in telling("vi", told, lambda action, about, arg="": "").markup


def test_a_digest_of_a_thousand_fits_into_one_message() -> None:
    made = digest("vi", [f"vụ {n} " + "x" * 200 for n in range(200)], 1000)
    assert len(made.plain) <= 4096
    assert made.plain.startswith("Tổng hợp 1000 thông báo")
