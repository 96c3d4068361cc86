"""Routing: which unit leads a matter, which help, and which approves. A tree that people read, walked step by step.

Pure: every step says why (DESIGN §1.10). A unit that is itself accused does not approve: the one above it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.model.alert import Location
from bot.model.place import Gazetteer, PlaceFound, plain
from bot.model.unit import StandsFor, Unit, chain_above, heirs, is_within_any, unit_named


class RouteReason(StrEnum):
    """One step of routing. The value is the key of its sentence: ``route.<value>``."""

    PLACE = "place"
    BRANCH = "branch"
    NOT_BRANCH = "not_branch"
    BY_PLAYBOOK = "by_playbook"
    NOBODY_NAMED = "nobody_named"
    ALSO = "also"
    UNIT_OF_PLACE = "unit_of_place"
    SUCCEEDED_BY = "succeeded_by"
    NOT_IN_FORCE = "not_in_force"
    ACCUSED_BY_PERSON = "accused_by_person"
    ACCUSED_IN_TEXT = "accused_in_text"
    ACCUSED_BY_KIND = "accused_by_kind"
    ONE_LEVEL_UP = "one_level_up"
    NOBODY_ABOVE = "nobody_above"
    ON_DUTY = "on_duty"
    NOBODY_ON_DUTY = "nobody_on_duty"


@dataclass(frozen=True, slots=True)
class Step:
    """One step, with the values of its sentence."""

    reason: RouteReason
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class When:
    """What a branch asks for; an empty part asks for nothing. A place is a unit or one that stands above it."""

    playbooks: frozenset[str] = frozenset()
    level_from: int | None = None
    level_to: int | None = None
    places: frozenset[str] = frozenset()
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of the tree. Its own ``branches`` are tried first, the first that fits wins; else it speaks itself."""

    name: str
    when: When = field(default_factory=When)
    lead: str | None = None
    support: tuple[str, ...] = ()
    lead_is_accused: bool = False
    branches: tuple[Branch, ...] = ()


NamedByPlaybook = Mapping[str, tuple[str, tuple[str, ...]]]
"""Playbook id → the unit that leads by it, and those that help."""


@dataclass(frozen=True, slots=True)
class Routing:
    """The tree, what is added to whatever it says, and what the playbooks say where it says nothing.

    In matters of the playbooks in ``accusing``, a unit named in the title counts as accused.
    """

    branches: tuple[Branch, ...] = ()
    also: tuple[Branch, ...] = ()
    accusing: frozenset[str] = frozenset()
    by_playbook: NamedByPlaybook = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be routed. ``accused`` are units of which the record says so: by a person, or by a rule before."""

    playbook: str
    level: int
    at: datetime
    location: Location = field(default_factory=Location)
    title: str = ""
    accused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """Who leads, who helps, who approves (None: nobody in this office may), who is on duty, and every step there."""

    lead: str | None
    support: tuple[str, ...]
    approves: str | None
    place: PlaceFound
    accused: frozenset[str]
    steps: tuple[Step, ...]
    on_duty: str | None = None

    @property
    def units(self) -> tuple[str, ...]:
        """Every unit that has to do with the matter."""
        return tuple(dict.fromkeys(u for u in (self.lead, *self.support, self.approves) if u is not None))


def route(units: Sequence[Unit], gazetteer: Gazetteer, routing: Routing, asked: Question) -> Route:
    """Walk the tree for one question."""
    steps: list[Step] = []
    place = gazetteer.resolve(asked.location, units, asked.at)
    steps.append(_step(RouteReason.PLACE, why=place.reason.value, name=place.name, unit=place.unit or ""))
    branch = _first(routing.branches, units, asked, place, steps)
    named: tuple[str | None, tuple[str, ...]]
    if branch is not None and branch.lead is not None:
        named = (branch.lead, branch.support)
    else:
        named = routing.by_playbook.get(asked.playbook, (None, ()))
        reason = RouteReason.BY_PLAYBOOK if named[0] else RouteReason.NOBODY_NAMED
        steps.append(_step(reason, playbook=asked.playbook, unit=named[0] or ""))
        named = (named[0], (*named[1], *(branch.support if branch else ())))
    support = list(named[1])
    for more in routing.also:
        if _mismatch(more.when, units, asked, place) is None:
            support += more.support
            steps.append(_step(RouteReason.ALSO, branch=more.name, units=", ".join(more.support)))
    filled = _Filled(units, asked.at, place, steps)
    lead = filled.unit(named[0]) if named[0] else None
    helping = tuple(dict.fromkeys(u for s in support if (u := filled.unit(s)) is not None and u != lead))
    accused = _accused(units, routing, asked, lead, branch, steps)
    approves = _approving(units, lead, accused, steps)
    return Route(lead, helping, approves, place, accused, tuple(steps))


def _first(
    branches: Sequence[Branch], units: Sequence[Unit], asked: Question, place: PlaceFound, steps: list[Step]
) -> Branch | None:
    for branch in branches:
        wrong = _mismatch(branch.when, units, asked, place)
        if wrong is not None:
            steps.append(_step(RouteReason.NOT_BRANCH, branch=branch.name, why=wrong))
            continue
        steps.append(_step(RouteReason.BRANCH, branch=branch.name, unit=branch.lead or ""))
        return _first(branch.branches, units, asked, place, steps) or branch
    return None


def _mismatch(when: When, units: Sequence[Unit], asked: Question, place: PlaceFound) -> str | None:
    """Which part of a branch's condition does not fit; None when all do."""
    if when.playbooks and asked.playbook not in when.playbooks:
        return "playbook"
    if when.level_from is not None and asked.level < when.level_from:
        return "level"
    if when.level_to is not None and asked.level > when.level_to:
        return "level"
    if when.places and not (place.unit and is_within_any(units, place.unit, when.places)):
        return "place"
    if (when.valid_from is not None and asked.at < when.valid_from) or (
        when.valid_to is not None and asked.at >= when.valid_to
    ):
        return "date"
    return None


