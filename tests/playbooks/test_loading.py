from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbooks import Fault, PlaybookFaults, default_playbooks_folder, load_playbooks
from tests.playbooks.editing import change


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(PlaybookFaults) as caught:
        load_playbooks(folder)
    return caught.value.faults


def test_the_shipped_playbooks_load_and_are_a_mapping_in_order() -> None:
    playbooks = load_playbooks(default_playbooks_folder())
    assert len(playbooks) == 33
    assert list(playbooks) == sorted(playbooks)
    poisoning = playbooks["food-poisoning"]
    assert poisoning.name.vi == "Ngộ độc thực phẩm"
    assert poisoning.start_level == 3
    assert poisoning.lead == "so-y-te"
    slot = poisoning.slot("people_affected")
    assert slot is not None
    assert slot.never_from_alert


def test_numbers_of_victims_and_causes_never_come_from_an_alert() -> None:
    for playbook in load_playbooks(default_playbooks_folder()).values():
        for slot in playbook.facts:
            if slot.id == "cause" or "nguyên nhân" in slot.name.vi or "số người" in slot.name.vi:
                assert slot.never_from_alert, f"{playbook.id}.{slot.id}"


def test_the_version_changes_with_the_words_and_only_with_them(folder: Path) -> None:
    shipped = load_playbooks(default_playbooks_folder()).version
    assert load_playbooks(folder).version == shipped
    change(folder / "epidemic.yaml", "name:", "# a remark\nname:")
    changed = load_playbooks(folder).version
    assert changed != shipped
    change(folder / "blocks.yaml", "THÔNG TIN BAN ĐẦU", "THÔNG TIN")
    assert load_playbooks(folder).version not in (shipped, changed)


def test_a_wrong_type_is_told_with_file_line_and_choices(folder: Path) -> None:
    line = change(folder / "food-poisoning.yaml", "type: count", "type: number")
    (fault,) = faults_of(folder)
    assert str(fault) == (
        f"{folder}/food-poisoning.yaml:{line}: facts[0].type: must be one of count, text, time or place, not 'number'"
    )


def test_every_fault_of_every_file_is_told_at_once(folder: Path) -> None:
    change(folder / "epidemic.yaml", "public_safety: true", "public_safety: maybe")
    change(folder / "epidemic.yaml", "cap: Health", "cap: Illness")
    unknown = change(folder / "land-dispute.yaml", "lead: ", "colour: red\nlead: ")
    faults = faults_of(folder)
    assert [(fault.file.name, fault.where) for fault in faults] == [
        ("epidemic.yaml", "cap"),
        ("epidemic.yaml", "public_safety"),
        ("land-dispute.yaml", "colour"),
    ]
    assert faults[2].line == unknown
    assert faults[2].message == "unknown key"


def test_a_missing_key_is_told_at_the_place_that_should_hold_it(folder: Path) -> None:
    path = folder / "food-poisoning.yaml"
    change(path, "    confirm_by: so-y-te\n", "")
    (fault,) = faults_of(folder)
    assert fault.where == "facts[0].confirm_by"
    assert fault.message == "is missing"
    assert path.read_text(encoding="utf-8").split("\n")[fault.line - 1].strip() == "- id: people_affected"


def test_a_key_given_twice_is_a_fault_and_not_the_last_one_wins(folder: Path) -> None:
    first = change(folder / "food-poisoning.yaml", "lead: so-y-te", "lead: so-y-te\nlead: ubnd-xa")
    (fault,) = faults_of(folder)
    assert (fault.line, fault.message) == (first + 1, f"given twice, first on line {first}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"id: [", "not valid YAML"),
        (b"id: a\nname: \xff", "not UTF-8"),
        (b"- 1", "must be names and values"),
        (b"a: &x [*x]", "an alias"),
        (b"a: 2026-02-30", "not valid YAML"),
        (b"a: !!python/object/apply:os.getcwd []", "not valid YAML"),
        (b"a: \x07", "not valid YAML"),
        (b"a: !!bool maybe", "not valid YAML"),
        (b'a: !!int ""', "not valid YAML"),
        (b"a: !!timestamp soon", "not valid YAML"),
        (b"- " * 20_000 + b"x", "not valid YAML: nested"),
        (b"a: " + b"[" * 100_000 + b"]" * 100_000, "not valid YAML: nested"),
    ],
)
def test_a_file_that_is_no_playbook_is_named_and_nothing_else_breaks(
    folder: Path, content: bytes, message: str
) -> None:
    (folder / "epidemic.yaml").write_bytes(content)
    faults = faults_of(folder)
    assert {fault.file.name for fault in faults} == {"epidemic.yaml"}
    assert any(fault.message.startswith(message) for fault in faults)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ 7*7 }}", "no filters or expressions"),
        ("{{ known|upper }}", "no filters or expressions"),
        ("{{ known.__class__ }}", "no filters or expressions"),
        ("{% if known %}x{% endif %}", "no logic"),
        ("{% include '/etc/passwd' %}", "no logic"),
        ("{# hidden #}", "a comment"),
        ("{{ victims }}", "asks for 'victims'"),
        ("{{ known", "not a valid template"),
    ],
)
def test_a_template_may_only_name_the_blocks_and_the_line_inside_it_is_told(
    folder: Path, template: str, message: str
) -> None:
    line = change(folder / "food-poisoning.yaml", "Việc đang làm:", template)
    faults = [fault for fault in faults_of(folder) if message in fault.message]
    assert [(fault.where, fault.line) for fault in faults] == [("statements.holding.vi", line)]


@pytest.mark.parametrize("say", ["người có triệu chứng", "{{ value }} và {{ value }}"])
def test_a_clause_carries_its_value_exactly_once(folder: Path, say: str) -> None:
    line = change(folder / "food-poisoning.yaml", "{{ value }} người có triệu chứng", say)
    (fault,) = faults_of(folder)
    assert (fault.line, fault.where) == (line, "facts[0].say.vi")


def test_the_id_is_the_name_of_the_file(folder: Path) -> None:
    (folder / "epidemic.yaml").rename(folder / "plague.yaml")
    (fault,) = faults_of(folder)
    assert (fault.where, fault.message) == ("id", "must be plague, the name of the file, not epidemic")


def test_place_is_built_in(folder: Path) -> None:
    change(folder / "food-poisoning.yaml", "id: people_affected", "id: place")
    (fault,) = faults_of(folder)
    assert fault.message == "`place` is built in; leave it out"


def test_slots_are_unique(folder: Path) -> None:
    change(folder / "food-poisoning.yaml", "id: in_hospital", "id: people_affected")
    (fault,) = faults_of(folder)
    assert fault.message == "the same slot twice: people_affected"


def test_nothing_fits_without_unclassified(folder: Path) -> None:
    (folder / "unclassified.yaml").unlink()
    (fault,) = faults_of(folder)
    assert fault.file.name == "unclassified.yaml"


def test_the_shared_phrases_are_checked_like_the_rest(folder: Path) -> None:
    line = change(folder / "blocks.yaml", "{{ items }}", "{{ rumours }}")
    (fault,) = faults_of(folder)
    assert (fault.file.name, fault.line, fault.where) == ("blocks.yaml", line, "unknown.vi")
    (folder / "blocks.yaml").unlink()
    (fault,) = faults_of(folder)
    assert fault.message == "cannot be read: No such file or directory"


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert {fault.file.name for fault in faults_of(tmp_path)} == {"blocks.yaml", "unclassified.yaml"}
