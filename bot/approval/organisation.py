"""Loading the organisation: the agency, its units and people, its places, its routing and its duty roster.

A folder holds ``units.yaml`` and ``people.yaml``, and may hold ``places.yaml``, ``routing.yaml`` and ``roster.yaml``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import structlog

from bot.approval.organisation_checks import check_people, check_units
from bot.approval.organisation_sections import PeopleSection, UnitsSection
from bot.approval.places_file import PLACES_FILE, read_places
from bot.approval.roster_file import ROSTER_FILE, read_roster
from bot.approval.routing_file import ROUTING_FILE, read_routing
from bot.approval.watched_files import WatchedFiles
from bot.model.person import Agency, Organisation
from bot.model.routing import NamedByPlaybook
from bot.playbooks.faults import Fault, FileFaults
from bot.playbooks.yaml_files import read_yaml, validate

UNITS_FILE, PEOPLE_FILE = "units.yaml", "people.yaml"
FILES = (UNITS_FILE, PEOPLE_FILE, PLACES_FILE, ROUTING_FILE, ROSTER_FILE)

NOTHING_NAMED: NamedByPlaybook = MappingProxyType({})

log = structlog.get_logger(__name__)


class OrganisationFaults(FileFaults):
    """An organisation that cannot be used."""


def load_organisation(folder: Path, by_playbook: NamedByPlaybook = NOTHING_NAMED) -> Organisation:
    """The organisation in ``folder``; ``by_playbook`` are the units that each playbook names.

    Raises:
        OrganisationFaults: something is wrong; it carries every fault found, each with file and line.
    """
    if not folder.is_dir():
        told = f"there is no folder {folder.absolute()}; `organisation` in the settings names it"
        raise OrganisationFaults([Fault(folder, 1, "", f"{told}, and a relative path begins where Keng is started")])
    faults: list[Fault] = []
    units_file = read_yaml(folder / UNITS_FILE, faults)
    people_file = read_yaml(folder / PEOPLE_FILE, faults)
    units = validate(UnitsSection, units_file, faults) if units_file else None
    people = validate(PeopleSection, people_file, faults) if people_file else None
    known = [unit.id for unit in units.units] if units else None
    if units_file is not None and units is not None:
        check_units(units_file, units, faults)
        if people_file is not None and people is not None:
            check_people(people_file, people, [unit.id for unit in units.units], faults)
    places = read_places(folder / PLACES_FILE, known, faults)
    routing = read_routing(folder / ROUTING_FILE, known, _ids(by_playbook), faults)
    roster = read_roster(folder / ROSTER_FILE, [person.id for person in people.people] if people else None, faults)
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
    whole_agency = {units.agency.unit, *units.agency.offices}
    return Organisation(
        agency=agency,
        units=tuple(unit.value() for unit in units.units),
        people=tuple(person.value(whole_agency) for person in people.people),
        places=places,
        routing=replace(routing, by_playbook=by_playbook),
        roster=roster,
    )


class OrganisationFile:
    """The organisation as its files say now: read again when one of them changed.

    A change that cannot be read leaves the last good one in place with ``fault`` set, so that cards still reach people
    while nobody may approve on the strength of an outdated list.
    """

    def __init__(self, folder: Path, by_playbook: NamedByPlaybook = NOTHING_NAMED) -> None:
        """Read the files for the first time.

        Raises:
            OrganisationFaults: there is no good organisation to begin with.
        """
        self._folder = folder
        self._by_playbook = by_playbook
        self._files = WatchedFiles(folder, FILES)
        self._current = load_organisation(folder, by_playbook)

    def current(self) -> Organisation:
        """The organisation now."""
        if self._files.have_changed():
            try:
                self._current = load_organisation(self._folder, self._by_playbook)
                log.info("organisation_read_again", folder=str(self._folder))
            except OrganisationFaults as error:
                self._current = replace(self._current, fault=str(error))
                log.error("organisation_unreadable_nobody_may_approve", faults=str(error))
        return self._current


def _ids(by_playbook: NamedByPlaybook) -> Collection[str] | None:
    """The playbooks that a branch may name; None when they are not known here."""
    return by_playbook.keys() if by_playbook else None
