"""``/ds``: what an officer must look at first stands first, however long it has been open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.model import commands as c
from bot.store import incidents
from tests.approval.conftest import Office
from tests.approval.office import NIGHT, TRUC
from tests.approval.steps import another
from tests.store.samples import an_incident

OpenOffice = Callable[..., Awaitable[Office]]


async def test_a_grave_case_is_listed_before_twenty_newer_ones_and_drills_come_last(open_office: OpenOffice) -> None:
    office = await open_office(level=4)
    drill = await another(office, code="D9L", drill=True, level=4, opened_at=NIGHT + timedelta(hours=2))
    async with office.database.write() as tx:
        for number in range(20):
            newer = an_incident(code=f"N{number:02d}", level=2, opened_at=NIGHT + timedelta(minutes=1 + number))
            await incidents.add(tx, newer)
    listed = await office.does(TRUC, c.ListIncidents())
    shown = listed.values["ids"].split()
    assert (shown[0], len(shown), listed.values["count"]) == (office.incident_id, 20, "22")
    assert drill.id not in shown, "what is left out for want of room is a drill"


async def test_of_the_same_level_the_newest_comes_first(open_office: OpenOffice) -> None:
    office = await open_office(level=2)
    newer = await another(office, level=2, opened_at=NIGHT + timedelta(minutes=5))
    listed = await office.does(TRUC, c.ListIncidents())
    assert listed.values["ids"].split() == [newer.id, office.incident_id]
