"""Units as people type them: which is meant, and that only an agency of today is given a task."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.telegram.render_dialog import sentence
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


PROVINCE = (
    Unit("so-y-te", "Sở Y tế tỉnh Thượng Giang", "Department of Health"),
    Unit("so-xay-dung", "Sở Xây dựng tỉnh Thượng Giang", "Department of Construction"),
    Unit("xa-ben-nua", "Ủy ban nhân dân xã Bến Nứa", "Commune of Bến Nứa"),
    Unit("xa-ben-nua-thuong", "Ủy ban nhân dân xã Bến Nứa Thượng", "Commune of Bến Nứa Thượng"),
    Unit("ca-tinh", "Công an tỉnh Thượng Giang", "Provincial police"),
    Unit("cap-xa", "Ủy ban nhân dân xã", "Commune of the place", stands_for=StandsFor.PLACE),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Sở Y tế", "so-y-te"),
        ("sở y tế", "so-y-te"),
        ("so y te", "so-y-te"),
        ("CA tỉnh", "ca-tinh"),
        ("UBND xã Bến Nứa", "xa-ben-nua"),
        ("UBND xã Bến Nứa T", ""),
        ("UBND x. Bến Nứa Thượng", "xa-ben-nua-thuong"),
    ],
)
async def test_the_beginning_of_a_name_is_enough_where_no_other_begins_so(
    office: Office, typed: str, meant: str
) -> None:
    office.people = replace(office.people, units=PROVINCE)
    await office.does(TRUC, c.HoldJointly("7K2", typed))
    assert await held(office) == ((meant,) if meant else ())


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Sở Y té Thượng Giang", "so-y-te (Sở Y tế tỉnh Thượng Giang)"),
        ("so-y-t", "so-y-te (Sở Y tế tỉnh Thượng Giang)"),
        ("Y tế", "so-y-te (Sở Y tế tỉnh Thượng Giang)"),
        ("Ủy ban nhân dân", "xa-ben-nua (Ủy ban nhân dân xã Bến Nứa)"),
    ],
)
async def test_a_name_that_nobody_knows_is_answered_with_those_that_are_like_it(
    office: Office, typed: str, near: str
) -> None:
    office.people = replace(office.people, units=PROVINCE)
    refused = await office.does(TRUC, c.HoldJointly("7K2", typed))
    assert refused.reason is Reason.UNKNOWN_UNIT
    assert f"Không rõ đơn vị “{typed}”. Gần giống: " in sentence("vi", refused, TRUC)
    assert near in sentence("vi", refused, TRUC)
    assert "cap-xa" not in refused.values["near"], "a place holder takes nothing"
    assert await held(office) == ()


@pytest.mark.parametrize("typed", ["", "Sở", "Cục Không Có Thật", "\u200b", "x" * 5000])
async def test_too_little_or_too_far_off_is_no_unit(office: Office, typed: str) -> None:
    office.people = replace(office.people, units=PROVINCE)
    refused = await office.does(TRUC, c.HoldJointly("7K2", typed))
    assert (refused.reason, await held(office)) == (Reason.UNKNOWN_UNIT, ())


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
