"""Linting the labelled texts: enough of every style, none twice, and nothing learned that is judged by."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from bot.model.playbook import UNCLASSIFIED
from bot.playbooks.examples import (
    EVALUATION,
    EXAMPLES,
    NO_CRISIS,
    STYLES,
    LabelledText,
    TextFile,
    nothing_to_refuse_by,
    read_text_files,
)
from bot.playbooks.faults import Fault
from bot.playbooks.near_copies import is_near_copy, runs
from bot.playbooks.schema import PlaybookSection
from bot.playbooks.spelling import fold
from bot.playbooks.yaml_files import Keys, YamlFile

FEWEST_EXAMPLES: Final = 40
"""A playbook's own and those beside it together. Between 18 and 70 each doubling still gained about ten points."""

FEWEST_OF_A_STYLE: Final = 4
FEWEST_TO_BE_JUDGED_BY: Final = 15
FEWEST_UNRELATED: Final = 150

Place = tuple[YamlFile, Keys]


def lint_texts(folder: Path, playbooks: Mapping[str, tuple[YamlFile, PlaybookSection]]) -> list[Fault]:
    """Every fault of the texts beside the playbooks; a folder that is not there has none but what it lacks."""
    faults: list[Fault] = []
    examples = list(read_text_files(folder / EXAMPLES, faults))
    evaluation = list(read_text_files(folder / EVALUATION, faults))
    for file in [*examples, *evaluation]:
        if file.name not in playbooks and file.name != NO_CRISIS:
            faults.append(file.file.fault((), "no playbook has this id"))
    learned = [*_own_examples(playbooks), *(placed for file in examples for placed in _of(file))]
    faults.extend(_twice(learned))
    faults.extend(_twice([placed for file in evaluation for placed in _of(file)]))
    faults.extend(_leaks(learned, evaluation))
    faults.extend(_too_few_examples(playbooks, examples))
    nothing_refused = nothing_to_refuse_by(folder, (text for file in examples for text in file.texts))
    if nothing_refused is not None:
        faults.append(nothing_refused)
    if (folder / EVALUATION).is_dir():
        faults.extend(_too_few_to_judge_by(folder / EVALUATION, playbooks, evaluation))
    return faults


def _own_examples(playbooks: Mapping[str, tuple[YamlFile, PlaybookSection]]) -> Iterator[tuple[Place, LabelledText]]:
    for file, section in playbooks.values():
        for position, text in enumerate(section.examples):
            yield (file, ("examples", position)), LabelledText(section.id, "", text)


def _of(file: TextFile) -> Iterator[tuple[Place, LabelledText]]:
    return (((file.file, keys), text) for keys, text in file.placed())


def _twice(texts: Collection[tuple[Place, LabelledText]]) -> Iterator[Fault]:
    seen: dict[str, Place] = {}
    for (file, keys), text in texts:
        first, first_keys = seen.setdefault(fold(text.text), (file, keys))
        if (first, first_keys) != (file, keys):
            yield file.fault(keys, f"the same text as {first.path.name}:{first.line(first_keys)}")


def _leaks(learned: Collection[tuple[Place, LabelledText]], evaluation: Collection[TextFile]) -> Iterator[Fault]:
    """Examples that nearly are evaluation texts: learning them would make the figures lie."""
    by_run: dict[tuple[str, ...], set[int]] = defaultdict(set)
    judged = [placed for file in evaluation for placed in _of(file)]
    for number, (_, text) in enumerate(judged):
        for run in runs(text.text) or {tuple(fold(text.text).split())}:
            by_run[run].add(number)
    for (file, keys), text in learned:
        mine = runs(text.text) or {tuple(fold(text.text).split())}
        near = {number for run in mine for number in by_run.get(run, ())}
        for number in sorted(near):
            (other, other_keys), judged_by = judged[number]
            if is_near_copy(text.text, judged_by.text):
                yield file.fault(
                    keys, f"nearly the text of {EVALUATION}/{other.path.name}:{other.line(other_keys)}, which judges it"
                )
                break


def _too_few_examples(
    playbooks: Mapping[str, tuple[YamlFile, PlaybookSection]], examples: Collection[TextFile]
) -> Iterator[Fault]:
    beside = {file.name: file for file in examples}
    for name, (file, section) in playbooks.items():
        if name == UNCLASSIFIED:
            continue
        found = beside.get(name)
        total = len(section.examples) + (len(found.texts) if found else 0)
        if total < FEWEST_EXAMPLES:
            where = f"here and in {EXAMPLES}/{name}.yaml"
            yield file.fault(("examples",), f"{total} examples {where}; at least {FEWEST_EXAMPLES} are needed")
        styles = Counter(text.style for text in found.texts) if found else Counter()
        for style in STYLES if found else ():
            if found and styles[style] < FEWEST_OF_A_STYLE:
                yield found.file.fault((style,), f"{styles[style]} texts; at least {FEWEST_OF_A_STYLE} are needed")


def _too_few_to_judge_by(folder: Path, playbooks: Collection[str], evaluation: Collection[TextFile]) -> Iterator[Fault]:
    counts = {file.name: len(file.texts) for file in evaluation}
    for name in sorted({*playbooks, NO_CRISIS} - {UNCLASSIFIED}):
        least = FEWEST_UNRELATED if name == NO_CRISIS else FEWEST_TO_BE_JUDGED_BY
        if counts.get(name, 0) < least:
            yield Fault(folder / f"{name}.yaml", 1, "", f"{counts.get(name, 0)} texts; at least {least} are needed")
