"""A lawyer sees the card while the legal check is waited for, is told at submit, and passes it by one press."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.approval.checkers import is_lawyer_awaited
from bot.approval.gate_file import load_gates
from bot.model.commands import ChoosePlaybook, Edit, LegalCheck
from bot.model.person import Assignment, Organisation, Person, Role
from bot.model.reasons import Reason
from bot.model.unit import Unit
from bot.playbooks import default_playbooks_folder
from bot.simulator.calls import Expected
from bot.simulator.cast import DEPUTY, DUTY_OFFICER, DUTY_ROOM, SUPERVISOR
from bot.store import incidents, people
from tests.approval.office import PHO, desk, organisation, person
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.steps import opened, says

LAWYER = SUPERVISOR
ELSEWHERE = 107
"""A lawyer's phone, and one of another department without a chat."""
NEEDS_A_LAWYER, NEEDS_NONE = "food-poisoning", "water-contamination"


def lawyer(room: Room, unit: str | None = None, *, ended: bool = False, number: int = LAWYER) -> Person:
    held = Assignment(Role.LEGAL, unit=unit, valid_to=room.clock.now() if ended else None)
    made = person(number, f"Cao Thị Luật {number}", held)
    return made if unit is None else replace(made, unit=unit)


def with_lawyers(*lawyers: Person) -> Organisation:
    units = (Unit("so-tu-phap", "Sở Tư pháp", "Justice"), Unit("so-y-te", "Sở Y tế", "Health"))
    return replace(organisation(*lawyers), units=units)


async def opened_with(room: Room, *lawyers: Person, playbook: str = NEEDS_A_LAWYER) -> str:
    room.people = with_lawyers(*lawyers)
    return await opened(room, playbook=playbook)


def cards(room: Room) -> list[str]:
    return [text for text in room.texts(LAWYER) if "soát pháp lý" in text and "trình bản" not in text]


async def test_the_lawyer_gets_the_card_and_passes_the_check_by_one_press(room: Room) -> None:
    await opened_with(room, lawyer(room))
    assert len(cards(room)) == 1
    room.simulator.people.press(LAWYER, LAWYER, label="Đã soát pháp lý")
    (checked,) = await room.hears()
    assert checked.reason is Reason.LEGAL_CHECKED


async def test_a_matter_that_no_lawyer_has_to_see_comes_to_none(room: Room) -> None:
    await opened_with(room, lawyer(room), playbook=NEEDS_NONE)
    assert await says(room, DEPUTY, "/trinh 7K2") is Reason.SUBMITTED
    assert room.texts(LAWYER) == []


async def test_a_check_that_was_made_brings_no_further_lawyer_in(room: Room) -> None:
    incident = await opened_with(room)
    await room.does(PHO, LegalCheck(incident, 1))
    room.people = with_lawyers(lawyer(room))
    assert await says(room, DUTY_OFFICER, "/tiepnhan 7K2", chat=DUTY_ROOM) is Reason.ACKNOWLEDGED
    assert room.texts(LAWYER) == []
    await room.does(DUTY_OFFICER, Edit(incident, 1, "Bản khác."))
    await says(room, DUTY_OFFICER, "/tacdong 7K2 đúng", chat=DUTY_ROOM)
    assert len(cards(room)) == 1, "other words are to be checked anew"


async def test_the_check_of_somebody_who_is_accused_since_leaves_the_words_to_a_lawyer(room: Room) -> None:
    """As when the level of a matter rises by itself, or the files move a person: nobody takes the signature back."""
    incident = await opened_with(room, lawyer(room, "so-tu-phap"))
    await room.does(PHO, LegalCheck(incident, 1))
    now = room.clock.now()
    async with room.database.write() as tx:
        found = await incidents.find(tx, incident)
        assert found is not None
        assert not await is_lawyer_awaited(tx, desk(now, room.people), found)
        await people.accuse(tx, found.id, "van-phong-ubnd", "system", now)
        assert await is_lawyer_awaited(tx, desk(now, room.people), found)


