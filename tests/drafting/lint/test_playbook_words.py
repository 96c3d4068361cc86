"""What playbooks say is held to the rules that people's words are held to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.drafting.lint.playbook_words import lint_words
from bot.playbooks import default_playbooks_folder
from tests.playbooks.editing import change

FOOD = "food-poisoning.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One playbook, the one for what fits none, and the rules: a copy to be broken."""
    shipped, copy = default_playbooks_folder(), tmp_path / "playbooks"
    (copy / "law").mkdir(parents=True)
    for name in (FOOD, "unclassified.yaml", "blocks.yaml", "law/lint.yaml"):
        shutil.copy(shipped / name, copy / name)
    return copy


def test_the_shipped_playbooks_are_clean() -> None:
    assert [str(fault) for fault in lint_words(default_playbooks_folder())] == []


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("nhiều khả năng do thịt", "SPECULATION"),
        ("kẻ xấu đang lợi dụng", "HOSTILE_LABEL"),
        ("12 công nhân đã tử vong", "CASUALTY_UNSOURCED"),
        ("sự việc không đáng lo", "MINIMISE"),
        ("theo Sở Thông tin và Truyền thông", "OLD_UNIT"),
        ("cơ quan không bình luận", "NO_COMMENT"),
        ("cam đoan xử lý", "OVERPROMISE"),
    ],
)
def test_what_must_never_be_written_is_found_on_its_line(folder: Path, words: str, rule: str) -> None:
    line = change(folder / FOOD, "ngành y tế đang tổ chức cấp cứu", words)
    found = [fault for fault in lint_words(folder) if fault.message.startswith(f"{rule}: ")]
    assert found
    assert found[0].line == line


def test_what_comes_about_in_the_filling_is_found(folder: Path) -> None:
    change(folder / "blocks.yaml", "{{ agency }} sẽ thông tin tiếp trước {{ at }}, tại {{ url }}.", "Hết: {{ url }}.")
    found = lint_words(folder)
    assert {(fault.file.name, fault.where) for fault in found} == {
        (FOOD, "statements.holding.vi"),
        ("unclassified.yaml", "statements.holding.vi"),
    }
    assert all("NO_NEXT_UPDATE" in fault.message for fault in found)


def test_a_broken_rule_is_told_and_the_others_are_still_applied(folder: Path) -> None:
    change(folder / "law" / "lint.yaml", "'(kinh hoàng|", "'((kinh hoàng|")
    change(folder / FOOD, "ngành y tế đang tổ chức cấp cứu", "kẻ xấu đang lợi dụng")
    messages = [fault.message for fault in lint_words(folder)]
    assert any("not a valid pattern" in message for message in messages)
    assert any(message.startswith("HOSTILE_LABEL") for message in messages)
