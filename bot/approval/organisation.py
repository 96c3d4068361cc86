"""Loading the organisation: the agency, its units and its people, from ``units.yaml`` and ``people.yaml``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import structlog
from pydantic import Field, model_validator

from bot.model.person import Agency, Assignment, Organisation, Person, Role, Unit
from bot.playbooks.faults import Fault, FileFaults
from bot.playbooks.schema import BilingualText, Text, UnitId
from bot.playbooks.yaml_files import Keys, Section, YamlFile, read_yaml, validate

UNITS_FILE, PEOPLE_FILE = "units.yaml", "people.yaml"
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

log = structlog.get_logger(__name__)


class OrganisationFaults(FileFaults):
    """An organisation that cannot be used."""


class _AgencySection(Section):
    unit: UnitId
    channel_url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    press_contact: BilingualText
    press_phone: Text


class _UnitSection(Section):
    id: UnitId
    name: BilingualText
    parent: UnitId | None = None


class _UnitsSection(Section):
    agency: _AgencySection
    units: list[_UnitSection]


class _AssignmentSection(Section):
    role: Literal["head", "regular", "authorised", "deputy", "duty", "legal", "admin"]
    valid_from: datetime | date | None = None
    valid_to: datetime | date | None = None
    document: Text | None = None
    case: Text | None = None

    @model_validator(mode="after")
    def _lawful(self) -> _AssignmentSection:
        if self.role == "authorised":
            missing = [name for name in ("document", "case", "valid_to") if getattr(self, name) is None]
            if missing:
                raise ValueError(f"an authorised spokesperson needs {', '.join(missing)} (NĐ 244/2026 Art. 3.5)")
        start, end = _begins(self.valid_from), _ends(self.valid_to)
        if start is not None and end is not None and end <= start:
            raise ValueError("valid_to is before valid_from")
        return self

    def value(self) -> Assignment:
        return Assignment(Role(self.role), _begins(self.valid_from), _ends(self.valid_to), self.document, self.case)


class _PersonSection(Section):
    id: UnitId
    name: Text
    title: Text
    unit: UnitId
    telegram_id: int | None = Field(None, ge=1)
    lang: Literal["vi", "en"] = "vi"
    assignments: list[_AssignmentSection] = Field(min_length=1)

    def value(self) -> Person:
        return Person(
            id=self.id,
            name=self.name,
            title=self.title,
            unit=self.unit,
            assignments=tuple(assignment.value() for assignment in self.assignments),
            telegram_id=self.telegram_id,
            lang=self.lang,
        )


class _PeopleSection(Section):
    people: list[_PersonSection]


def load_organisation(folder: Path) -> Organisation:
    """The organisation in ``folder``.

    Raises:
        OrganisationFaults: something is wrong; it carries every fault found, each with file and line.
    """
    faults: list[Fault] = []
    units_file = read_yaml(folder / UNITS_FILE, faults)
    people_file = read_yaml(folder / PEOPLE_FILE, faults)
    units = validate(_UnitsSection, units_file, faults) if units_file else None
    people = validate(_PeopleSection, people_file, faults) if people_file else None
    if units_file is not None and units is not None:
        _check_units(units_file, units, faults)
        if people_file is not None and people is not None:
            _check_people(people_file, people, {unit.id for unit in units.units}, faults)
    if faults or units is None or people is None:
        raise OrganisationFaults(faults)
    signing = next(unit for unit in units.units if unit.id == units.agency.unit)
    agency = Agency(
        name_vi=signing.name.vi,
        name_en=signing.name.en,
        channel_url=units.agency.channel_url,
        press_contact_vi=units.agency.press_contact.vi,
        press_contact_en=units.agency.press_contact.en,
        press_phone=units.agency.press_phone,
    )
    return Organisation(
        agency=agency,
        units=tuple(Unit(unit.id, unit.name.vi, unit.name.en, unit.parent) for unit in units.units),
        people=tuple(person.value() for person in people.people),
    )


class OrganisationFile:
    """The organisation as its files say now: read again when one of them changed.

    A change that cannot be read leaves the last good one in place with ``fault`` set, so that cards still reach people
    while nobody may approve on the strength of an outdated list.
    """

    def __init__(self, folder: Path) -> None:
        """Read the files for the first time.

        Raises:
            OrganisationFaults: there is no good organisation to begin with.
        """
        self._folder = folder
        self._seen = self._signature()
        self._current = load_organisation(folder)

    def current(self) -> Organisation:
        """The organisation now."""
        signature = self._signature()
        if signature != self._seen:
            self._seen = signature
            try:
                self._current = load_organisation(self._folder)
                log.info("organisation read again", folder=str(self._folder))
            except OrganisationFaults as error:
                self._current = replace(self._current, fault=str(error))
                log.error("organisation cannot be read; nobody may approve until it is mended", faults=str(error))
        return self._current

    def _signature(self) -> tuple[Any, ...]:
        """What changes when a file changes: taken before reading, so that a change in between is seen next time."""
        signature: list[Any] = []
        for name in (UNITS_FILE, PEOPLE_FILE):
            try:
                stat = (self._folder / name).stat()
                signature.append((stat.st_mtime_ns, stat.st_size, stat.st_ino))
            except OSError as error:
                signature.append(error.errno)
        return tuple(signature)


def _check_units(file: YamlFile, section: _UnitsSection, faults: list[Fault]) -> None:
    _check_once(file, "units", "id", [unit.id for unit in section.units], faults)
    parents = {unit.id: unit.parent for unit in section.units}
    if section.agency.unit not in parents:
        faults.append(file.fault(("agency", "unit"), f"no unit has the id {section.agency.unit}"))
    for position, unit in enumerate(section.units):
        if unit.parent is not None and unit.parent not in parents:
            faults.append(file.fault(("units", position, "parent"), f"no unit has the id {unit.parent}"))
        above, steps = unit.parent, 0
        while above is not None and above != unit.id and steps < len(parents):
            above, steps = parents.get(above), steps + 1
        if above == unit.id:
            faults.append(file.fault(("units", position, "parent"), f"{unit.id} would stand above itself"))


def _check_people(file: YamlFile, section: _PeopleSection, units: set[str], faults: list[Fault]) -> None:
    _check_once(file, "people", "id", [person.id for person in section.people], faults)
    _check_once(file, "people", "telegram_id", [person.telegram_id for person in section.people], faults)
    for position, person in enumerate(section.people):
        if person.unit not in units:
            faults.append(file.fault(("people", position, "unit"), f"no unit has the id {person.unit}"))


def _check_once(
    file: YamlFile, part: str, field: str, values: list[str] | list[int | None], faults: list[Fault]
) -> None:
    first: dict[object, int] = {}
    for position, value in enumerate(values):
        keys: Keys = (part, position, field)
        if value is not None and first.setdefault(value, position) != position:
            line = file.line((part, first[value], field))
            faults.append(file.fault(keys, f"{value} is given twice, first on line {line}"))


def _begins(value: datetime | date | None) -> datetime | None:
    """The instant at which a first day begins, or a moment; without a zone it is Viet Nam's time."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.combine(value, time.min)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=LOCAL)).astimezone(UTC)


def _ends(value: datetime | date | None) -> datetime | None:
    """The instant at which a last day is over, or a moment."""
    if value is None or isinstance(value, datetime):
        return _begins(value)
    return _begins(value + timedelta(days=1))
