"""Linting ``statements/``: what would be published must not break the rules that people's own words are held to."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from bot.model.playbook import LANGUAGES
from bot.playbooks.faults import Fault
from bot.playbooks.lint_rules import LintRule
from bot.playbooks.statements import STATEMENTS
from bot.playbooks.yaml_files import Keys, YamlFile, read_yaml


def lint_statements(folder: Path, rules: Collection[LintRule]) -> Iterator[Fault]:
    """Every hit of a rule in a template or a phrase of the folder's own ``statements/``."""
    for path in sorted((folder / STATEMENTS).glob("*.yaml")):
        file = read_yaml(path, [])  # what keeps it from loading is told by loading
        if file is None:
            continue
        for keys, words in _words(file):
            for rule in rules:
                hit = rule.first_hit(words)
                if hit is not None:
                    line = words.count("\n", 0, hit.start())
                    yield file.fault(keys, f"{rule.id}: {hit.group(0)!r}: {rule.why.en}", line)


def _words(file: YamlFile) -> Iterator[tuple[Keys, str]]:
    sections = file.data.items() if isinstance(file.data, dict) else ()
    for name, section in sections:
        for lang in LANGUAGES if isinstance(section, dict) else ():
            if isinstance(section.get(lang), str):
                yield (name, lang), section[lang]
