"""The office's ``policy.yaml``: read with file and line in every fault, and joined with the law of the day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import structlog
from pydantic import AfterValidator, Field, model_validator

from bot.approval.law import Period
from bot.approval.policy_watching import SilencesSection, TellingSection, WatchingSection
from bot.approval.watched_files import WatchedFiles
from bot.locale import LOCAL
from bot.model.law import LawBook, LevelTarget
from bot.model.level import HIGHEST, LOWEST
from bot.model.policy import DEFAULT_STEPS, EscalationStep, LegalLimit, OfficePolicy, Policy, QuietHours, Wake
from bot.playbooks.faults import Fault, FileFaults
from bot.playbooks.schema import RuleId, Text
from bot.playbooks.yaml_files import Section, YamlFile, read_yaml, validate

POLICY_FILE = "policy.yaml"

STARTED_BY_PEOPLE = ("accepted_at", "impact_determined_at")
"""What starts the clocks of a first statement: the acts of NĐ 244/2026 Art. 7.3 and 7.4."""

LONGEST_STEP = 400
"""Per cent of a period; whoever is told later than that is told too late."""

log = structlog.get_logger(__name__)


class PolicyFaults(FileFaults):
    """A policy that cannot be used."""


def _hour(value: str) -> str:
    try:
        time.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f'must be an hour in quotes such as "22:00", not {value!r}') from error
    return value


Hour = Annotated[str, AfterValidator(_hour)]


class _QuietSection(Section):
    from_: Hour = Field(alias="from")
    to: Hour

    @model_validator(mode="after")
    def _leaves_a_day(self) -> _QuietSection:
        if time.fromisoformat(self.from_) == time.fromisoformat(self.to):
            raise ValueError("quiet hours that begin when they end would be all day; leave quiet_hours out instead")
        return self

    def value(self) -> QuietHours:
        return QuietHours(time.fromisoformat(self.from_), time.fromisoformat(self.to))


class _LimitSection(Section):
    rule: RuleId
    limit: Period


class _TargetSection(Section):
    level: int = Field(ge=LOWEST, le=HIGHEST)
    acknowledge: Period
    draft: Period
    approve: Period
    next_update: Period


class _StepSection(Section):
    at: int = Field(ge=1, le=LONGEST_STEP)
    wake: Literal["responsible", "deputy", "head", "supervisor"]
    legs: list[Literal["acknowledge", "draft", "approve", "next_update", "progress", "law"]] = Field(
        default_factory=list
    )


class _PolicySection(Section):
    version: Text
    quiet_hours: _QuietSection | None = None
    limits: list[_LimitSection] = Field(default_factory=list)
    targets: list[_TargetSection] = Field(default_factory=list)
    escalation: list[_StepSection] = Field(default_factory=list)
    telling: TellingSection = TellingSection()
    silences: SilencesSection = SilencesSection()
    watching: WatchingSection = WatchingSection()
    texts: list[Literal["en/full", "vi/short", "en/short", "vi/spoken", "vi/loudspeaker"]] = Field(default_factory=list)


def load_policy(folder: Path, law: LawBook) -> OfficePolicy:
    """The policy in ``folder``; the defaults where the office has written none.

    Raises:
        PolicyFaults: something is wrong, a limit longer than the law's among it; each fault with file and line.
    """
    path = folder / POLICY_FILE
    if not path.exists():
        return OfficePolicy()
    faults: list[Fault] = []
    file = read_yaml(path, faults)
    section = validate(_PolicySection, file, faults) if file else None
    if file is not None and section is not None:
        _check_limits(file, section, law, faults)
        _check_targets(file, section, law, faults)
        _check_steps(file, section, faults)
    if faults or section is None:
        raise PolicyFaults(faults)
    steps = tuple(EscalationStep(s.at, Wake(s.wake), tuple(s.legs)) for s in section.escalation)
    return OfficePolicy(
        version=section.version,
        quiet_hours=section.quiet_hours.value() if section.quiet_hours else None,
        limits=tuple((limit.rule, limit.limit) for limit in section.limits),
        targets=tuple(_target(target, law) for target in section.targets),
        steps=steps or DEFAULT_STEPS,
        telling=section.telling.value(),
        silences=section.silences.value(),
        watching=section.watching.value(),
        texts=tuple(dict.fromkeys(section.texts)),
    )


def policy_on(law: LawBook, office: OfficePolicy, at: datetime, *, supervised: bool) -> Policy:
    """Law and office together as of an instant: the rules in force that day, the office's periods where it has any.

    Where no unit supervises (``supervised`` false) the steps that would wake it are left out.
    """
    day, own_limits = at.astimezone(LOCAL).date(), dict(office.limits)
    own_targets = {target.level: target for target in office.targets}
    limits = [
        LegalLimit(
            rule.id, rule.basis, rule.starts_at, min(own_limits.get(rule.id, rule.limit), rule.limit), rule.limit
        )
        for rule in law.rules
        if rule.limit is not None and rule.starts_at in STARTED_BY_PEOPLE and rule.is_law(day)
    ]
    return Policy(
        version=office.version,
        law_version=law.version,
        limits=tuple(limits),
        targets=tuple(own_targets.get(target.level, target) for target in law.targets),
        steps=tuple(s for s in office.steps if supervised or s.wake is not Wake.SUPERVISOR),
        quiet_hours=office.quiet_hours,
    )


class PolicyFile:
    """The policy as its file says now: read again when it changed; one that cannot be read leaves the last good one."""

    def __init__(self, folder: Path, law: LawBook) -> None:
        """Read the file for the first time.

        Raises:
            PolicyFaults: there is no good policy to begin with.
        """
        self._folder, self._law = folder, law
        self._file = WatchedFiles(folder, (POLICY_FILE,))
        self._current = load_policy(folder, law)
        self.fault: str | None = None

    def current(self) -> OfficePolicy:
        """The policy now."""
        if self._file.have_changed():
            try:
                self._current, self.fault = load_policy(self._folder, self._law), None
                log.info("policy_read_again", version=self._current.version)
            except PolicyFaults as error:
                self.fault = str(error)
                log.error("policy_unreadable", faults=str(error), kept=self._current.version)
        return self._current


def _check_limits(file: YamlFile, section: _PolicySection, law: LawBook, faults: list[Fault]) -> None:
    seen: set[str] = set()
    for position, own in enumerate(section.limits):
        rule = law.rule(own.rule)
        if rule is None or rule.limit is None or rule.starts_at not in STARTED_BY_PEOPLE:
            message = f"{own.rule} is no rule with a running clock; law/rules.yaml lists them"
            faults.append(file.fault(("limits", position, "rule"), message))
        elif own.limit > rule.limit:
            message = (
                f"longer than the {_hours(rule.limit)} of {rule.basis}: a limit may be shortened, never lengthened"
            )
            faults.append(file.fault(("limits", position, "limit"), message))
        if own.rule in seen:
            faults.append(file.fault(("limits", position, "rule"), f"{own.rule} is given twice"))
        seen.add(own.rule)


def _check_targets(file: YamlFile, section: _PolicySection, law: LawBook, faults: list[Fault]) -> None:
    shortest = min((r.limit for r in law.rules if r.limit and r.starts_at in STARTED_BY_PEOPLE), default=None)
    levels = [target.level for target in section.targets]
    for position, target in enumerate(section.targets):
        if levels.index(target.level) != position:
            faults.append(file.fault(("targets", position, "level"), f"level {target.level} is given twice"))
        if shortest is not None and target.approve > shortest:
            message = f"longer than the {_hours(shortest)} that the law allows"
            faults.append(file.fault(("targets", position, "approve"), message))


def _check_steps(file: YamlFile, section: _PolicySection, faults: list[Fault]) -> None:
    shares = [step.at for step in section.escalation]
    for position, (before, share) in enumerate(pairwise(shares), start=1):
        if share < before:
            faults.append(
                file.fault(("escalation", position, "at"), f"{share} comes after {before}; put them in order")
            )


def _target(own: _TargetSection, law: LawBook) -> LevelTarget:
    name = law.target(own.level)
    return LevelTarget(
        own.level, name.name_vi, name.name_en, own.acknowledge, own.approve, own.next_update, draft=own.draft
    )


def _hours(period: timedelta) -> str:
    return f"{period.total_seconds() / 3600:g} hours"
