"""Facts on the phone: the unit is asked in its own chat, answers by a reply, and a second press confirms."""

from __future__ import annotations

from dataclasses import replace

from bot.model.person import Assignment, Person, Role
from bot.model.reasons import Reason
from bot.model.unit import Unit
from bot.simulator.cast import DEPUTY, DUTY_OFFICER, DUTY_ROOM, STRANGER, SUPERVISOR
from bot.store import statements
from tests.approval.office import organisation
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import opened, presses, says


def with_a_department(room: Room) -> None:
    unit = Unit("so-y-te", "Sở Y tế", "Department of Health")
    lanh = Person(
        "p106", "Đỗ Thị Lành", "Giám đốc", unit.id, (Assignment(Role.REGULAR, unit=unit.id),), telegram_id=SUPERVISOR
    )
    room.people = replace(organisation(lanh), units=(unit,))


async def test_a_unit_is_asked_answers_with_source_and_hour_and_a_colleague_confirms(room: Room) -> None:
    with_a_department(room)
    incident_id = await opened(room, playbook="food-poisoning")
    assert await says(room, DUTY_OFFICER, "/dulieu 7K2") is Reason.ASK_FACT
    shown = room.messages(DUTY_OFFICER)[-1]
    assert "2. số người có triệu chứng (people_affected) – chưa có; hỏi Sở Y tế" in shown.content.text
    assert await presses(room, DUTY_OFFICER, DUTY_OFFICER, "Gửi câu hỏi cho đơn vị") is Reason.UNITS_ASKED
    asked = room.messages(SUPERVISOR)[-1]
    assert "Đề nghị Sở Y tế cung cấp" in asked.content.text
    assert "Bao nhiêu người có triệu chứng, tính đến mấy giờ?" in asked.content.text
    assert await presses(room, SUPERVISOR, SUPERVISOR, "số người có triệu chứng") is Reason.ASK_FACT_VALUE
    prompt = room.messages(SUPERVISOR)[-1]
    answer = "43; nguồn: bệnh viện tỉnh; đến 01h45"
    assert await says(room, SUPERVISOR, answer, prompt.message_id) is Reason.ASK_FACT_CONFIRMED
    assert "nguồn: bệnh viện tỉnh; đến 01h45" in room.texts(SUPERVISOR)[-1]
    card = room.messages(DUTY_ROOM)[0].content.text
    assert "43 người có triệu chứng" not in card, "nobody has confirmed it"
    assert await says(room, DEPUTY, "/dulieu 7K2") is Reason.ASK_FACT
    assert "43 (Đỗ Thị Lành ghi, đến 01h45 ngày 23/11/2026) – CHƯA xác nhận" in room.texts(DEPUTY)[-1]
    assert await presses(room, DEPUTY, DEPUTY, "Xác nhận: số người có triệu chứng") is Reason.FACT_CONFIRMED
    async with room.database.read() as tx:
        current = await statements.current(tx, incident_id)
    assert current is not None
    assert "43 người có triệu chứng" in current.full_vi
    assert current.full_vi in room.messages(DUTY_ROOM)[0].content.text


async def test_a_stranger_who_finds_a_question_answers_nothing(room: Room) -> None:
    with_a_department(room)
    await opened(room, playbook="food-poisoning")
    assert await says(room, STRANGER, "/hoi 7K2 people_affected 43") is Reason.NOT_ENROLLED


async def test_the_list_reads_english_for_whom_it_is_english(room: Room) -> None:
    with_a_department(room)
    deputy = room.people.person("p103")
    assert deputy is not None
    room.people = replace(
        room.people, people=(*tuple(p for p in room.people.people if p.id != "p103"), replace(deputy, lang="en"))
    )
    await opened(room, playbook="food-poisoning")
    await says(room, DEPUTY, "/hoi 7K2")
    assert (
        "2. the number of people with symptoms (people_affected) – not known; ask Department of Health"
        in room.texts(DEPUTY)[-1]
    )
    assert await presses(room, DEPUTY, DEPUTY, "the number of people with symptoms") is Reason.ASK_FACT_VALUE
    assert "How many people" in room.texts(DEPUTY)[-1]


async def test_an_example_is_a_number_only_where_a_number_is_wanted(room: Room) -> None:
    await opened(room, playbook="food-poisoning")
    await says(room, DEPUTY, "/dulieu 7K2")
    assert await presses(room, DEPUTY, DEPUTY, "số người có triệu chứng") is Reason.ASK_FACT_VALUE
    assert "ví dụ: 43; nguồn: bệnh viện tỉnh; đến 14h10" in room.texts(DEPUTY)[-1]
    await says(room, DEPUTY, "/dulieu 7K2")
    assert await presses(room, DEPUTY, DEPUTY, "nguyên nhân và loại thực phẩm liên quan") is Reason.ASK_FACT_VALUE
    assert "ví dụ: nội dung; nguồn: …; đến 14h10" in room.texts(DEPUTY)[-1]


async def test_a_fact_that_is_reported_stands_in_one_place_of_the_card(room: Room) -> None:
    await opened(room, playbook="food-poisoning")
    await says(room, DEPUTY, "/hoi 7K2 people_affected 43")
    card = next(text for text in reversed(room.texts(DUTY_ROOM)) if "Chưa biết" in text)
    assert "Có thông tin, chưa xác nhận: số người có triệu chứng: 43" in card
    assert "people_affected" not in card.partition("Chưa biết: ")[2].partition("\n")[0]
