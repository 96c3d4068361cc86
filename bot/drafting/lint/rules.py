"""The rules of the linter as values, as ``law/lint.yaml`` gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import regex

from bot.model.lint import Severity
from bot.model.playbook import Bilingual
from bot.model.statement import StatementKind


@dataclass(frozen=True, slots=True)
class Outdated:
    """What is called otherwise since a day: ``instead`` is the name of today."""

    pattern: regex.Pattern[str]
    since: date
    instead: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    It hits where one of ``patterns`` or ``outdated`` is found, or where the ``check`` of that name in code says so;
    with ``absent`` it hits a text in which none of ``patterns`` is found. A place is let go where one of ``unless``
    overlaps it, where one of ``unless_near`` stands in the same sentence, or where ``excuse`` (a name in code) says so.
    ``variants`` and ``kinds`` empty mean: all.
    """

    id: str
    severity: Severity
    message: Bilingual
    instead: Bilingual
    basis: str = ""
    patterns: tuple[regex.Pattern[str], ...] = ()
    unless: tuple[regex.Pattern[str], ...] = ()
    unless_near: tuple[regex.Pattern[str], ...] = ()
    outdated: tuple[Outdated, ...] = ()
    absent: bool = False
    check: str = ""
    excuse: str = ""
    variants: frozenset[str] = frozenset()
    kinds: frozenset[StatementKind] = frozenset()
    valid_from: date | None = None
    valid_to: date | None = None

    def concerns(self, variant: str, kind: StatementKind, day: date) -> bool:
        """True when it is in force on ``day`` for a text of this variant in a statement of this kind."""
        return (
            (not self.variants or variant in self.variants)
            and (not self.kinds or kind in self.kinds)
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class LintRules:
    """All rules of one edition."""

    version: str = ""
    rules: tuple[Rule, ...] = field(default_factory=tuple)

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


NO_RULES = LintRules()
"""For a desk that is given none; the service always has those of its playbooks folder."""
