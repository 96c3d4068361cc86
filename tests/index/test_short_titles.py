"""Very short texts and denials: written apart from the examples, never learned from, held to a floor.

The texts are in `short_titles.yaml` and, written later, `short_titles_again.yaml`. What is reached is
printed (`pytest -rP`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
import yaml

from bot.playbooks.near_copies import is_near_copy, runs
from bot.playbooks.spelling import fold
from index import Match, PlaybookIndex, Query
from tests.index.material import REPOSITORY, profiles, unrelated

FAKE_NEWS = "fake-news"
FIRST, AGAIN = "short_titles.yaml", "short_titles_again.yaml"


@dataclass(frozen=True)
class Asked:
    """A text and what may be said of it: `right` are the playbooks (None: no playbook) that are not wrong."""

    group: str
    text: str
    right: tuple[str | None, ...]
    denied: str | None = None


def held_out(name: str) -> Iterator[Asked]:
    content = yaml.safe_load((REPOSITORY / "tests" / "index" / name).read_text(encoding="utf-8"))
    for playbook, styles in content["titles"].items():
        for style, texts in styles.items():
            for text in texts:
                yield Asked(f"title, {style}", text, (playbook,))
    for text in content["no_crisis"]:
        yield Asked("no crisis", text, (None,))
    for playbook, texts in content["denied"].items():
        for text in texts:
            yield Asked("denied", text, (None, FAKE_NEWS), playbook)
    for playbook, texts in content["only_recalled"].items():
        for text in texts:
            yield Asked("only recalled", text, (None,), playbook)


@dataclass(frozen=True)
class Answered:
    asked: Asked
    match: Match

    @property
    def is_right(self) -> bool:
        """For a title: the right playbook comes first, sure or not; else nothing wrong is named."""
        first = self.match.candidates[0].playbook
        return (first if self.is_title else self.match.playbook) in self.asked.right

    @property
    def is_named(self) -> bool:
        """The right playbook is the answer, not just the first of three to choose from."""
        return self.match.playbook in self.asked.right

    @property
    def says_what_is_denied(self) -> bool:
        return self.asked.denied is not None and self.match.playbook == self.asked.denied

    @property
    def is_title(self) -> bool:
        return self.asked.group.startswith("title")


def share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


def figures(answers: list[Answered]) -> Mapping[str, float]:
    """Every share that is held to a floor."""
    titles = [one for one in answers if one.is_title]
    found = {
        f"{group}: first guess": share([one.is_right for one in titles if one.asked.group == group])
        for group in dict.fromkeys(one.asked.group for one in titles)
    }
    found["title: first guess"] = share([one.is_right for one in titles])
    found["title: named"] = share([one.is_named for one in titles])
    for group in ("no crisis", "denied", "only recalled"):
        found[f"{group}: nothing wrong named"] = share([one.is_right for one in answers if one.asked.group == group])
    found["denied or recalled: not what is denied"] = share(
        [not one.says_what_is_denied for one in answers if one.asked.denied]
    )
    return found


FLOORS: Mapping[str, Mapping[str, float]] = {
    FIRST: {
        "title, written: first guess": 0.95,
        "title, without_diacritics: first guess": 0.92,
        "title, english: first guess": 0.93,
        "title: first guess": 0.95,
        "title: named": 0.87,
        "no crisis: nothing wrong named": 0.85,
        "denied: nothing wrong named": 0.80,
        "only recalled: nothing wrong named": 0.95,
        "denied or recalled: not what is denied": 0.88,
    },
    AGAIN: {
        "title, written: first guess": 0.93,
        "title, without_diacritics: first guess": 0.78,
        "title: first guess": 0.86,
        "title: named": 0.78,
        "no crisis: nothing wrong named": 0.82,
        "denied: nothing wrong named": 0.60,
        "only recalled: nothing wrong named": 0.90,
        "denied or recalled: not what is denied": 0.70,
    },
}
"""A text or two below what was reached when they were set: a changed example moves a few texts either way."""


@pytest.mark.parametrize("name", [FIRST, AGAIN])
def test_very_short_texts_and_denials_are_read_as_well_as_the_floor_asks(index: PlaybookIndex, name: str) -> None:
    answers = [Answered(asked, index.match(Query(title=asked.text))) for asked in held_out(name)]
    reached = figures(answers)
    for figure, value in reached.items():
        print(f"{figure:45} {100 * value:5.1f} %")
    for one in answers:
        if not (one.is_named if one.is_title else one.is_right):
            first, said, none = one.match.candidates[0], one.match.playbook, one.match.none
            print(f"  {one.asked.text!r}: {said} ({first.playbook} {first.confidence}, none {none})")
    assert FLOORS[name].keys() == reached.keys()
    assert {figure: reached[figure] for figure, least in FLOORS[name].items() if reached[figure] < least} == {}


def test_there_are_enough_of_each() -> None:
    asked = list(held_out(FIRST))
    playbooks = {profile.id for profile in profiles()} - {"unclassified"}
    for playbook in playbooks:
        titles = [one for one in asked if one.group.startswith("title") and one.right == (playbook,)]
        assert len(titles) >= 4
        assert all(2 <= len(one.text.split()) <= 6 for one in titles)
    assert sum(one.group == "no crisis" for one in asked) >= 60
    assert sum(one.denied is not None for one in asked) >= 40


def test_no_example_is_one_of_these_texts() -> None:
    by_run: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in (*held_out(FIRST), *held_out(AGAIN)):
        for run in runs_of(one.text):
            by_run[run].add(one.text)
    learned = [*unrelated(), *(text for one in profiles() for text in (*one.examples, *one.more_examples))]
    copies = {
        (text, judged)
        for text in learned
        for judged in {judged for run in runs_of(text) for judged in by_run.get(run, ())}
        if is_near_copy(text, judged)
    }
    assert copies == set()


def runs_of(text: str) -> frozenset[tuple[str, ...]]:
    return runs(text) or frozenset({tuple(fold(text).split())})
