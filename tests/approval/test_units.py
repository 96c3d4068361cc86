"""Units as people type them: which is meant, and that only an agency of today is given a task."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import commands as c
from bot.model.outcome import Outcome
from bot.model.place import Gazetteer, Place
from bot.model.reasons import Reason
from bot.model.unit import StandsFor, Unit
from bot.store import case_units
from tests.approval.conftest import Office
from tests.approval.office import NIGHT, TRUC

UNITS = (
    Unit("so-y-te", "Sở Y tế", "Department of Health", aliases=("Sở Y tế tỉnh",)),
    Unit("xa-cu", "Xã Cũ", "Old Commune", valid_to=NIGHT - timedelta(days=1)),
    Unit("xa-moi", "Xã Mới", "New Commune", valid_from=NIGHT + timedelta(days=1)),
    Unit("don-vi-bi-phan-anh", "Đơn vị bị phản ánh", "Organisation concerned", stands_for=StandsFor.ACCUSED),
)


async def holds(office: Office, typed: str) -> Outcome:
    office.people = replace(office.people, units=UNITS)
    return await office.does(TRUC, c.HoldJointly("7K2", typed))


async def held(office: Office) -> tuple[str, ...]:
    async with office.database.read() as tx:
        return await case_units.of_incident(tx, office.incident_id)


@pytest.mark.parametrize("typed", ["so-y-te", "SO-Y-TE", "Sở Y tế", "so y te tinh"])
async def test_a_unit_is_known_by_its_id_and_by_its_names(office: Office, typed: str) -> None:
    assert not (await holds(office, typed)).refused
    assert await held(office) == ("so-y-te",)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("so-ma", Reason.UNKNOWN_UNIT),
        ("xa-cu", Reason.UNIT_NOT_IN_FORCE),
        ("Xã Cũ", Reason.UNIT_NOT_IN_FORCE),
        ("xa-moi", Reason.UNIT_NOT_IN_FORCE),
        ("don-vi-bi-phan-anh", Reason.UNIT_STANDS_FOR),
    ],
)
async def test_what_is_no_agency_of_today_holds_no_case(office: Office, typed: str, why: Reason) -> None:
    refused = await holds(office, typed)
    assert (refused.reason, refused.notices, await held(office)) == (why, (), ())


@pytest.mark.parametrize("command", [c.HandOver("7K2", "so-tt-tt", "x"), c.HoldJointly("7K2", "so-tt-tt")])
async def test_a_dissolved_unit_takes_nothing_on_and_its_successor_is_named(office: Office, command: c.Command) -> None:
    old = Unit("so-tt-tt", "Sở Thông tin", "Information", valid_to=NIGHT - timedelta(days=300))
    today = Unit("so-vh", "Sở Văn hóa", "Culture", successor_of=("so-tt-tt",))
    office.people = replace(office.people, units=(old, today))
    refused = await office.does(TRUC, command)
    assert (refused.reason, refused.refused) == (Reason.UNIT_NOT_IN_FORCE, True)
    assert refused.values["today"] == "Sở Văn hóa (so-vh)"
    assert (await office.incident()).is_open


@pytest.mark.parametrize("command", [c.HandOver("7K2", "ubnd-xa", "x"), c.HoldJointly("7K2", "ubnd-xa")])
async def test_a_place_holder_takes_nothing_on_and_the_unit_of_the_place_is_named(
    office: Office, command: c.Command
) -> None:
    holder = Unit("ubnd-xa", "Xã nơi xảy ra", "Commune", stands_for=StandsFor.PLACE)
    ward = Unit("phuong-song-thuong", "Phường Sông Thượng", "Ward")
    places = Gazetteer((Place("phường Sông Thượng", ("phuong-song-thuong",)),))
    office.people = replace(office.people, units=(holder, ward), places=places)
    refused = await office.does(TRUC, command)
    assert (refused.reason, refused.refused) == (Reason.UNIT_STANDS_FOR, True)
    assert refused.values["meant"] == "Phường Sông Thượng (phuong-song-thuong)"
    assert (await office.incident()).is_open
