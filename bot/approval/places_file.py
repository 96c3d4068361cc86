"""``places.yaml``: the names of places, of today and of before a reform, and the units they belong to."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pydantic import Field

from bot.approval.days import Day, begins, ends
from bot.approval.organisation_checks import check_known
from bot.model.place import Gazetteer, Place
from bot.playbooks.faults import Fault
from bot.playbooks.schema import Text, UnitId
from bot.playbooks.yaml_files import Section, read_yaml, validate

PLACES_FILE = "places.yaml"


class _PlaceSection(Section):
    """``unit`` for one, ``units`` for a district that was divided."""

    name: Text
    unit: UnitId | None = None
    units: list[UnitId] = Field(default_factory=list)
    valid_from: Day | None = None
    valid_to: Day | None = None
    within: Text | None = None
    code: Text | None = None

    def named(self) -> list[str]:
        return [*([self.unit] if self.unit else []), *self.units]


class _PlacesSection(Section):
    places: list[_PlaceSection]


def read_places(path: Path, units: Collection[str] | None, faults: list[Fault]) -> Gazetteer:
    """The places in a file, none when there is no file; what is wrong goes to ``faults``."""
    if not path.exists():
        return Gazetteer()
    file = read_yaml(path, faults)
    section = validate(_PlacesSection, file, faults) if file else None
    if file is None or section is None:
        return Gazetteer()
    for position, place in enumerate(section.places):
        if not place.named():
            faults.append(file.fault(("places", position), "must name the unit that it belongs to"))
        for number, unit in enumerate(place.units):
            check_known(file, ("places", position, "units", number), unit, units, faults)
        if place.unit is not None:
            check_known(file, ("places", position, "unit"), place.unit, units, faults)
    return Gazetteer(
        tuple(
            Place(
                name=place.name,
                units=tuple(place.named()),
                valid_from=begins(place.valid_from),
                valid_to=ends(place.valid_to),
                within=place.within,
                code=place.code,
            )
            for place in section.places
        )
    )
