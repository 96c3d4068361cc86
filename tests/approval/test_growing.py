"""People are told again of a matter they know only for a reason, once, and not while they sleep or muted it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.approval import acts, growing
from bot.approval.desk import Desk
from bot.channels.telegram.render_telling import grown_words
from bot.model import commands as c
from bot.model.alert import Volume
from bot.model.person import Person
from bot.model.policy import OfficePolicy, QuietHours
from bot.model.telling import Growing, Telling
from bot.store import audit, growth_told, incidents
from tests.approval.conftest import Office
from tests.approval.office import TRUC, act

ASLEEP = OfficePolicy(quiet_hours=QuietHours(time(22), time(6)))
MIDDAY = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


class Matter:
    """One matter that grows, and a sweep that tells."""

    def __init__(self, office: Office, policy: OfficePolicy = OfficePolicy()) -> None:  # noqa: B008
        self.office, self.policy = office, policy

    @property
    def desk(self) -> Desk:
        return replace(self.office.desk, office=self.policy)

    async def sets_level(self, level: int, why: str) -> None:
        """The duty officer sets it, on the record."""
        done = act(TRUC, c.SetLevel(self.office.incident_id, level, why))
        async with self.office.database.write() as tx:
            outcome = await acts.perform(tx, self.office.desk, done)
            await audit.append(tx, acts.audit_event(done, self.office.desk.who(done.actor), outcome, self.office.now))

    async def grows(self, observed: float, *, level: int | None = None, press: int = 1) -> None:
        now = await self.office.incident()
        growth = replace(now.growth, volume=Volume(observed, 66), press=press)
        async with self.office.database.write() as tx:
            await incidents.grow(tx, now.id, growth, level or now.level)

    async def sweep(self) -> list[tuple[Telling, Sequence[Person]]]:
        told: list[tuple[Telling, Sequence[Person]]] = []
        async with self.office.database.read() as tx:
            due = await growth_told.to_look_at(tx, self.office.now)
        for incident_id in due:
            async with self.office.database.write() as tx:
                found = await growing.follow(tx, await self.desk.seated(tx), incident_id)
            if found is not None:
                told.append(found)
        return told

    async def told(self) -> list[tuple[Growing, ...]]:
        return [tuple(one.reason for one in telling.grown) for telling, _ in await self.sweep()]


@pytest.fixture
async def matter(office: Office) -> Matter:
    """A matter of level 3 with 412 mentions, of which people know."""
    known = Matter(office)
    assert await known.told() == []
    return known


async def test_growth_is_told_once_across_sweeps_and_restarts(matter: Matter) -> None:
    await matter.grows(700)
    assert await matter.told() == [(Growing.VOLUME_UP,)]
    assert await Matter(matter.office).told() == []
    await matter.grows(800)
    assert await matter.told() == []


async def test_every_telling_has_a_name_of_its_own_and_stands_in_the_record(matter: Matter) -> None:
    keys = []
    for observed in (700, 1100):
        await matter.grows(observed)
        ((telling, _),) = await matter.sweep()
        keys.append(telling.key)
    assert len(set(keys)) == 2
    async with matter.office.database.read() as tx:
        acts = [e.event async for e in audit.entries(tx, matter.office.incident_id) if e.event.act == "tell_growth"]
    assert [event.details["why"] for event in acts] == [["volume_up"], ["volume_up"]]


async def test_nobody_is_woken_at_night_for_level_2_and_the_morning_hears_it_in_one_word(office: Office) -> None:
    async with office.database.write() as tx:
        await incidents.set_level(tx, office.incident_id, 3, 2)
    matter = Matter(office, ASLEEP)
    await matter.told()
    await matter.grows(700)
    assert await matter.told() == []
    await matter.grows(1300)
    office.later(hours=3)
    assert await matter.told() == []
    office.later(hours=2)
    assert await matter.told() == [(Growing.VOLUME_UP,)]
    assert await matter.told() == []


async def test_a_level_that_rises_to_3_is_told_in_the_middle_of_the_night(office: Office) -> None:
    async with office.database.write() as tx:
        await incidents.set_level(tx, office.incident_id, 3, 2)
    matter = Matter(office, ASLEEP)
    await matter.told()
    await matter.grows(700, level=3)
    ((telling, people),) = await matter.sweep()
    assert {one.reason for one in telling.grown} == {Growing.LEVEL_UP, Growing.VOLUME_UP}
    assert telling.urgent
    assert {person.id for person in people} == {"p101", "p102"}, "who is on duty, and who speaks"


async def test_a_muted_matter_says_only_that_its_level_rose_and_the_rest_when_the_silence_ends(matter: Matter) -> None:
    await matter.office.does(TRUC, c.Acknowledge(matter.office.incident_id))
    outcome = await matter.office.does(TRUC, c.Mute(matter.office.incident_id, "1h"))
    assert not outcome.refused
    await matter.grows(700)
    assert await matter.told() == []
    await matter.grows(700, level=4)
    assert await matter.told() == [(Growing.LEVEL_UP,)]
    assert await matter.told() == []
    matter.office.later(minutes=61)
    assert await matter.told() == [(Growing.VOLUME_UP,)]


async def test_who_has_the_matter_in_hand_hears_it_and_nobody_else_but_the_room(matter: Matter) -> None:
    await matter.grows(700)
    ((_, nobody),) = await matter.sweep()
    assert nobody == (), "the duty room hears it; nobody has taken the matter on"
    await matter.office.does(TRUC, c.Acknowledge(matter.office.incident_id))
    await matter.grows(1100)
    ((_, people),) = await matter.sweep()
    assert [person.id for person in people] == ["p101"]


async def test_a_level_that_a_person_raised_is_told_to_the_others_too(matter: Matter) -> None:
    await matter.sets_level(4, "có người nhập viện")
    await matter.sets_level(9, "gõ nhầm, bị từ chối")
    ((telling, _),) = await matter.sweep()
    (risen,) = telling.grown
    assert (risen.reason, risen.by, risen.why) == (Growing.LEVEL_UP, "Trần Thị Trực", "có người nhập viện")
    assert grown_words("vi", risen) == "Trần Thị Trực nâng từ mức 3 lên mức 4: có người nhập viện"
    assert "Trần Thị Trực nâng từ mức" in grown_words("vi", replace(risen, why=""))


async def test_a_level_that_alerts_raised_is_nobodys_act(matter: Matter) -> None:
    await matter.sets_level(2, "đã lắng")
    await matter.told()
    await matter.sets_level(3, "lại nóng")
    assert await matter.told() == [(Growing.LEVEL_UP,)]
    await matter.grows(700, level=4)
    ((telling, _),) = await matter.sweep()
    (risen,) = [one for one in telling.grown if one.reason is Growing.LEVEL_UP]
    assert (risen.by, risen.why) == ("", "")


async def test_a_matter_that_is_over_says_nothing(matter: Matter) -> None:
    await matter.grows(9000)
    await matter.office.does(TRUC, c.FalseAlarm(matter.office.incident_id, "tin cũ"))
    assert await matter.told() == []


async def test_two_processes_that_look_at_once_tell_it_once(matter: Matter) -> None:
    await matter.grows(700)
    incident_id = matter.office.incident_id
    async with matter.office.database.write() as tx:
        seen = await growth_told.get(tx, incident_id)
        assert seen is not None
        told = replace(seen, seq=seen.seq + 1, volume=700.0)
        assert await growth_told.note(tx, told, seen, 1, None)
        assert not await growth_told.note(tx, told, seen, 1, None), "the second sees that the first has told it"
