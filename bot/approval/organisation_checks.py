"""What must hold between the parts of an organisation; every fault names file and line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from bot.approval.days import begins, ends
from bot.approval.organisation_sections import PeopleSection, UnitsSection
from bot.playbooks.faults import Fault
from bot.playbooks.yaml_files import Keys, YamlFile

_ALWAYS = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


def check_units(file: YamlFile, section: UnitsSection, faults: list[Fault]) -> None:
    """Ids once, parents and predecessors that exist, nobody above themselves, one press authority on every day."""
    check_once(file, "units", "id", [unit.id for unit in section.units], faults)
    parents = {unit.id: unit.parent for unit in section.units}
    for keys, named in [
        (("agency", "unit"), section.agency.unit),
        *((("agency", "offices", n), office) for n, office in enumerate(section.agency.offices)),
        *(
            (("units", n, "successor_of", m), old)
            for n, unit in enumerate(section.units)
            for m, old in enumerate(unit.successor_of)
        ),
    ]:
        check_known(file, keys, named, parents, faults)
    for position, unit in enumerate(section.units):
        if unit.parent is not None:
            check_known(file, ("units", position, "parent"), unit.parent, parents, faults)
        above, steps = unit.parent, 0
        while above is not None and above != unit.id and steps < len(parents):
            above, steps = parents.get(above), steps + 1
        if above == unit.id:
            faults.append(file.fault(("units", position, "parent"), f"{unit.id} would stand above itself"))
    _check_press_authority(file, section, faults)


def check_people(file: YamlFile, section: PeopleSection, units: Collection[str], faults: list[Fault]) -> None:
    """Ids and addresses once, units that exist."""
    check_once(file, "people", "id", [person.id for person in section.people], faults)
    check_once(file, "people", "telegram_id", [person.telegram_id for person in section.people], faults)
    # Two persons behind one mailbox could decide for each other.
    check_once(file, "people", "email", [p.email.casefold() if p.email else None for p in section.people], faults)
    for position, person in enumerate(section.people):
        check_known(file, ("people", position, "unit"), person.unit, units, faults)
        for number, assignment in enumerate(person.assignments):
            if assignment.unit is not None:
                keys = ("people", position, "assignments", number, "unit")
                check_known(file, keys, assignment.unit, units, faults)


def check_known(file: YamlFile, keys: Keys, unit_id: str, units: Collection[str] | None, faults: list[Fault]) -> None:
    """A unit that is named must be there; None: which are there is not known, because their own file is wrong."""
    if units is not None and unit_id not in units:
        faults.append(file.fault(keys, f"no unit has the id {unit_id}"))


def check_once(
    file: YamlFile, part: str, field: str, values: Sequence[str | None] | Sequence[int | None], faults: list[Fault]
) -> None:
    """What identifies something may stand only once; things left out do not count."""
    first: dict[object, int] = {}
    for position, value in enumerate(values):
        keys: Keys = (part, position, field)
        if value is not None and first.setdefault(value, position) != position:
            line = file.line((part, first[value], field))
            faults.append(file.fault(keys, f"{value} is given twice, first on line {line}"))


def _check_press_authority(file: YamlFile, section: UnitsSection, faults: list[Fault]) -> None:
    """Exactly one unit directs the press on any date, from the first day on which any does (domain.md §1.11)."""
    terms = [
        (begins(unit.valid_from) or _ALWAYS, ends(unit.valid_to) or _NEVER, position)
        for position, unit in enumerate(section.units)
        if "press_authority" in unit.roles
    ]
    if not terms:
        faults.append(file.fault(("units",), "no unit has the role press_authority; exactly one must, on any date"))
        return
    terms.sort()
    for (_, end, earlier), (start, _, later) in pairwise(terms):
        names = f"{section.units[earlier].id} and {section.units[later].id}"
        if start < end:
            message = f"{names} are press_authority on the same date; exactly one must be"
            faults.append(file.fault(("units", later, "roles"), message))
        elif start > end:
            message = f"between {names} no unit is press_authority; exactly one must be on any date"
            faults.append(file.fault(("units", later, "roles"), message))
    if terms[-1][1] != _NEVER:
        message = "no unit is press_authority after this one ends; exactly one must be on any date"
        faults.append(file.fault(("units", terms[-1][2], "roles"), message))
