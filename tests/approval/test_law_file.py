from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.approval.law import LawFaults, load_law
from bot.playbooks import default_playbooks_folder

SHIPPED = default_playbooks_folder() / "law"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "law"
    shutil.copytree(SHIPPED, copy)
    return copy


def fault_of(folder: Path, old: str, new: str) -> tuple[int, str]:
    path = folder / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LawFaults) as caught:
        load_law(folder)
    (fault,) = caught.value.faults
    assert fault.line == text[: text.index(old)].count("\n") + 1
    return fault.line, f"{fault.where}: {fault.message}"


def test_the_two_clocks_of_24_hours_start_at_different_acts() -> None:
    law = load_law(SHIPPED)
    event, opinion = law.rule("PN_24H_SU_KIEN"), law.rule("PN_24H_DU_LUAN")
    assert event is not None
    assert opinion is not None
    assert (event.starts_at, event.limit) == ("accepted_at", timedelta(hours=24))
    assert (opinion.starts_at, opinion.limit) == ("impact_determined_at", timedelta(hours=24))
    assert event.valid_from == date(2026, 7, 1)
    assert event.valid_to is None


def test_rules_without_a_period_start_no_clock() -> None:
    rule = load_law(SHIPPED).rule("PN_LIEN_TINH")
    assert rule is not None
    assert rule.limit is None


def test_no_rule_counts_as_verified_before_a_lawyer_has_read_it(folder: Path) -> None:
    assert not load_law(SHIPPED).verified_by_lawyer
    path = folder / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("verified_by_lawyer: false", "verified_by_lawyer: true", 1), encoding="utf-8")
    assert not load_law(folder).verified_by_lawyer
    path.write_text(text.replace("verified_by_lawyer: false", "verified_by_lawyer: true"), encoding="utf-8")
    assert load_law(folder).verified_by_lawyer


def test_the_higher_the_level_the_sooner_the_office_wants_to_speak() -> None:
    law = load_law(SHIPPED)
    for level in (1, 2, 3):
        slower, faster = law.target(level), law.target(level + 1)
        assert slower.acknowledge > faster.acknowledge
        assert slower.approve > faster.approve
        assert slower.next_update > faster.next_update
    assert law.target(4).name_vi == "Khủng hoảng"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("limit: PT24H", "limit: 24 hours", "rules[0].limit: must be a period such as PT24H or P30D"),
        ("limit: PT24H", "limit: PT", "rules[0].limit: must be a period"),
        ("limit: PT24H", "limit: 24", "rules[0].limit: must be a period"),
        ("valid_from: 2026-07-01", "valid_from: July", "rules[0].valid_from: Input should be a valid date"),
        ("id: PN_LIEN_TINH", "id: PN_24H_SU_KIEN", "rules[2].id: PN_24H_SU_KIEN is given twice"),
        ("{level: 4,", "{level: 5,", "targets[3].level: Input should be less than or equal to 4"),
    ],
)
def test_a_fault_names_its_line(folder: Path, old: str, new: str, said: str) -> None:
    assert said in fault_of(folder, old, new)[1]


def test_all_four_levels_must_have_targets(folder: Path) -> None:
    path = folder / "rules.yaml"
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(line for line in lines if "{level: 2," not in line), encoding="utf-8")
    with pytest.raises(LawFaults, match="must be levels 1 to 4"):
        load_law(folder)
