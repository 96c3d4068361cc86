"""``routing.yaml``: the tree by which a matter finds the unit that leads it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pydantic import Field

from bot.approval.days import Day, begins, ends
from bot.approval.organisation_checks import check_known
from bot.model.level import HIGHEST, LOWEST
from bot.model.routing import Branch, Routing, When
from bot.playbooks.faults import Fault
from bot.playbooks.schema import Text, UnitId
from bot.playbooks.yaml_files import Keys, Section, YamlFile, read_yaml, validate

ROUTING_FILE = "routing.yaml"


class _WhenSection(Section):
    playbook: list[UnitId] = Field(default_factory=list)
    level_from: int | None = Field(default=None, ge=LOWEST, le=HIGHEST)
    level_to: int | None = Field(default=None, ge=LOWEST, le=HIGHEST)
    place: list[UnitId] = Field(default_factory=list)
    valid_from: Day | None = None
    valid_to: Day | None = None

    def value(self) -> When:
        return When(
            playbooks=frozenset(self.playbook),
            level_from=self.level_from,
            level_to=self.level_to,
            places=frozenset(self.place),
            valid_from=begins(self.valid_from),
            valid_to=ends(self.valid_to),
        )


class _AddedSection(Section):
    name: Text
    when: _WhenSection = _WhenSection()
    support: list[UnitId] = Field(default_factory=list)

    def value(self) -> Branch:
        return Branch(self.name, self.when.value(), support=tuple(self.support))


class _BranchSection(_AddedSection):
    lead: UnitId | None = None
    lead_is_accused: bool = False
    routes: list[_BranchSection] = Field(default_factory=list)

    def value(self) -> Branch:
        return Branch(
            name=self.name,
            when=self.when.value(),
            lead=self.lead,
            support=tuple(self.support),
            lead_is_accused=self.lead_is_accused,
            branches=tuple(branch.value() for branch in self.routes),
        )


class _RoutingSection(Section):
    routes: list[_BranchSection] = Field(default_factory=list)
    also: list[_AddedSection] = Field(default_factory=list)
    accusing: list[UnitId] = Field(default_factory=list)


def read_routing(
    path: Path, units: Collection[str] | None, playbooks: Collection[str] | None, faults: list[Fault]
) -> Routing:
    """The tree in a file, an empty one when there is no file; what is wrong goes to ``faults``.

    ``playbooks`` are the ids that may be named; None when they are not known.
    """
    if not path.exists():
        return Routing()
    file = read_yaml(path, faults)
    section = validate(_RoutingSection, file, faults) if file else None
    if file is None or section is None:
        return Routing()
    check = _Check(file, units, playbooks, faults)
    for position, branch in enumerate(section.routes):
        check.branch(("routes", position), branch)
    for position, added in enumerate(section.also):
        check.added(("also", position), added)
    for position, playbook in enumerate(section.accusing):
        check.playbook(("accusing", position), playbook)
    return Routing(
        branches=tuple(branch.value() for branch in section.routes),
        also=tuple(added.value() for added in section.also),
        accusing=frozenset(section.accusing),
    )


class _Check:
    """Every name in the tree must be one of a unit or a playbook."""

    def __init__(
        self, file: YamlFile, units: Collection[str] | None, playbooks: Collection[str] | None, faults: list[Fault]
    ) -> None:
        self.file, self.units, self.playbooks, self.faults = file, units, playbooks, faults

    def branch(self, keys: Keys, branch: _BranchSection) -> None:
        self.added(keys, branch)
        if branch.lead is not None:
            check_known(self.file, (*keys, "lead"), branch.lead, self.units, self.faults)
        if branch.lead_is_accused and branch.lead is None:
            self.faults.append(self.file.fault((*keys, "lead_is_accused"), "needs a lead on the same branch"))
        for position, inner in enumerate(branch.routes):
            self.branch((*keys, "routes", position), inner)

    def added(self, keys: Keys, added: _AddedSection) -> None:
        for position, unit in enumerate(added.support):
            check_known(self.file, (*keys, "support", position), unit, self.units, self.faults)
        for position, unit in enumerate(added.when.place):
            check_known(self.file, (*keys, "when", "place", position), unit, self.units, self.faults)
        for position, playbook in enumerate(added.when.playbook):
            self.playbook((*keys, "when", "playbook", position), playbook)

    def playbook(self, keys: Keys, playbook: str) -> None:
        if self.playbooks is not None and playbook not in self.playbooks:
            self.faults.append(self.file.fault(keys, f"no playbook has the id {playbook}"))
