"""Patterns of what an office must not write (``law/lint.yaml``; reference/domain.md §3.3): data that tests itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.model.playbook import Bilingual
from bot.playbooks.faults import Fault
from bot.playbooks.schema import BilingualText, RuleId, Text
from bot.playbooks.yaml_files import Section, read_yaml, validate

LINT_FILE = Path("law") / "lint.yaml"

_LAST_VIETNAMESE_LETTER = 0x1EF9
_LETTERS = [chr(point) for point in range(_LAST_VIETNAMESE_LETTER + 1) if chr(point).isalpha()]
_CLASSES = {
    r"\p{Lu}": f"[{''.join(c for c in _LETTERS if c.isupper())}]",
    r"\p{Ll}": f"[{''.join(c for c in _LETTERS if c.islower())}]",
}
"""Classes that Python's patterns lack: a name begins with a capital letter, which may carry diacritics."""


@dataclass(frozen=True, slots=True)
class LintRule:
    """One pattern. ``severity``: ``block`` (cannot go out), ``warn`` (needs a reason), ``stop`` (must not be kept)."""

    id: str
    severity: str
    why: Bilingual
    pattern: re.Pattern[str]

    def first_hit(self, text: str) -> re.Match[str] | None:
        """Where ``text`` first breaks the rule."""
        return self.pattern.search(unicodedata.normalize("NFC", text))


class _RuleSection(Section):
    id: RuleId
    severity: Literal["block", "warn", "stop"]
    pattern: Text
    match_case: bool = False
    why: BilingualText
    hits: list[Text]
    misses: list[Text]


class _LintSection(Section):
    rules: list[_RuleSection]


def load_lint_rules(folder: Path, faults: list[Fault]) -> tuple[LintRule, ...]:
    """The rules of a playbooks folder. Adds its faults, also patterns that miss a ``hits`` or hit a ``misses``."""
    file = read_yaml(folder / LINT_FILE, faults)
    section = validate(_LintSection, file, faults) if file else None
    if file is None or section is None:
        return ()
    rules: list[LintRule] = []
    for position, item in enumerate(section.rules):
        keys = ("rules", position)
        try:
            pattern = re.compile(_with_classes(item.pattern), re.NOFLAG if item.match_case else re.IGNORECASE)
        except re.error as error:
            faults.append(file.fault((*keys, "pattern"), f"not a valid pattern: {error}"))
            continue
        if any(rule.id == item.id for rule in rules):
            faults.append(file.fault((*keys, "id"), f"{item.id} is given twice"))
        rule = LintRule(item.id, item.severity, item.why.value(), pattern)
        rules.append(rule)
        for kind, samples, expected in (("hits", item.hits, True), ("misses", item.misses, False)):
            faults.extend(
                file.fault((*keys, kind, number), f"the pattern {'misses' if expected else 'hits'} it")
                for number, sample in enumerate(samples)
                if (rule.first_hit(sample) is not None) is not expected
            )
    return tuple(rules)


def _with_classes(pattern: str) -> str:
    for name, letters in _CLASSES.items():
        pattern = pattern.replace(name, letters)
    return pattern
