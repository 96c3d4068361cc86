"""How the linter is judged: faulty sentences by rule, clean ones, and whole statements with one block left out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from bot.drafting.lint import LintContext, LintRules, lint, load_lint_rules
from bot.playbooks import default_playbooks_folder

HERE = Path(__file__).parent
DAY = date(2026, 11, 22)
CONTEXT = LintContext(DAY)
SENTENCE = "vi/sentence"
"""A key that is no full text, so that a sentence need not have all blocks of a statement."""

STATEMENT = "vi/full"


@dataclass(frozen=True)
class Sample:
    """One text and the rule that must stop it; None where nothing may."""

    key: str
    text: str
    rule: str | None


@dataclass(frozen=True)
class Verdict:
    """What the linter said of one sample: the ids of the rules that block it."""

    sample: Sample
    blocked_by: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """``recall`` by rule as (found, of how many); ``false_blocks`` of ``clean``; milliseconds of a statement."""

    recall: Mapping[str, tuple[int, int]]
    false_blocks: int
    clean: int
    milliseconds: float
    missed: tuple[Verdict, ...]
    wronged: tuple[Verdict, ...]

    @property
    def overall(self) -> float:
        """Recall over all faulty samples."""
        return sum(found for found, _ in self.recall.values()) / sum(count for _, count in self.recall.values())

    @property
    def false_per_hundred(self) -> float:
        """Clean samples that are blocked, of a hundred."""
        return 100 * self.false_blocks / self.clean


def shipped_rules() -> LintRules:
    """The rules that come with the program."""
    return load_lint_rules(default_playbooks_folder())


FIRST, SECOND, THIRD = "evaluation", "evaluation-2", "evaluation-3"
"""The rules were mended by the misses of the first set, and of the second; the third met them as they are."""


def faulty(which: str = FIRST) -> list[Sample]:
    """The faulty samples of a set."""
    by_rule = yaml.safe_load((HERE / which / "faulty.yaml").read_text(encoding="utf-8"))
    samples = [Sample(SENTENCE, text, rule) for rule, texts in by_rule.items() for text in texts]
    if which != FIRST:
        return samples
    for statement in _statements():
        samples += [
            Sample(STATEMENT, _joined(statement, without=block), block) for block in statement if block.isupper()
        ]
    return samples


def clean(which: str = FIRST) -> list[Sample]:
    """The clean samples of a set."""
    texts = yaml.safe_load((HERE / which / "clean.yaml").read_text(encoding="utf-8"))
    sentences = [Sample(SENTENCE, text, None) for text in texts]
    return (
        sentences
        if which != FIRST
        else sentences + [Sample(STATEMENT, _joined(statement), None) for statement in _statements()]
    )


def development() -> tuple[list[Sample], list[Sample]]:
    """The faulty and the clean sentences by which the rules were made."""
    data = yaml.safe_load((HERE / "development.yaml").read_text(encoding="utf-8"))
    bad = [Sample(SENTENCE, text, rule) for rule, texts in data["faulty"].items() for text in texts]
    return bad, [Sample(SENTENCE, text, None) for text in data["clean"]]


def judge(rules: LintRules, samples: list[Sample]) -> Iterator[Verdict]:
    """What the linter says of each."""
    for sample in samples:
        hits = lint({sample.key: sample.text}, rules, CONTEXT)
        yield Verdict(sample, frozenset(hit.rule for hit in hits if hit.blocks))


def figures(rules: LintRules, bad: list[Sample], good: list[Sample]) -> Figures:
    """Everything counted."""
    verdicts = list(judge(rules, bad))
    wronged = tuple(v for v in judge(rules, good) if v.blocked_by)
    recall: dict[str, tuple[int, int]] = {}
    for verdict in verdicts:
        rule = verdict.sample.rule or ""
        found, count = recall.get(rule, (0, 0))
        recall[rule] = (found + (rule in verdict.blocked_by), count + 1)
    return Figures(
        recall=recall,
        false_blocks=len(wronged),
        clean=len(good),
        milliseconds=_milliseconds(rules),
        missed=tuple(v for v in verdicts if v.sample.rule not in v.blocked_by),
        wronged=wronged,
    )


def _milliseconds(rules: LintRules) -> float:
    """Processor time for one statement, over all of the evaluation's, the fastest of three rounds."""
    texts = [_joined(statement) for statement in _statements()]
    rounds = []
    for _ in range(3):
        begun = time.process_time()
        for text in texts:
            lint({STATEMENT: text}, rules, CONTEXT)
        rounds.append((time.process_time() - begun) / len(texts) * 1000)
    return min(rounds)


def _statements() -> list[dict[str, str]]:
    loaded = yaml.safe_load((HERE / "evaluation" / "statements.yaml").read_text(encoding="utf-8"))
    return [dict(statement) for statement in loaded]


def _joined(statement: Mapping[str, str], without: str = "") -> str:
    return "\n\n".join(text for block, text in statement.items() if block != without)
