"""What matching would do with other examples: fitted anew, asked again, before and after side by side.

Two measures, since either alone misleads. Cross-validation asks about every example by a matcher that has not seen it;
the evaluation texts, written apart, are asked by one that has seen all examples. Both need a matcher fitted several
times, so the matcher comes in as a function: from texts to learn from to answers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.playbooks.examples import LabelledText

FOLDS: Final = 5
"""Parts of the examples that are held out in turn: a measure costs one fit more than this."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a matcher says of a text: its first candidate, and the playbook that it names (None: none fits)."""

    first: str | None
    named: str | None


Matcher = Callable[[str], Answer]
Fit = Callable[[Sequence[LabelledText]], Matcher]


@dataclass(frozen=True, slots=True)
class Tally:
    """Over the texts of one playbook, or over those of none: how many; first candidate right; some playbook named."""

    texts: int
    first: int
    named: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Tallies by playbook; under None that of the texts that fit none. A share is None where there are no texts."""

    tallies: Mapping[str | None, Tally]

    def first_guess(self, playbook: str | None = None) -> float | None:
        """Share of a playbook's texts (None: of all playbooks') of which it is the first candidate."""
        tallies = self._of(playbook)
        return _share(sum(t.first for t in tallies), sum(t.texts for t in tallies))

    @property
    def kept(self) -> float | None:
        """Share of the texts of some playbook for which one is named, right or wrong."""
        tallies = self._of(None)
        return _share(sum(t.named for t in tallies), sum(t.texts for t in tallies))

    @property
    def refused(self) -> float | None:
        """Share of the texts that fit no playbook for which none is named."""
        none = self.tallies.get(None, Tally(0, 0, 0))
        return _share(none.texts - none.named, none.texts)

    def _of(self, playbook: str | None) -> list[Tally]:
        return [t for label, t in self.tallies.items() if label is not None and playbook in (None, label)]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Both measures of one set of examples."""

    cross_validated: Scores
    evaluation: Scores


def accuracy(
    fit: Fit,
    examples: Sequence[LabelledText],
    evaluation: Sequence[LabelledText],
    added: Sequence[LabelledText] = (),
    folds: int = FOLDS,
) -> Accuracy:
    """How well a matcher does that has learned from ``examples`` and ``added``.

    ``added`` are learned from in every fold and never asked about, so that accuracies with and without them are over
    the same texts. Costs ``folds + 1`` fits, and one answer for each example and evaluation text.
    """
    asked: list[tuple[LabelledText, Answer]] = []
    for held_out in _folds(examples, folds):
        apart = set(held_out)
        matcher = fit([*(text for n, text in enumerate(examples) if n not in apart), *added])
        asked += [(examples[n], matcher(examples[n].text)) for n in held_out]
    matcher = fit([*examples, *added])
    return Accuracy(_scores(asked), _scores((text, matcher(text.text)) for text in evaluation))


def _folds(examples: Sequence[LabelledText], folds: int) -> list[list[int]]:
    """Positions to hold out, each once, spread over playbooks and styles. A playbook with too few keeps them all."""
    positions: dict[str | None, list[int]] = defaultdict(list)
    for position, text in enumerate(examples):
        positions[text.playbook].append(position)
    held_out: list[list[int]] = [[] for _ in range(folds)]
    for own in positions.values():
        if len(own) >= folds:
            for number, position in enumerate(own):
                held_out[number % folds].append(position)
    return held_out


def _scores(asked: Iterable[tuple[LabelledText, Answer]]) -> Scores:
    texts, first, named = Counter[str | None](), Counter[str | None](), Counter[str | None]()
    for text, answer in asked:
        texts[text.playbook] += 1
        first[text.playbook] += answer.first == text.playbook
        named[text.playbook] += answer.named is not None
    return Scores({label: Tally(count, first[label], named[label]) for label, count in texts.items()})


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
