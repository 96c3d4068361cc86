"""Loading the linter's rules from ``law/lint.yaml``: data that tests itself, with file and line in every fault."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final, Literal

import regex
from pydantic import Field, model_validator

from bot.drafting.lint.checks import CHECKS, EXCUSES
from bot.drafting.lint.context import LintContext, reading
from bot.drafting.lint.dialect import NotAPattern, compiled
from bot.drafting.lint.linting import places_of
from bot.drafting.lint.rules import LintRules, Outdated, Rule
from bot.model.lint import Severity
from bot.model.statement import StatementKind
from bot.playbooks.faults import Fault, FileFaults
from bot.playbooks.schema import BilingualText, RuleId, Text
from bot.playbooks.yaml_files import Keys, Section, YamlFile, read_yaml, validate

LINT_FILE: Final = Path("law") / "lint.yaml"

_OWN_DAY: Final = date(2026, 11, 22)
"""The day on which a rule's own samples are judged, unless it is not in force then."""


class LintRuleFaults(FileFaults):
    """Rules of the linter that cannot be used."""


class _OutdatedSection(Section):
    pattern: Text
    since: date
    instead: Text


class _RuleSection(Section):
    """One rule; :class:`bot.drafting.lint.rules.Rule` says what each field means."""

    id: RuleId
    severity: Literal["block", "warn"]
    basis: str = ""
    message: BilingualText
    instead: BilingualText
    patterns: list[Text] = Field(default_factory=list)
    unless: list[Text] = Field(default_factory=list)
    unless_near: list[Text] = Field(default_factory=list)
    outdated: list[_OutdatedSection] = Field(default_factory=list)
    absent: bool = False
    match_case: bool = False
    marks: Literal["loose", "exact"] = "loose"
    check: str = ""
    excuse: str = ""
    variants: list[Text] = Field(default_factory=list)
    kinds: list[Literal["initial", "update", "correction", "retraction", "supersession"]] = Field(default_factory=list)
    valid_from: date | None = None
    valid_to: date | None = None
    hits: list[Text] = Field(default_factory=list)
    misses: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _can_hit(self) -> _RuleSection:
        if not (self.patterns or self.outdated or self.check or (self.absent and self.excuse)):
            raise ValueError("needs patterns, outdated names or a check")
        if self.absent and not (self.patterns or self.excuse):
            raise ValueError("says that something is absent, and needs the patterns of it")
        if self.check and self.check not in CHECKS:
            raise ValueError(f"no check is called {self.check!r}; there are: {', '.join(CHECKS)}")
        if self.excuse and self.excuse not in EXCUSES:
            raise ValueError(f"no excuse is called {self.excuse!r}; there are: {', '.join(EXCUSES)}")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        if not self.check and not (self.hits and self.misses):
            raise ValueError("needs sentences that it hits and sentences that it misses")
        return self


class _LintSection(Section):
    version: Text
    rules: list[_RuleSection] = Field(min_length=1)


def load_lint_rules(folder: Path) -> LintRules:
    """The rules of a playbooks folder.

    Raises:
        LintRuleFaults: something is wrong; it carries every fault found, each with file and line.
    """
    faults: list[Fault] = []
    rules = read_lint_rules(folder, faults)
    if faults or rules is None:
        raise LintRuleFaults(faults)
    return rules


def read_lint_rules(folder: Path, faults: list[Fault]) -> LintRules | None:
    """The rules of a playbooks folder without those that are broken, of which ``faults`` is told; None without any."""
    file = read_yaml(folder / LINT_FILE, faults)
    section = validate(_LintSection, file, faults) if file else None
    if file is None or section is None:
        return None
    rules: list[Rule] = []
    for position, item in enumerate(section.rules):
        if any(rule.id == item.id for rule in rules):
            faults.append(file.fault(("rules", position, "id"), f"{item.id} is given twice"))
        rule = _rule(file, ("rules", position), item, faults)
        if rule is not None:
            rules.append(rule)
            faults.extend(_samples(file, ("rules", position), item, rule))
    digest = hashlib.sha256(file.text.encode()).hexdigest()[:12]
    return LintRules(f"{section.version}+{digest}", tuple(rules))


def _rule(file: YamlFile, keys: Keys, item: _RuleSection, faults: list[Fault]) -> Rule | None:
    before = len(faults)

    def all_of(name: str, patterns: Sequence[str]) -> tuple[regex.Pattern[str], ...]:
        found = []
        for number, pattern in enumerate(patterns):
            try:
                found.append(compiled(pattern, match_case=item.match_case, exact_marks=item.marks == "exact"))
            except NotAPattern as error:
                faults.append(file.fault((*keys, name, number), str(error)))
        return tuple(found)

    outdated = all_of("outdated", [old.pattern for old in item.outdated])
    rule = Rule(
        id=item.id,
        severity=Severity(item.severity),
        message=item.message.value(),
        instead=item.instead.value(),
        basis=item.basis,
        patterns=all_of("patterns", item.patterns),
        unless=all_of("unless", item.unless),
        unless_near=all_of("unless_near", item.unless_near),
        outdated=tuple(
            Outdated(pattern, old.since, old.instead) for pattern, old in zip(outdated, item.outdated, strict=False)
        ),
        absent=item.absent,
        check=item.check,
        excuse=item.excuse,
        variants=frozenset(item.variants),
        kinds=frozenset(StatementKind(kind) for kind in item.kinds),
        valid_from=item.valid_from,
        valid_to=item.valid_to,
    )
    return rule if len(faults) == before else None


def _samples(file: YamlFile, keys: Keys, item: _RuleSection, rule: Rule) -> Iterator[Fault]:
    """Samples that the rule judges otherwise than its author did."""
    day = min(max(_OWN_DAY, item.valid_from or _OWN_DAY), item.valid_to or date.max)
    for kind, samples, expected in (("hits", item.hits, True), ("misses", item.misses, False)):
        for number, sample in enumerate(samples):
            if bool(places_of(rule, reading("vi/full", sample), LintContext(day))) is not expected:
                yield file.fault((*keys, kind, number), f"the rule {'misses' if expected else 'hits'} it")
