"""What a template may ask for, checked with file and line before any statement is made of it."""

from __future__ import annotations

from bot.playbooks.faults import Fault
from bot.playbooks.templates import names_in
from bot.playbooks.yaml_files import Keys, YamlFile


def check_names(
    file: YamlFile, keys: Keys, template: str, allowed: frozenset[str], faults: list[Fault]
) -> list[str] | None:
    """The names a template asks for; None after adding why it may not be used."""
    try:
        asked = names_in(template)
    except ValueError as error:
        message, line = error.args
        faults.append(file.fault(keys, message, line))
        return None
    wrong = [(name, line) for name, line in asked if name not in allowed]
    known = ", ".join(sorted(allowed)) or "nothing"
    faults.extend(file.fault(keys, f"asks for {name!r}; may ask for: {known}", line) for name, line in wrong)
    return None if wrong else [name for name, _ in asked]
