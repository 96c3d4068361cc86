"""What the methods learn from and what they are judged by.

A threshold must be chosen on texts that the method has not learnt: each is scored once by a method that learnt all but
its fifth. Only after that, and with everything learnt, come the texts of the evaluation.

As in Keng itself, how sure to be is learnt from ordinary texts alone, the `examples:` of the playbooks and those that
fit none. The examples in the folder beside them are there for breadth, and many are odd: they are always learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.data import profiles
from bot.model.playbook import UNCLASSIFIED
from bot.playbooks import load_playbooks
from bot.playbooks.examples import EVALUATION, EXAMPLES, NO_CRISIS, load_labelled_texts
from index import PlaybookProfile, passage
from index.evaluation import Labelled

FOLDS: Final = 5


@dataclass(frozen=True)
class Learning:
    """The playbooks with their examples, and texts that no playbook fits."""

    profiles: tuple[PlaybookProfile, ...]
    unrelated: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(profile.id for profile in self.profiles)

    @property
    def examples(self) -> list[tuple[int, str]]:
        """Every example with the number of its playbook."""
        return [(number, text) for number, profile in enumerate(self.profiles) for text in examples_of(profile)]

    @property
    def texts(self) -> list[str]:
        """Every text to learn from."""
        return [*(text for _, text in self.examples), *self.unrelated]


@dataclass(frozen=True)
class Trial:
    """What a method learns, and the texts that it then has to place."""

    learning: Learning
    texts: tuple[Labelled, ...]


def examples_of(profile: PlaybookProfile) -> tuple[str, ...]:
    """All that a playbook is learnt from."""
    return (*profile.examples, *profile.more_examples)


def read_learning(folder: Path) -> Learning:
    """The examples in the playbooks of a folder and those beside them, each once, as Keng cleans them."""
    beside = load_labelled_texts(folder / EXAMPLES)
    known = profiles(load_playbooks(folder), beside)
    return Learning(
        tuple(
            replace(one, examples=_cleaned(one.examples), more_examples=_cleaned(one.more_examples))
            for one in known
            if one.id != UNCLASSIFIED
        ),
        _cleaned([text.text for text in beside if text.playbook is None]),
    )


def read_evaluation(folder: Path) -> tuple[Labelled, ...]:
    """The texts that nothing learns from."""
    return tuple(
        Labelled(text.playbook, text.style, passage(text.text, "", ""))
        for text in load_labelled_texts(folder / EVALUATION)
    )


def folds(learning: Learning, count: int = FOLDS) -> list[Trial]:
    """Trials that hold out each ordinary text exactly once.

    Texts go to the folds in turn, in the order of their file, which keeps the styles together: so every fold has some
    of every playbook, style and kind.
    """
    return [_fold(learning, number, count) for number in range(count)]


def with_no_crisis(trial: Trial) -> Trial:
    """The same trial with the texts that fit no playbook as one more of them, the last."""
    no_crisis = PlaybookProfile(NO_CRISIS, "", "", "", "", trial.learning.unrelated)
    return Trial(Learning((*trial.learning.profiles, no_crisis), ()), trial.texts)


def _fold(learning: Learning, number: int, count: int) -> Trial:
    kept: list[PlaybookProfile] = []
    held_out: list[Labelled] = []
    for profile in learning.profiles:
        inside, outside = _split(profile.examples, number, count)
        kept.append(replace(profile, examples=inside))
        held_out.extend(Labelled(profile.id, "", text) for text in outside)
    inside, outside = _split(learning.unrelated, number, count)
    held_out.extend(Labelled(None, "", text) for text in outside)
    return Trial(Learning(tuple(kept), inside), tuple(held_out))


def _split(texts: Sequence[str], number: int, count: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    outside = tuple(texts[number::count])
    return tuple(text for place, text in enumerate(texts) if place % count != number), outside


def _cleaned(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(passage(text, "", "") for text in texts))
