from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.playbooks import PlaybookFaults, lint_playbooks
from bot.playbooks.evaluation_floor import load_floor
from bot.playbooks.examples import EVALUATION, EXAMPLES, STYLES, load_labelled_texts
from tests.playbooks.editing import change

FOOD = f"{EXAMPLES}/food-poisoning.yaml"


def told(folder: Path) -> list[tuple[str, int, str]]:
    return [(str(f.file.relative_to(folder)), f.line, f.message) for f in lint_playbooks(folder)]


def rewrite(path: Path, texts: dict[str, list[str]]) -> None:
    path.write_text(yaml.safe_dump(texts, allow_unicode=True), encoding="utf-8")


def first(path: Path, style: str) -> str:
    return str(yaml.safe_load(path.read_text(encoding="utf-8"))[style][0])


def test_every_playbook_has_examples_and_evaluation_texts_of_every_style(folder: Path) -> None:
    for part in (EXAMPLES, EVALUATION):
        texts = load_labelled_texts(folder / part)
        for playbook in {text.playbook for text in texts if text.playbook}:
            assert {text.style for text in texts if text.playbook == playbook} == set(STYLES)


def test_an_example_that_nearly_is_an_evaluation_text_is_a_leak(folder: Path) -> None:
    judged_by = first(folder / EVALUATION / "epidemic.yaml", "news")
    line = change(folder / FOOD, first(folder / FOOD, "news"), f"{judged_by} theo tin mới nhận")
    ((file, told_line, message),) = told(folder)
    assert (file, told_line) == (FOOD, line)
    assert message.startswith("nearly the text of evaluation/epidemic.yaml:")


def test_examples_without_a_text_that_is_no_crisis_are_told(folder: Path) -> None:
    (folder / EXAMPLES / "no-crisis.yaml").unlink()
    ((file, _, message),) = told(folder)
    assert file == f"{EXAMPLES}/no-crisis.yaml"
    assert message.startswith("no texts; without them nearly nothing is refused")
    assert "copy examples/no-crisis.yaml" in message


def test_the_same_text_under_two_playbooks_is_told_where_it_stands_again(folder: Path) -> None:
    text = first(folder / EXAMPLES / "epidemic.yaml", "social")
    line = change(folder / FOOD, first(folder / FOOD, "social"), text.upper())
    ((file, told_line, message),) = told(folder)
    assert (file, told_line) == (FOOD, line)
    assert message.startswith("the same text as epidemic.yaml:")


def test_too_few_examples_are_told_whether_the_style_or_all_of_them(folder: Path) -> None:
    rewrite(folder / FOOD, {style: [f"{style} một văn bản riêng {n}" for n in range(4)] for style in STYLES[:-1]})
    messages = [message for *_, message in told(folder)]
    assert "32 examples here and in examples/food-poisoning.yaml; at least 40 are needed" in messages
    assert "0 texts; at least 4 are needed" in messages


def test_too_little_to_be_judged_by_is_told(folder: Path) -> None:
    (folder / EVALUATION / "food-poisoning.yaml").unlink()
    rewrite(folder / EVALUATION / "no-crisis.yaml", {"sports": ["Đội nhà thắng trận chung kết"]})
    assert [message for *_, message in told(folder)] == [
        "0 texts; at least 15 are needed",
        "1 texts; at least 150 are needed",
    ]


def test_a_province_may_keep_no_evaluation_texts_of_its_own(folder: Path) -> None:
    for path in (folder / EVALUATION).iterdir():
        path.unlink()
    (folder / EVALUATION).rmdir()
    assert told(folder) == []


def test_texts_for_a_playbook_that_is_not_there_are_told(folder: Path) -> None:
    rewrite(folder / EXAMPLES / "volcano.yaml", {"news": ["Núi lửa phun trào"]})
    assert told(folder) == [(f"{EXAMPLES}/volcano.yaml", 1, "no playbook has this id")]


@pytest.mark.parametrize("wrong", ["gossip: [một]", "news: một", "news: [1]", "- một", ""])
def test_a_file_of_another_form_is_refused_with_its_name(folder: Path, wrong: str) -> None:
    (folder / FOOD).write_text(wrong, encoding="utf-8")
    with pytest.raises(PlaybookFaults, match=r"food-poisoning\.yaml:1"):
        load_labelled_texts(folder / EXAMPLES)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("first_guess: 0.90", "first_guess: 90", "less than or equal to 1"),
        ("kept: 0.92\n", "", "kept: is missing"),
    ],
)
def test_a_floor_that_asks_for_nonsense_is_refused(folder: Path, old: str, new: str, message: str) -> None:
    change(folder / EVALUATION / "floor.yaml", old, new)
    with pytest.raises(PlaybookFaults, match=message):
        load_floor(folder / EVALUATION)
