"""Templates of the later stages: refused at load with file and line where they could do more than name values."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.drafting.lint.playbook_words import lint_words
from bot.model.statement import StatementKind
from bot.playbooks import load_playbooks
from bot.playbooks.faults import Fault, PlaybookFaults
from tests.playbooks.editing import change


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(PlaybookFaults) as caught:
        load_playbooks(folder)
    return caught.value.faults


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{{ 1/0 }}", "no filters or expressions"),
        ("{{ 9**9**9 }}", "no filters or expressions"),
        ("{% for x in range(10**9) %}x{% endfor %}", "no logic"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "no logic"),
        ("{{ agency.__class__.__mro__ }}", "no filters or expressions"),
        ("{{ ''.__class__ }}", "no filters or expressions"),
        ("{{ cycler.__init__.__globals__ }}", "no filters or expressions"),
        ("{% include '/etc/passwd' %}", "no logic"),
        ("{{ secret }}", "asks for 'secret'"),
        ("{{ agency | upper }}", "no filters or expressions"),
        ("{{ agency", "not a valid template"),
        ("{# hidden #}", "a comment"),
        ("{{ known }}", "once each, in this order"),
        ("{{ agency }} " * 61, "at most 60 are put in"),
        ("x" * 8_001, "at most 8000 are read"),
    ],
)
def test_a_template_that_does_more_than_name_values_is_refused_with_its_line(
    folder: Path, template: str, why: str
) -> None:
    path = folder / "statements" / "update.yaml"
    whole = "    {{ reference }} {{ agency }} thông tin tiếp về vụ việc {{ where }}.\n"
    line = change(path, whole, f"{whole}\n    {template}\n")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.where) == (path, "full.vi")
    assert why in fault.message
    assert 4 <= fault.line <= line + 6


def test_a_shorter_form_may_not_ask_for_what_only_the_full_text_has(folder: Path) -> None:
    change(folder / "statements" / "holding.yaml", "{{ others }}", "{{ signoff }}")
    (fault,) = faults_of(folder)
    assert (fault.where, "asks for 'signoff'" in fault.message) == ("short.vi", True)


def test_a_stage_without_its_blocks_is_refused(folder: Path) -> None:
    change(folder / "statements" / "closing.yaml", "    {{ closing_next }}\n\n", "")
    (fault,) = faults_of(folder)
    assert "closing_next" in fault.message


def test_an_office_that_keeps_an_older_folder_gets_the_files_that_came_with_us(folder: Path) -> None:
    for path in (folder / "statements").iterdir():
        path.unlink()
    loaded = load_playbooks(folder)
    assert loaded["flood-storm"].template(StatementKind.UPDATE, "vi/full")


def test_a_playbook_may_say_a_later_stage_in_its_own_words(folder: Path) -> None:
    own = (folder / "statements" / "closing.yaml").read_text(encoding="utf-8").split("short:")[0]
    own = own.partition("full:\n")[2].replace("cảm ơn người dân", "cảm ơn bà con")
    change(folder / "flood-storm.yaml", "statements:\n", "statements:\n  closing:\n" + _indented(own))
    loaded = load_playbooks(folder)
    assert "cảm ơn bà con" in (loaded["flood-storm"].template(StatementKind.CLOSING, "vi/full") or "")
    assert "cảm ơn bà con" not in (loaded["landslide"].template(StatementKind.CLOSING, "vi/full") or "")


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" if line.strip() else "\n" for line in text.rstrip().split("\n"))


def test_a_changed_stage_is_another_version_of_the_playbooks(folder: Path) -> None:
    before = load_playbooks(folder).version
    change(folder / "statements" / "closing.yaml", "cảm ơn người dân", "cảm ơn bà con")
    assert load_playbooks(folder).version != before


def test_wording_that_people_may_not_use_is_a_fault_in_a_template_too(folder: Path) -> None:
    path = folder / "statements" / "closing.yaml"
    line = change(path, "cảm ơn người dân", "không bình luận và cảm ơn người dân")
    (fault,) = lint_words(folder)
    assert (fault.file, fault.line) == (path, line)
    assert fault.message.startswith("NO_COMMENT")
