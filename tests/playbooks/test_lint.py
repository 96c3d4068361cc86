from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from bot.playbooks import default_playbooks_folder, lint_playbooks
from bot.playbooks.spelling import fold
from tests.playbooks.editing import change

FOOD = "food-poisoning.yaml"


def told(folder: Path) -> list[tuple[str, int, str]]:
    return [(fault.file.name, fault.line, fault.message) for fault in lint_playbooks(folder)]


def test_the_shipped_playbooks_are_clean() -> None:
    assert [str(fault) for fault in lint_playbooks(default_playbooks_folder())] == []


def test_a_missing_playbook_is_told_and_its_neighbours_point_nowhere(folder: Path) -> None:
    (folder / "epidemic.yaml").unlink()
    faults = told(folder)
    assert ("epidemic.yaml", 1, "is missing") in faults
    assert ("food-poisoning.yaml", 12, "no other playbook has this id") in faults


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lead: so-y-te", "lead: so-thong-tin", "no unit of the organisation has the id so-thong-tin"),
        ("support: [ubnd-xa", "support: [nobody", "no unit of the organisation has the id nobody"),
        ("confirm_by: ubnd-xa", "confirm_by: nobody", "no unit of the organisation has the id nobody"),
        ("PN_24H_DU_LUAN]", "PN_1H]", "no rule of law has the id PN_1H"),
        ("chỉ thông tin về nguyên nhân", "chỉ\tthông tin về nguyên nhân", "a tab; use spaces"),
        ("bếp ăn {{ value }}", "bếp ăn {{ value }}.", "is a clause; it takes no stop at its end"),
        ("Cỗ cưới", "Cỗ\u200b cưới", "an invisible character, U+200B"),
        ("Cỗ cưới", unicodedata.normalize("NFD", "Cỗ cưới"), "not in Unicode's composed form (NFC)"),
    ],
)
def test_a_fault_in_one_line_is_told_on_that_line(folder: Path, old: str, new: str, message: str) -> None:
    line = change(folder / FOOD, old, new)
    assert told(folder) == [(FOOD, line, message)]


def test_the_same_example_in_other_letters_is_a_duplicate_inside_and_across_playbooks(folder: Path) -> None:
    line = change(
        folder / FOOD,
        "Ngộ độc rượu sau bữa tiệc",
        'HON 40 cong nhan nhap vien, sau bua trua o bep an ca hai!"\n  - "Ngộ độc rượu',
    )
    (fault,) = told(folder)
    assert fault[1] == line
    assert fault[2].startswith("the same text as food-poisoning.yaml:")
    change(
        folder / "water-contamination.yaml",
        "examples:\n",
        'examples:\n  - "An nam rung hai ve bon nguoi trong mot gia dinh nguy kich"\n',
    )
    assert any(name == "water-contamination.yaml" and "food-poisoning.yaml" in text for name, _, text in told(folder))


def test_folding_forgets_diacritics_case_and_punctuation() -> None:
    assert fold("Đập  Đá-Bạc… XẢ lũ!") == fold("dap da bac xa lu") == "dap da bac xa lu"


def test_too_few_first_acts_are_told(folder: Path) -> None:
    path = folder / FOOD
    before, rest = path.read_text(encoding="utf-8").split("first_hour:\n", 1)
    path.write_text(before + "first_hour: []\nfacts:" + rest.split("\nfacts:", 1)[1], encoding="utf-8")
    assert "0 acts; at least 5 are needed" in [message for *_, message in told(folder)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("      {{ contact }}\n\n", "", "lacks contact"),
        (
            "      {{ known }}\n\n      {{ unknown }}",
            "      {{ unknown }}\n\n      {{ known }}",
            "blocks must come once each",
        ),
        ("{{ signoff }}", "{{ signoff }} {{ signoff }}", "blocks must come once each"),
        ("{{ agency }} đã", "Chúng tôi đã", "does not say which agency speaks"),
    ],
)
def test_a_statement_has_its_blocks_in_order(folder: Path, old: str, new: str, message: str) -> None:
    change(folder / FOOD, old, new)
    faults = lint_playbooks(folder)
    assert {fault.where for fault in faults} == {"statements.holding.vi"}
    assert any(fault.message.startswith(message) for fault in faults), faults


def test_a_statement_is_neither_a_telegram_nor_a_speech(folder: Path) -> None:
    change(folder / FOOD, "Việc đang làm:", "Việc đang làm: " + "rất " * 200)
    (fault,) = lint_playbooks(folder)
    assert "90 to 260 are right" in fault.message


def test_units_and_rules_of_another_organisation_may_be_given(folder: Path) -> None:
    faults = lint_playbooks(folder, units={"so-y-te"}, rules=set())
    assert any("no unit of the organisation has the id so-nn-mt" in fault.message for fault in faults)
    assert not any("has the id so-y-te" in fault.message for fault in faults)
    assert any("no rule of law" in fault.message for fault in faults)
