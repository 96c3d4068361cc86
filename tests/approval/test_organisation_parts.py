"""Faults of the organisation's further files, each with file and line; and the dates between which things hold."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.approval.organisation import OrganisationFaults, OrganisationFile, load_organisation
from bot.model.person import Role
from bot.model.unit import UnitRole, heirs
from bot.playbooks import default_playbooks_folder
from tests.approval.saving import change

SHIPPED = default_playbooks_folder() / "organisation"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "office"
    shutil.copytree(SHIPPED / "sample", copy)
    return copy


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "units.yaml",
            "offices: [van-phong-ubnd]",
            "offices: [nobody]",
            "agency.offices[0]: no unit has the id nobody",
        ),
        ("units.yaml", "[ubnd-thuong-giang-cu,", "[nobody,", "units[0].successor_of[0]: no unit has the id nobody"),
        ("units.yaml", "level: tinh", "level: huyen", "units[0].level: must be one of tinh, so, xa or doc"),
        ("people.yaml", "unit: so-y-te\n    email: yte@", "unit: so-y-te\n    email: hanh@", "email: hanh@"),
        ("people.yaml", "email: hanh@thuonggiang.example", "email: hanh", "people[4].email: String should match"),
        ("places.yaml", "unit: phuong-song-thuong", "unit: nobody", "places[0].unit: no unit has the id nobody"),
        ("places.yaml", ", unit: ubnd-tinh}", "}", "places[5]: must name the unit"),
        ("routing.yaml", "lead: so-nn-mt", "lead: nobody", "routes[0].lead: no unit has the id nobody"),
        ("routing.yaml", "level_from: 3", "level_from: 5", "also[0].when.level_from: Input should be less"),
        (
            "routing.yaml",
            "[water-contamination, env",
            "[water, env",
            "routes[0].when.playbook[0]: no playbook has the id",
        ),
        ("roster.yaml", "[truc, hanh]", "[truc, nobody]", "rotation.people[1]: nobody has the id nobody"),
        ("roster.yaml", "[truc, hanh]", "[truc, truc]", "rotation.people: names somebody twice"),
        ("roster.yaml", '"08:00"', '"25:00"', "rotation.handover: String should match"),
        ("roster.yaml", "country: VN", "country: XX", "holidays.country: no calendar of holidays is known for XX"),
        ("roster.yaml", "days: 7", "days: 7\n  zone: Mars/Olympus", "rotation.zone: no time zone is called"),
    ],
)
def test_a_fault_names_its_file_and_line(folder: Path, file: str, old: str, new: str, said: str) -> None:
    line = change(folder / file, old, new)
    named = {"environmental-pollution": ("so-nn-mt", ()), "water-contamination": ("so-nn-mt", ())}
    named |= {p: ("so-nn-mt", ()) for p in ("police-conduct", "official-misconduct", "corruption-allegation")}
    with pytest.raises(OrganisationFaults) as caught:
        load_organisation(folder, named)
    (fault,) = (str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults)
    assert fault.startswith(f"{file}:")
    assert abs(int(fault.split(":")[1]) - line) <= 1
    assert said in fault


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    valid_to: 2025-02-28\n", "", "so-tt-tt and so-vh-tt-dl are press_authority on the same date"),
        ("valid_to: 2025-02-28", "valid_to: 2025-02-27", "between so-tt-tt and so-vh-tt-dl no unit is press_authority"),
        ("valid_to: 2025-02-28", "valid_to: 2025-03-01", "so-tt-tt and so-vh-tt-dl are press_authority on the same"),
        ("valid_from: 2025-03-01", "valid_from: 2025-03-01\n    valid_to: 2030-01-01", "after this one ends"),
    ],
)
def test_exactly_one_unit_directs_the_press_on_any_date(folder: Path, old: str, new: str, said: str) -> None:
    change(folder / "units.yaml", old, new)
    with pytest.raises(OrganisationFaults, match="press_authority") as caught:
        load_organisation(folder)
    assert said in str(caught.value)


def test_an_organisation_is_seen_as_of_a_day() -> None:
    office = load_organisation(SHIPPED / "sample")
    before, after = (office.as_of(datetime(2025, month, 20, tzinfo=UTC)) for month in (6, 7))
    assert before.unit("ubnd-thuong-lam") is not None
    assert before.unit("phuong-ben-nua") is None
    assert after.unit("ubnd-thuong-lam") is None
    assert after.unit("phuong-ben-nua") is not None
    assert before.people == ()
    for seen, directs in ((office.as_of(datetime(2025, 2, 28, tzinfo=UTC)), "so-tt-tt"), (after, "so-vh-tt-dl")):
        assert [u.id for u in seen.units if UnitRole.PRESS_AUTHORITY in u.roles] == [directs]


def test_the_last_day_of_a_unit_is_its_last_in_viet_nam() -> None:
    unit = load_organisation(SHIPPED / "sample").unit("ubnd-thuong-lam")
    assert unit is not None
    assert unit.in_force(datetime(2025, 6, 30, 16, 59, 59, tzinfo=UTC))
    assert not unit.in_force(datetime(2025, 6, 30, 17, tzinfo=UTC))


def test_heirs_are_found_over_several_reforms_and_a_circle_ends() -> None:
    office = load_organisation(SHIPPED / "sample")
    today = datetime(2026, 11, 22, tzinfo=UTC)
    assert [u.id for u in heirs(office.units, "ubnd-thuong-lam", today)] == ["ubnd-tinh"]
    assert heirs(office.units, "nobody", today) == ()


def test_a_role_counts_for_the_whole_agency_only_in_its_unit_and_offices() -> None:
    office = load_organisation(SHIPPED / "sample")
    scopes = {p.id: {a.unit for a in p.assignments} for p in office.people}
    assert scopes["chu"] == scopes["phat"] == {None}
    assert scopes["gd-yte"] == {"so-y-te"}
    assert scopes["song-thuong"] == {"phuong-song-thuong"}


def test_three_kinds_of_spokespersons_each_in_their_dates(folder: Path) -> None:
    with (folder / "people.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "      - {role: authorised, valid_from: 2026-11-22, valid_to: 2026-11-23T12:00:00+07:00, case: 7K2, "
            'document: "9/GUQ"}\n'
        )
    last = load_organisation(folder).people[-1]
    noon = datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert last.roles(datetime(2026, 11, 23, 4, 59, 59, tzinfo=UTC), None, "7K2") == {Role.REGULAR, Role.AUTHORISED}
    assert last.roles(noon, None, "7K2") == {Role.REGULAR}
    assert last.roles(datetime(2026, 11, 22, tzinfo=UTC), None, "4M9") == {Role.REGULAR}


@pytest.mark.parametrize("file", ["places.yaml", "routing.yaml", "roster.yaml"])
def test_the_further_files_may_be_left_out_and_come_later(folder: Path, file: str) -> None:
    kept = (folder / file).read_text(encoding="utf-8")
    (folder / file).unlink()
    office = OrganisationFile(folder)
    without = office.current()
    assert without.fault is None
    (folder / file).write_text(kept, encoding="utf-8")
    assert office.current() != without
    assert office.current().fault is None
    (folder / file).write_text("routes: [", encoding="utf-8")
    assert office.current().fault is not None
