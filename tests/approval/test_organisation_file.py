from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.approval.organisation import OrganisationFaults, OrganisationFile, load_organisation
from bot.model.person import Role
from bot.playbooks import default_playbooks_folder
from tests.approval.saving import change

SHIPPED = default_playbooks_folder() / "organisation"
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "office"
    shutil.copytree(SHIPPED / "sample", copy)
    return copy


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(OrganisationFaults) as caught:
        load_organisation(folder)
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def test_the_sample_office_begins_with_the_four_people_of_the_phones() -> None:
    office = load_organisation(SHIPPED / "sample")
    assert office.agency.name_vi == "Ủy ban nhân dân tỉnh Thượng Giang"
    assert office.fault is None
    speaker = office.by_telegram(102)
    assert speaker is not None
    assert (speaker.id, speaker.name) == ("phat", "Nguyễn Văn Phát")
    assert speaker.may_speak(NOW)
    assert [(p.id, *p.roles(NOW)) for p in office.people[:4]] == [
        ("truc", Role.DUTY),
        ("phat", Role.REGULAR),
        ("pho", Role.DEPUTY),
        ("chu", Role.HEAD),
    ]


def test_a_folder_that_is_not_there_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path begins where Keng is started, which is not where the settings are."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OrganisationFaults) as caught:
        load_organisation(Path("our-organisation"))
    assert f"there is no folder {tmp_path}/our-organisation; `organisation` in the settings" in str(caught.value)


def test_the_template_can_be_loaded_as_it_is() -> None:
    assert load_organisation(SHIPPED / "template").people


def test_days_are_days_in_viet_nam_and_the_last_one_counts(folder: Path) -> None:
    change(
        folder / "people.yaml",
        "{role: regular, valid_from: 2026-07-01,",
        "{role: regular, valid_from: 2026-07-01, valid_to: 2026-11-30,",
    )
    (assignment,) = load_organisation(folder).people[1].assignments
    assert assignment.valid_from == datetime(2026, 6, 30, 17, tzinfo=UTC)
    assert assignment.valid_to == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert assignment.holds(datetime(2026, 11, 30, 16, 59, tzinfo=UTC), None)
    assert not assignment.holds(datetime(2026, 11, 30, 17, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("moment", "instant"),
    [
        ("2026-07-01T08:00:00+07:00", datetime(2026, 7, 1, 1, tzinfo=UTC)),
        ("2026-07-01 08:00:00", datetime(2026, 7, 1, 1, tzinfo=UTC)),
        ("2026-07-01T08:00:00Z", datetime(2026, 7, 1, 8, tzinfo=UTC)),
    ],
)
def test_a_moment_without_zone_is_vietnamese_time(folder: Path, moment: str, instant: datetime) -> None:
    change(folder / "people.yaml", "valid_from: 2026-07-01", f"valid_from: {moment}")
    assert load_organisation(folder).people[0].assignments[0].valid_from == instant


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "people.yaml",
            "telegram_id: 103",
            "telegram_id: 102",
            "people[2].telegram_id: 102 is given twice, first on line 16",
        ),
        ("people.yaml", "id: pho", "id: phat", "people[2].id: phat is given twice, first on line 11"),
        ("people.yaml", "unit: ubnd-tinh", "unit: nobody", "people[3].unit: no unit has the id nobody"),
        (
            "people.yaml",
            "telegram_id: 101",
            'telegram_id: "101"',
            "people[0].telegram_id: Input should be a valid integer",
        ),
        ("people.yaml", "telegram_id: 101", "phone: 101", "people[0].phone: unknown key"),
        ("people.yaml", "role: duty", "role: boss", "people[0].assignments[0].role: must be one of head, regular"),
        (
            "people.yaml",
            "role: duty, valid_from: 2026-07-01",
            "role: authorised, valid_from: 2026-07-01",
            "people[0].assignments[0]: an authorised spokesperson needs case, valid_to",
        ),
        (
            "people.yaml",
            "valid_from: 2026-07-01",
            "valid_from: 2026-07-01, valid_to: 2026-06-01",
            "people[0].assignments[0]: valid_to is before valid_from",
        ),
        ("units.yaml", "unit: ubnd-tinh", "unit: ubnd-huyen", "agency.unit: no unit has the id ubnd-huyen"),
        ("units.yaml", "https://", "", "agency.channel_url: String should match pattern"),
        ("units.yaml", "parent: so-y-te", "parent: so-nowhere", "units[17].parent: no unit has the id so-nowhere"),
        (
            "units.yaml",
            "parent: ubnd-tinh",
            "parent: van-phong-ubnd",
            "units[1].parent: van-phong-ubnd would stand above itself",
        ),
    ],
)
def test_a_fault_names_its_file_and_line(folder: Path, file: str, old: str, new: str, said: str) -> None:
    line = change(folder / file, old, new)
    (fault,) = faults_of(folder)
    assert fault.startswith(f"{file}:{line}: {said}")


def test_a_change_is_seen_without_a_restart(folder: Path) -> None:
    office = OrganisationFile(folder)
    before = office.current()
    assert office.current() is before
    change(folder / "people.yaml", "Lê Thị Phó", "Lê Thị Mới")
    after = office.current().person("pho")
    assert after is not None
    assert after.name == "Lê Thị Mới"


def test_a_broken_change_keeps_the_last_good_people_and_says_so_until_mended(folder: Path) -> None:
    office = OrganisationFile(folder)
    line = change(folder / "people.yaml", "role: regular", "role: regulr")
    broken = office.current()
    assert broken.fault is not None
    assert f"people.yaml:{line}: " in broken.fault
    assert broken.by_telegram(102) is not None
    assert office.current() is broken
    change(folder / "people.yaml", "role: regulr", "role: regular")
    assert office.current().fault is None


def test_files_that_vanish_are_a_fault_and_not_a_crash(folder: Path) -> None:
    office = OrganisationFile(folder)
    (folder / "units.yaml").unlink()
    fault = office.current().fault
    assert fault is not None
    assert "units.yaml:1: cannot be read: No such file or directory" in fault


def test_there_is_no_start_without_a_good_organisation(tmp_path: Path) -> None:
    with pytest.raises(OrganisationFaults):
        OrganisationFile(tmp_path)


def test_a_mailbox_belongs_to_one_person(folder: Path) -> None:
    line = change(folder / "people.yaml", "chu@thuonggiang.example.vn", "PHAT@thuonggiang.example.vn")
    assert faults_of(folder) == [
        f"people.yaml:{line}: people[3].email: phat@thuonggiang.example.vn is given twice, first on line 17"
    ]


@pytest.mark.parametrize(
    "address",
    [
        '"a@b.vn, c@d.vn"',
        '"Phát <phat@b.vn>"',
        '"phat@b"',
        '"a@b.vn\\nBcc: x@y.vn"',
        "phát@b.vn",
        "phat.@b.vn",
        "van..phat@b.vn",
    ],
)
def test_what_is_no_plain_address_is_a_fault(folder: Path, address: str) -> None:
    change(folder / "people.yaml", "phat@thuonggiang.example.vn", address)
    assert "email" in faults_of(folder)[0]
