"""``keng statements lint``: the linter on the command line, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import keng


def lint(*arguments: str, said: str = "") -> tuple[int, str, str]:
    done = keng("statements", "lint", *arguments, given=said)
    return done.exit_code, done.stdout, done.stderr


def test_what_blocks_makes_it_fail_and_is_told_with_line_and_column(tmp_path: Path) -> None:
    text = tmp_path / "ban-tin.txt"
    text.write_text("Một câu.\nHung thủ đã bị bắt.\n", encoding="utf-8-sig")
    code, shown, told = lint(str(text), "--variant", "short")
    assert code == 1
    assert shown.startswith("2:1: block CRIME_BEFORE_VERDICT “Hung thủ”")
    assert "→" in shown
    assert told.startswith("1 to mend, 0 to mend or to explain")


def test_a_warning_alone_does_not_fail() -> None:
    code, shown, _ = lint("-", "--variant", "short", said="Sự cố không đáng lo.")
    assert code == 0
    assert "warn MINIMISE" in shown


def test_programs_read_a_line_of_json_for_each_hit() -> None:
    said = "Nạn nhân\u200b Trần Văn An."
    code, shown, _ = lint("-", "--variant", "short", "--json", said=said)
    (hit,) = [json.loads(line) for line in shown.splitlines()]
    assert code == 1
    assert (hit["rule"], hit["severity"], hit["text"]) == ("PII_VICTIM", "block", "vi/short")
    assert said[hit["start"] : hit["end"]] == hit["words"]
    assert hit["sentence"] == said
    assert {"vi", "en"} == set(hit["message"]) == set(hit["instead"])


def test_the_day_decides_which_law_holds() -> None:
    said = "Theo Nghị định 09/2017/NĐ-CP."
    assert lint("-", "--variant", "short", "--day", "2026-06-30", said=said)[0] == 0
    assert lint("-", "--variant", "short", "--day", "2026-07-01", said=said)[0] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("/nowhere/ban-tin.txt",), ""),
        (("-", "--lang", "fr"), ""),
        (("-", "--day", "hôm nay"), ""),
        (("-",), "a" * 200_001),
    ],
)
def test_wrong_use_is_told_as_such(arguments: tuple[str, ...], said: str) -> None:
    assert lint(*arguments, said=said)[0] == 2


def test_a_file_that_is_no_text_is_wrong_use(tmp_path: Path) -> None:
    picture = tmp_path / "anh.jpg"
    picture.write_bytes(b"\xff\xd8\xff\xe0")
    assert lint(str(picture))[0] == 2
