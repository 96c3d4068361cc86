"""The rules are data: validated with file and line, tried on their own samples, bounded, dated."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.drafting.lint import LintRuleFaults, load_lint_rules
from bot.drafting.lint.dialect import NotAPattern, check_bounds, compiled
from bot.playbooks import default_playbooks_folder
from tests.drafting.lint.judging import shipped_rules
from tests.playbooks.editing import change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "law").mkdir()
    shutil.copy(default_playbooks_folder() / "law" / "lint.yaml", tmp_path / "law" / "lint.yaml")
    return tmp_path


def faults_of(folder: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(LintRuleFaults) as caught:
        load_lint_rules(folder)
    return [(fault.line, fault.where, fault.message) for fault in caught.value.faults]


def lint_yaml(folder: Path) -> Path:
    return folder / "law" / "lint.yaml"


def test_every_rule_says_what_it_means_in_both_languages_and_what_to_write_instead() -> None:
    for rule in shipped_rules().rules:
        assert rule.message.vi
        assert rule.message.en
        assert rule.instead.vi
        assert rule.instead.en
        assert rule.basis or rule.severity != "block", f"{rule.id} blocks without an article"


def test_a_pattern_that_could_run_for_ever_is_told_with_its_line(folder: Path) -> None:
    line = change(lint_yaml(folder), "'(kinh hoàng|", "'(kinh .*hoàng|")
    ((at, where, message),) = faults_of(folder)
    assert at == line
    assert where.endswith("patterns[0]")
    assert "without a bound" in message


@pytest.mark.parametrize("pattern", ["a*", "(a+)+b", "a{3,}", r"(\p{L}{1,9} ){0,60}x", "((a{0,20}){0,20}){0,20}"])
def test_repetitions_have_bounds(pattern: str) -> None:
    with pytest.raises(NotAPattern):
        check_bounds(pattern)


@pytest.mark.parametrize("pattern", [r"\*", "[*+]", r"(\p{L}{1,9} ){0,8}x", "(a|b)?c", "a{2}"])
def test_what_has_bounds_is_allowed(pattern: str) -> None:
    check_bounds(pattern)


def test_no_pattern_is_taken_that_is_none(folder: Path) -> None:
    line = change(lint_yaml(folder), "'(kinh hoàng|", "'((kinh hoàng|")
    ((at, _, message),) = faults_of(folder)
    assert at == line
    assert "not a valid pattern" in message


def test_a_rule_hits_and_misses_its_own_samples(folder: Path) -> None:
    line = change(lint_yaml(folder), '"Vụ tai nạn xảy ra chiều nay."', '"Vụ việc kinh hoàng."')
    assert faults_of(folder)[0][::2] == (line, "the rule hits it")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("check: long_clauses", "check: long_sighs", "no check is called 'long_sighs'"),
        ("excuse: sourced", "excuse: tired", "no excuse is called 'tired'"),
        ("id: SENSATIONAL", "id: MINIMISE", "MINIMISE is given twice"),
        ('severity: warn\n    message: {vi: "Cam kết', 'severity: maybe\n    message: {vi: "Cam kết', "must be one of"),
        ("    check: long_clauses\n", "", "needs patterns, outdated names or a check"),
        ('since: 2026-07-01, instead: "Nghị định 244', 'since: soon, instead: "Nghị định 244', "date"),
    ],
)
def test_what_is_wrong_with_a_rule_is_told(folder: Path, old: str, new: str, message: str) -> None:
    change(lint_yaml(folder), old, new)
    assert any(message in told for _, _, told in faults_of(folder))


def test_the_edition_changes_with_the_words(folder: Path) -> None:
    before = load_lint_rules(folder).version
    change(lint_yaml(folder), "Từ ngữ giật gân làm", "Từ ngữ giật gân khiến")
    assert load_lint_rules(folder).version != before


def test_a_space_is_any_small_gap_but_no_word() -> None:
    pattern = compiled("thế lực thù địch")
    for written in ("thế lực thù địch", "thế-lực_thù.địch", "thếlực thù\nđịch", "THE LUC THU DICH", "thê lưc thu đich"):
        assert pattern.search(written), written
    for other in ("thế lực và thù địch", "thể lực thú đích", "thế lực thù địchh"):
        assert not pattern.search(other), other


def test_a_letter_behind_a_backslash_keeps_its_marks() -> None:
    assert not compiled(r"qu\ận").search("cơ quan")
    assert compiled("quận").search("cơ quan")
    assert not compiled("quận", exact_marks=True).search("cơ quan")