@dataclass(frozen=True, slots=True)
class _Filled:
    """Turns the names of the tree into units that are there on the day."""

    units: Sequence[Unit]
    at: datetime
    place: PlaceFound
    steps: list[Step]

    def unit(self, unit_id: str) -> str | None:
        unit = unit_named(self.units, unit_id)
        if unit is None:
            return unit_id
        if unit.stands_for is StandsFor.PLACE and self.place.unit is not None:
            self.steps.append(_step(RouteReason.UNIT_OF_PLACE, unit=self.place.unit, named=unit_id))
            return self.place.unit
        if unit.in_force(self.at):
            return unit_id
        today = heirs(self.units, unit_id, self.at)
        if len(today) == 1:
            self.steps.append(_step(RouteReason.SUCCEEDED_BY, unit=today[0].id, named=unit_id))
            return today[0].id
        self.steps.append(_step(RouteReason.NOT_IN_FORCE, named=unit_id))
        return None


def _accused(
    units: Sequence[Unit],
    routing: Routing,
    asked: Question,
    lead: str | None,
    branch: Branch | None,
    steps: list[Step],
) -> frozenset[str]:
    accused = set(asked.accused)
    steps.extend(_step(RouteReason.ACCUSED_BY_PERSON, unit=unit) for unit in sorted(asked.accused))
    if branch is not None and branch.lead_is_accused and lead is not None and lead not in accused:
        accused.add(lead)
        steps.append(_step(RouteReason.ACCUSED_BY_KIND, unit=lead, branch=branch.name))
    if asked.playbook in routing.accusing:
        words = f" {plain(asked.title)} "
        for unit in units:
            # Only units with one above them: a title that names the province must not silence everybody in it.
            known = unit.parent is not None and unit.stands_for is None and unit.in_force(asked.at)
            if (
                known
                and unit.id not in accused
                and any(f" {plain(n)} " in words for n in (unit.name_vi, *unit.aliases))
            ):
                accused.add(unit.id)
                steps.append(_step(RouteReason.ACCUSED_IN_TEXT, unit=unit.id))
    return frozenset(accused)


def _approving(units: Sequence[Unit], lead: str | None, accused: frozenset[str], steps: list[Step]) -> str | None:
    if lead is None:
        return None
    for unit_id in chain_above(units, lead):
        if not is_within_any(units, unit_id, accused):
            if unit_id != lead:
                steps.append(_step(RouteReason.ONE_LEVEL_UP, unit=unit_id, named=lead))
            return unit_id
    steps.append(_step(RouteReason.NOBODY_ABOVE, named=lead))
    return None


def _step(reason: RouteReason, **values: str) -> Step:
    return Step(reason, {name: value for name, value in values.items() if value})
