"""The linter of statements: what must not stand in public words, and what must. Pure; the rules are data."""

from bot.drafting.lint.context import LintContext
from bot.drafting.lint.linting import lint
from bot.drafting.lint.rule_file import LintRuleFaults, load_lint_rules, read_lint_rules
from bot.drafting.lint.rules import NO_RULES, LintRules, Rule

__all__ = [
    "NO_RULES",
    "LintContext",
    "LintRuleFaults",
    "LintRules",
    "Rule",
    "lint",
    "load_lint_rules",
    "read_lint_rules",
]
