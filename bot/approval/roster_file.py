"""``roster.yaml``: the weekly rotation, what the office set beforehand, and which holidays it keeps."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints

from bot.approval.days import begins, ends
from bot.model.roster import DutyChange, DutyReason, Holidays, NoHolidays, Roster, Rota
from bot.playbooks.faults import Fault
from bot.playbooks.schema import Text, UnitId
from bot.playbooks.yaml_files import Keys, Section, YamlFile, read_yaml, validate

ROSTER_FILE = "roster.yaml"

_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone is called {name}") from None
    return name


class _RotationSection(Section):
    people: list[UnitId] = Field(min_length=1)
    first: date
    handover: Annotated[str, StringConstraints(pattern=_HOUR.pattern)] = "08:00"
    days: int = Field(7, ge=1, le=31)
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Ho_Chi_Minh"


class _HolidaysSection(Section):
    """``country`` is an ISO code for the calendar; ``more`` are the days that are given off by decision."""

    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None = "VN"
    daily: bool = False
    more: dict[date, Text] = Field(default_factory=dict)


class _SetSection(Section):
    person: UnitId
    first: datetime | date
    last: datetime | date
    why: Text | None = None


class _RosterSection(Section):
    rotation: _RotationSection
    holidays: _HolidaysSection = Field(default_factory=_HolidaysSection)
    overrides: list[_SetSection] = Field(default_factory=list)
    absences: list[_SetSection] = Field(default_factory=list)


class PublicHolidays:
    """A country's public holidays, and further days. Lunar ones are worked out by the data package."""

    def __init__(self, country: str | None, more: Mapping[date, str]) -> None:
        """Take an ISO country code.

        Raises:
            ValueError: nobody keeps a calendar for that country.
        """
        self._more = more
        self._calendar: Any = {}
        if country is not None:
            import holidays  # slow to import: only for an organisation that has a roster

            try:
                self._calendar = holidays.country_holidays(country, language="vi" if country == "VN" else None)
            except NotImplementedError:
                raise ValueError(f"no calendar of holidays is known for {country}") from None

    def get(self, day: date) -> str | None:
        """The holiday's name; None on every other day."""
        name: str | None = self._more.get(day) or self._calendar.get(day)
        return name


def read_roster(path: Path, people: Collection[str] | None, faults: list[Fault]) -> Roster:
    """The roster in a file, an empty one when there is no file; what is wrong goes to ``faults``."""
    if not path.exists():
        return Roster()
    file = read_yaml(path, faults)
    section = validate(_RosterSection, file, faults) if file else None
    if file is None or section is None:
        return Roster()
    _check(file, section, people, faults)
    calendar: Holidays = NoHolidays()
    try:
        calendar = PublicHolidays(section.holidays.country, section.holidays.more)
    except ValueError as error:
        faults.append(file.fault(("holidays", "country"), str(error)))
    rotation = section.rotation
    rota = Rota(
        people=tuple(rotation.people),
        first=rotation.first,
        handover=time.fromisoformat(rotation.handover),
        days=rotation.days,
        zone=rotation.zone,
        daily_on_holidays=section.holidays.daily,
    )
    changes = [_change(rota, item, absence=False) for item in section.overrides]
    changes += [_change(rota, item, absence=True) for item in section.absences]
    return Roster(rota, tuple(changes), calendar)


def _change(rota: Rota, item: _SetSection, *, absence: bool) -> DutyChange:
    """Days of duty run from handover to handover, days of absence from midnight to midnight."""
    zone = ZoneInfo(rota.zone)
    if absence or isinstance(item.first, datetime) or isinstance(item.last, datetime):
        starts, finishes = begins(item.first, zone), ends(item.last, zone)
    else:
        starts, finishes = rota.starts(item.first), rota.starts(item.last + timedelta(days=1))
    # The file is what was planned: whatever people said in chat came later and counts more.
    planned = datetime.min.replace(tzinfo=UTC)
    return DutyChange(item.person, starts, finishes, planned, absence, DutyReason.SET, item.why or "")


def _check(file: YamlFile, section: _RosterSection, people: Collection[str] | None, faults: list[Fault]) -> None:
    if len(set(section.rotation.people)) < len(section.rotation.people):
        faults.append(file.fault(("rotation", "people"), "names somebody twice"))
    named: list[tuple[Keys, str]] = [
        (("rotation", "people", n), person) for n, person in enumerate(section.rotation.people)
    ]
    for part in ("overrides", "absences"):
        for position, item in enumerate(getattr(section, part)):
            named.append(((part, position, "person"), item.person))
            if ends(item.last) <= begins(item.first):
                faults.append(file.fault((part, position, "last"), "is before first"))
    for keys, person in named:
        if people is not None and person not in people:
            faults.append(file.fault(keys, f"nobody has the id {person}"))
