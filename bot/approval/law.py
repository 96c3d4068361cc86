"""Loading the rules of law and the internal targets from ``law/rules.yaml``."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from bot.model.law import LawBook, LevelTarget, Rule
from bot.model.level import HIGHEST, LOWEST
from bot.playbooks.faults import Fault, FileFaults
from bot.playbooks.schema import BilingualText, RuleId, Text
from bot.playbooks.yaml_files import Section, YamlFile, read_yaml, validate

RULES_FILE = "rules.yaml"

_PERIOD = re.compile(r"^P(?:(?P<days>\d+)D)?(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?$")


class LawFaults(FileFaults):
    """Rules that cannot be used."""


def _period(value: object) -> timedelta:
    """An ISO 8601 duration in days, hours and minutes; months have no fixed length, so no clock runs in them."""
    match = _PERIOD.match(value) if isinstance(value, str) else None
    parts = {name: int(number) for name, number in match.groupdict().items() if number} if match else {}
    if not parts:
        raise ValueError(f"must be a period such as PT24H or P30D, not {value!r}")
    return timedelta(**parts)


Period = Annotated[timedelta, BeforeValidator(_period)]


class _RuleSection(Section):
    """One rule. ``working_days``, ``every`` and ``due_by`` tell of periods that no running clock measures."""

    id: RuleId
    basis: Text
    name: BilingualText
    starts_at: Text
    limit: Period | None
    working_days: int | None = Field(None, ge=1)
    every: Literal["month", "quarter", "year"] | None = None
    due_by: Text | None = None
    owed_by: Literal["us", "press", "health_sector"] = "us"
    report_items: list[int] = Field(default_factory=list)
    valid_from: date
    valid_to: date | None = None
    verified_by_lawyer: bool

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> _RuleSection:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        return self


class _TargetSection(Section):
    level: int = Field(ge=LOWEST, le=HIGHEST)
    name: BilingualText
    acknowledge: Period
    draft: Period
    approve: Period
    next_update: Period


class _LawSection(Section):
    version: Text
    rules: list[_RuleSection]
    targets: list[_TargetSection]


def load_law(folder: Path) -> LawBook:
    """The rules and targets of ``folder`` (``playbooks/law``).

    A book counts as verified when a lawyer has verified every rule in it.

    Raises:
        LawFaults: something is wrong; it carries every fault found, each with file and line.
    """
    faults: list[Fault] = []
    file = read_yaml(folder / RULES_FILE, faults)
    section = validate(_LawSection, file, faults) if file else None
    if file is not None and section is not None:
        _check_together(file, section, faults)
    if faults or section is None:
        raise LawFaults(faults)
    return LawBook(
        version=section.version,
        verified_by_lawyer=all(rule.verified_by_lawyer for rule in section.rules),
        rules=tuple(
            Rule(
                id=rule.id,
                basis=rule.basis,
                name_vi=rule.name.vi,
                name_en=rule.name.en,
                starts_at=rule.starts_at,
                limit=rule.limit,
                valid_from=rule.valid_from,
                valid_to=rule.valid_to,
            )
            for rule in section.rules
        ),
        targets=tuple(
            LevelTarget(t.level, t.name.vi, t.name.en, t.acknowledge, t.approve, t.next_update, draft=t.draft)
            for t in section.targets
        ),
    )


def _check_together(file: YamlFile, section: _LawSection, faults: list[Fault]) -> None:
    seen: set[str] = set()
    for position, rule in enumerate(section.rules):
        if rule.id in seen:
            faults.append(file.fault(("rules", position, "id"), f"{rule.id} is given twice"))
        seen.add(rule.id)
    levels = [target.level for target in section.targets]
    if levels != list(range(LOWEST, HIGHEST + 1)):
        faults.append(file.fault(("targets",), f"must be levels {LOWEST} to {HIGHEST}, once each, in order"))
