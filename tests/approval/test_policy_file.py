"""An office may be stricter than the law, never laxer; whatever is wrong in its file is named with the line."""

from __future__ import annotations

import shutil
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.approval.law import load_law
from bot.approval.policy import PolicyFaults, PolicyFile, load_policy, policy_on
from bot.model.policy import DEFAULT_STEPS, OfficePolicy, QuietHours, Wake
from bot.playbooks import default_playbooks_folder
from tests.approval.office import NIGHT

SHIPPED = default_playbooks_folder()
LAW = load_law(SHIPPED / "law")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "office"
    shutil.copytree(SHIPPED / "organisation" / "sample", copy)
    return copy


def write(folder: Path, old: str, new: str) -> int:
    """Replace text once; returns the line of it."""
    path = folder / "policy.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults(folder: Path) -> list[str]:
    with pytest.raises(PolicyFaults) as caught:
        load_policy(folder, LAW)
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def test_the_sample_sleeps_at_night_and_wakes_a_supervising_department() -> None:
    policy = load_policy(SHIPPED / "organisation" / "sample", LAW)
    assert policy.quiet_hours == QuietHours(time(22), time(6))
    assert policy.steps == DEFAULT_STEPS


def test_the_template_can_be_loaded_as_it_is(folder: Path) -> None:
    shutil.copy(SHIPPED / "organisation" / "template" / "policy.yaml", folder / "policy.yaml")
    assert load_policy(folder, LAW).quiet_hours is not None


def test_an_office_without_a_policy_has_the_defaults(folder: Path) -> None:
    (folder / "policy.yaml").unlink()
    assert load_policy(folder, LAW) == OfficePolicy()


def test_a_shorter_limit_holds_and_the_laws_own_is_kept_beside_it(folder: Path) -> None:
    write(folder, "limits: []", "limits:\n  - {rule: PN_24H_SU_KIEN, limit: PT12H}")
    event, opinion = policy_on(LAW, load_policy(folder, LAW), NIGHT, supervised=True).limits
    assert (event.limit, event.law) == (timedelta(hours=12), timedelta(hours=24))
    assert (opinion.limit, opinion.law) == (timedelta(hours=24), timedelta(hours=24))


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("{rule: PN_24H_SU_KIEN, limit: PT25H}", "limits[0].limit: longer than the 24 hours of NĐ 244/2026/NĐ-CP"),
        ("{rule: PN_24H_DU_LUAN, limit: P2D}", "may be shortened, never lengthened"),
        ("{rule: PN_LIEN_TINH, limit: PT1H}", "limits[0].rule: PN_LIEN_TINH is no rule with a running clock"),
        ("{rule: KHONG_CO, limit: PT1H}", "is no rule with a running clock"),
        ("{rule: PN_24H_SU_KIEN, limit: 12}", "limits[0].limit: must be a period such as PT24H"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_with_file_and_line(folder: Path, limit: str, said: str) -> None:
    line = write(folder, "limits: []", f"limits:\n  - {limit}") + 1
    (fault,) = faults(folder)
    assert fault.startswith(f"policy.yaml:{line}:")
    assert said in fault


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('{from: "22:00", to: "06:00"}', '{from: "22:00", to: "22:00"}', "would be all day"),
        ('{from: "22:00", to: "06:00"}', '{from: "25:00", to: "06:00"}', 'must be an hour in quotes such as "22:00"'),
        ("{at: 125, wake: head}", "{at: 90, wake: head}", "90 comes after 100; put them in order"),
        ("{at: 125, wake: head}", "{at: 125, wake: chairman}", "must be one of"),
        ("{at: 125, wake: head}", "{at: 0, wake: head}", "greater than or equal to 1"),
        ("targets: []", "approve_by_itself: true", "unknown key"),
        (
            "targets: []",
            "targets: [{level: 1, acknowledge: PT1H, draft: PT8H, approve: PT30H, next_update: PT24H}]",
            "targets[0].approve: longer than the 24 hours that the law allows",
        ),
    ],
)
def test_everything_else_that_is_wrong_is_named_too(folder: Path, old: str, new: str, said: str) -> None:
    line = write(folder, old, new)
    (fault,) = faults(folder)
    assert fault.startswith(f"policy.yaml:{line}:")
    assert said in fault


def test_where_nobody_supervises_the_head_is_the_last_to_be_told() -> None:
    steps = policy_on(LAW, OfficePolicy(), NIGHT, supervised=False).chain("approve")
    assert steps[-1].wake is Wake.HEAD


def test_own_targets_replace_those_of_their_level_only(folder: Path) -> None:
    own = "{level: 4, acknowledge: PT5M, draft: PT15M, approve: PT45M, next_update: PT2H}"
    write(folder, "targets: []", f"targets: [{own}]")
    policy = policy_on(LAW, load_policy(folder, LAW), NIGHT, supervised=True)
    assert policy.target(4).acknowledge == timedelta(minutes=5)
    assert policy.target(4).name_vi == "Khủng hoảng"
    assert policy.target(3) == LAW.target(3)


def test_a_changed_file_is_read_and_a_broken_one_leaves_the_last_good_policy(folder: Path) -> None:
    file = PolicyFile(folder, LAW)
    write(folder, 'version: "2026-11-22"', 'version: "2026-12-01 mới"')
    assert (file.current().version, file.fault) == ("2026-12-01 mới", None)
    write(folder, "wake: deputy", "wake: nobody-at-all")
    assert file.current().version == "2026-12-01 mới"
    assert file.fault is not None
    assert [step.wake for step in file.current().steps][2] is Wake.DEPUTY


def test_the_template_says_of_telling_silences_and_watching_what_holds_without_it(folder: Path) -> None:
    shutil.copy(SHIPPED / "organisation" / "template" / "policy.yaml", folder / "policy.yaml")
    policy = load_policy(folder, LAW)
    assert (policy.telling, policy.silences, policy.watching) == (
        OfficePolicy().telling,
        OfficePolicy().silences,
        OfficePolicy().watching,
    )


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("silences: {longest: P365D}", "nobody remembers"),
        ("silences: {through_severity: 5}", "less than or equal to 4"),
        ("telling: {volume_up_by: 0}", "greater than or equal to 10"),
        ("watching: {arrivals_at_least: 2}", "greater than or equal to 10"),
        ("watching: {lying: PT1M}", "lying"),
    ],
)
def test_a_section_that_would_make_keng_deaf_or_noisy_is_refused_with_its_line(
    folder: Path, line: str, part: str
) -> None:
    (folder / "policy.yaml").write_text(f'version: "1"\n{line}\n', encoding="utf-8")
    with pytest.raises(PolicyFaults) as raised:
        load_policy(folder, LAW)
    assert "policy.yaml:2" in str(raised.value)
    assert part in str(raised.value)