async def test_another_playbook_that_asks_for_a_legal_check_brings_the_lawyer_in(room: Room) -> None:
    incident = await opened_with(room, lawyer(room), playbook=NEEDS_NONE)
    assert room.texts(LAWYER) == []
    await room.does(PHO, ChoosePlaybook(incident, NEEDS_A_LAWYER))
    await says(room, DUTY_OFFICER, "/tiepnhan 7K2", chat=DUTY_ROOM)
    assert len(cards(room)) == 1


async def test_the_lawyer_is_told_at_submit_when_it_waits_for_them(room: Room) -> None:
    await opened_with(room, lawyer(room))
    assert await says(room, DUTY_OFFICER, "/trinh 7K2", chat=DUTY_ROOM) is Reason.SUBMITTED
    assert "chờ soát pháp lý" in room.texts(LAWYER)[-1]
    assert "/phaply 7K2" in room.texts(LAWYER)[-1]
    assert "chờ soát pháp lý" in room.texts(DEPUTY)[-1], "a deputy may pass it too"


async def test_nobody_is_told_of_a_check_at_submit_that_was_made(room: Room) -> None:
    incident = await opened_with(room, lawyer(room))
    await room.does(PHO, LegalCheck(incident, 1))
    before = room.texts(LAWYER)
    assert await says(room, DUTY_OFFICER, "/trinh 7K2", chat=DUTY_ROOM) is Reason.SUBMITTED
    assert not any("trình bản" in text for text in room.texts(LAWYER)), before


async def test_a_lawyer_whose_role_has_ended_gets_neither_card_nor_word(room: Room) -> None:
    await opened_with(room, lawyer(room, ended=True))
    assert await says(room, DUTY_OFFICER, "/trinh 7K2", chat=DUTY_ROOM) is Reason.SUBMITTED
    assert room.texts(LAWYER) == []


@pytest.mark.parametrize(("other", "asked"), [(None, True), ("so-y-te", False)])
async def test_lawyers_of_the_matters_units_come_first_and_those_of_others_where_there_is_none(
    room: Room, other: str | None, asked: bool
) -> None:
    """The lawyers of a department of justice are for every matter, unless the health department has its own."""
    lawyers = [lawyer(room, "so-tu-phap")]
    if other is not None:
        lawyers.append(lawyer(room, other, number=ELSEWHERE))
    room.people = with_lawyers(*lawyers)
    routing = replace(room.people.routing, by_playbook={NEEDS_A_LAWYER: ("so-y-te", ())})
    room.people = replace(room.people, routing=routing)
    await room.opens(playbook=NEEDS_A_LAWYER)
    if other is not None:
        room.simulator.calls.expect(Expected(400, containing="chat not found", times=None))
    await room.sends()
    assert bool(cards(room)) is asked


async def test_at_level_4_whoever_may_check_the_content_is_told_at_submit(room: Room) -> None:
    room.people = organisation()
    await room.opens(level=4)
    await room.sends()
    assert await says(room, DUTY_OFFICER, "/trinh 7K2", chat=DUTY_ROOM) is Reason.SUBMITTED
    assert "chờ soát nội dung" in room.texts(DEPUTY)[-1]
    assert not any("chờ soát nội dung" in text for text in room.texts(DUTY_OFFICER)), "nobody is on duty by the roster"
    assert "soát nội dung" in room.texts(DUTY_ROOM)[0], "the room has the card"


async def test_where_an_office_lets_no_lawyer_pass_the_check_none_is_asked(room: Room) -> None:
    matrix, _ = load_gates(default_playbooks_folder() / "law")
    gates = tuple(replace(g, by=g.by - {Role.LEGAL}) for g in matrix.gates)
    room.people = with_lawyers(lawyer(room))
    incident = await room.opens(playbook=NEEDS_A_LAWYER)
    narrowed = desk(room.clock.now(), room.people, gates=replace(matrix, gates=gates))
    async with room.database.read() as tx:
        assert not await is_lawyer_awaited(tx, narrowed, incident)
        assert await is_lawyer_awaited(tx, desk(room.clock.now(), room.people), incident)
