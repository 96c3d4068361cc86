"""Units of the administration, each with the dates between which it exists, and how they follow upon one another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class UnitLevel(StrEnum):
    """Where a unit stands. Those with a level are bound by NĐ 244/2026 (Art. 2) and need a regular spokesperson."""

    PROVINCE = "tinh"
    DEPARTMENT = "so"
    COMMUNE = "xa"
    VERTICAL = "doc"


class UnitRole(StrEnum):
    """A task a unit has for the whole province."""

    PRESS_AUTHORITY = "press_authority"
    SUPERVISOR = "supervisor"


class StandsFor(StrEnum):
    """A unit that is no agency but a place holder in playbooks, filled when a matter is routed."""

    PLACE = "place"
    ACCUSED = "accused"


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency. ``aliases`` are further names by which people call it; ``successor_of`` names those it replaced."""

    id: str
    name_vi: str
    name_en: str
    parent: str | None = None
    level: UnitLevel | None = None
    roles: frozenset[UnitRole] = frozenset()
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    successor_of: tuple[str, ...] = ()
    stands_for: StandsFor | None = None
    aliases: tuple[str, ...] = ()

    def in_force(self, at: datetime) -> bool:
        """True when the unit exists at ``at``; the end is the first instant at which it no longer does."""
        return (self.valid_from is None or at >= self.valid_from) and (self.valid_to is None or at < self.valid_to)


def unit_named(units: Sequence[Unit], unit_id: str) -> Unit | None:
    """The unit with this id, at whatever date."""
    return next((unit for unit in units if unit.id == unit_id), None)


def chain_above(units: Sequence[Unit], unit_id: str) -> Iterator[str]:
    """The unit itself, the one above it, and so on; ends where a parent is unknown or comes a second time."""
    parents = {unit.id: unit.parent for unit in units}
    seen: set[str] = set()
    here: str | None = unit_id
    while here is not None and here not in seen:
        yield here
        seen.add(here)
        here = parents.get(here)


def is_within(units: Sequence[Unit], unit_id: str, other: str) -> bool:
    """True when ``unit_id`` is ``other`` or stands below it."""
    return other in chain_above(units, unit_id)


def is_within_any(units: Sequence[Unit], unit_id: str, others: Collection[str]) -> bool:
    """True when ``unit_id`` is one of ``others`` or stands below one: of no others, False."""
    return any(above in others for above in chain_above(units, unit_id))


def heirs(units: Sequence[Unit], unit_id: str, at: datetime) -> tuple[Unit, ...]:
    """Who is there at ``at`` for a unit of another day: itself, or whoever took its place, over several reforms.

    More than one when it was divided; none when it ended without a successor or is unknown.
    """
    found: dict[str, Unit] = {}
    waiting, seen = [unit_id], {unit_id}
    while waiting:
        here = waiting.pop(0)
        unit = unit_named(units, here)
        if unit is not None and unit.in_force(at):
            found[here] = unit
            continue
        for next_one in units:
            if here in next_one.successor_of and next_one.id not in seen:
                seen.add(next_one.id)
                waiting.append(next_one.id)
    return tuple(found.values())
