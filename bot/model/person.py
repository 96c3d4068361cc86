"""People, the units they belong to and what they may do, each with validity dates (NĐ 244/2026 Art. 3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.model.incident import Incident
from bot.model.place import Gazetteer
from bot.model.roster import DutyReason, Roster, Shift
from bot.model.routing import Question, Route, RouteReason, Routing, Step, route
from bot.model.unit import Unit, UnitRole, is_within, is_within_any

__all__ = ["SPEAKING_ROLES", "WORKING_ROLES", "Agency", "Assignment", "Organisation", "Person", "Role", "Unit"]


class Role(StrEnum):
    """A task a person holds for a time. The first three may speak for the agency (Art. 3.2.a, b, c)."""

    HEAD = "head"
    REGULAR = "regular"
    AUTHORISED = "authorised"
    DEPUTY = "deputy"
    DUTY = "duty"
    LEGAL = "legal"
    ADMIN = "admin"


SPEAKING_ROLES = frozenset({Role.HEAD, Role.REGULAR, Role.AUTHORISED})

WORKING_ROLES = frozenset({*SPEAKING_ROLES, Role.DEPUTY, Role.DUTY, Role.LEGAL})
"""Roles that handle incidents: acknowledge, edit, choose the playbook, confirm facts, close."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role of one person. An authorised spokesperson needs a document, a case and an end (Art. 3.5).

    ``unit`` is whose words the role may speak: that unit's and those of units below it; None: the whole agency's.
    """

    role: Role
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    document: str | None = None
    case: str | None = None
    unit: str | None = None

    def holds(self, at: datetime, case: str | None) -> bool:
        """True when the assignment is in force at ``at`` for the incident with code or id ``case``."""
        if self.valid_from is not None and at < self.valid_from:
            return False
        if self.valid_to is not None and at >= self.valid_to:
            return False
        return self.case is None or self.case == case


@dataclass(frozen=True, slots=True)
class Person:
    """An official. Only the numbers of their accounts identify them on Telegram; names never do.

    ``telegram_id`` is the account on which they are reached, ``other_accounts`` are further ones: whoever acts from any
    of them is this one person. ``title_en`` is how English texts call the office they hold, where somebody said how.
    """

    id: str
    name: str
    title: str
    unit: str
    assignments: tuple[Assignment, ...]
    telegram_id: int | None = None
    lang: str = "vi"
    email: str | None = None
    title_en: str | None = None
    other_accounts: frozenset[int] = frozenset()

    @property
    def accounts(self) -> frozenset[int]:
        """Every account on Telegram from which this person acts."""
        return self.other_accounts | ({self.telegram_id} if self.telegram_id is not None else frozenset())

    @property
    def reachable(self) -> bool:
        """True when there is any address to which something can be sent."""
        return self.telegram_id is not None or self.email is not None

    @property
    def is_of_the_agency(self) -> bool:
        """True for whoever holds a role for the whole agency, and for whoever holds none any more."""
        return not self.assignments or any(a.unit is None for a in self.assignments)

    def in_force(self, at: datetime, *cases: str | None) -> tuple[Assignment, ...]:
        """The assignments in force at ``at``; ``cases`` are the names an authorisation may give the incident."""
        return tuple(a for a in self.assignments if any(a.holds(at, case) for case in cases or (None,)))

    def roles(self, at: datetime, *cases: str | None) -> frozenset[Role]:
        """The roles in force at ``at``, as :meth:`in_force` finds them."""
        return frozenset(a.role for a in self.in_force(at, *cases))

    def may_speak(self, at: datetime, *cases: str | None) -> bool:
        """True when the person is a spokesperson of one of the three kinds at ``at``."""
        return bool(self.roles(at, *cases) & SPEAKING_ROLES)


@dataclass(frozen=True, slots=True)
class Agency:
    """How the publishing agency signs: the data every statement closes with."""

    name_vi: str
    name_en: str
    channel_url: str
    press_contact_vi: str
    press_contact_en: str
    press_phone: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """The agency, its units and its people, as the files say at one moment; ``fault`` tells why not to trust them.

    ``recorded`` is true once what the record knows besides was put in: accounts that were bound, authorisations given
    in chat, changes of the roster, and by the id of an incident the units that a person named for it: those that are
    themselves ``accused``, and those that are ``holding`` it too (open incidents only).
    """

    agency: Agency
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    fault: str | None = None
    places: Gazetteer = field(default_factory=Gazetteer)
    routing: Routing = field(default_factory=Routing)
    roster: Roster = field(default_factory=Roster)
    accused: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    holding: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    recorded: bool = False

    def person(self, person_id: str) -> Person | None:
        """The person with this id."""
        return next((p for p in self.people if p.id == person_id), None)

    def by_telegram(self, telegram_id: int) -> Person | None:
        """The person bound to this Telegram user id."""
        return next((p for p in self.people if telegram_id in p.accounts), None)

    def unit(self, unit_id: str) -> Unit | None:
        """The unit with this id, at whatever date."""
        return next((u for u in self.units if u.id == unit_id), None)

    def units_with(self, role: UnitRole, at: datetime) -> tuple[Unit, ...]:
        """The units that have a task for the whole province at ``at``."""
        return tuple(u for u in self.units if role in u.roles and u.in_force(at))

    def in_role(self, role: Role, at: datetime, *cases: str | None) -> tuple[Person, ...]:
        """Everybody who holds ``role`` at ``at``."""
        return tuple(p for p in self.people if role in p.roles(at, *cases))

    def as_of(self, at: datetime) -> Organisation:
        """The units that exist at ``at`` and the people who hold any role then, with no others."""
        people = (replace(p, assignments=tuple(a for a in p.assignments if a.holds(at, a.case))) for p in self.people)
        return replace(
            self,
            units=tuple(u for u in self.units if u.in_force(at)),
            people=tuple(p for p in people if p.assignments),
        )

    def covers(self, scope: str | None, unit_id: str) -> bool:
        """True when a role for the unit ``scope`` (None: the whole agency) is one for ``unit_id`` too."""
        return scope is None or is_within(self.units, unit_id, scope)

    def is_of(self, person: Person, units: Collection[str], at: datetime, *cases: str | None) -> bool:
        """True when the person belongs to one of ``units`` or a unit below it, or holds a role for one at ``at``."""
        own = {person.unit} | {a.unit for a in person.in_force(at, *cases) if a.unit is not None}
        return any(is_within_any(self.units, unit, units) for unit in own)

    def on_duty(self, at: datetime, passed_over: Collection[str] = ()) -> Shift:
        """Who is on duty at ``at`` and why; only somebody who holds a role then and can be reached.

        The roster goes past the people whose ids are in ``passed_over``, as past those who are away.
        """

        def available(person_id: str, then: datetime) -> bool:
            return person_id not in passed_over and self.may_be_on_duty(person_id, then)

        return self.roster.on_duty(at, available)

    def may_be_on_duty(self, person_id: str, at: datetime) -> bool:
        """True when the person can be reached and holds a role that handles incidents at ``at``."""
        person = self.person(person_id)
        return person is not None and person.reachable and bool(person.roles(at) & WORKING_ROLES)

    def route(self, incident: Incident, at: datetime) -> Route:
        """Who leads, helps and approves an incident as it stands, by the units of the day it was opened."""
        asked = Question(
            playbook=incident.playbook,
            level=incident.level,
            at=incident.opened_at,
            location=incident.location,
            title=incident.title,
            accused=self.accused.get(incident.id, frozenset()),
        )
        return self.answer(asked, at)

    def concerns(self, found: Route, incident: Incident, person: Person, roles: Collection[Role], at: datetime) -> bool:
        """True when the person holds one of ``roles`` for a unit that the route of the incident names.

        So does somebody of a unit that holds the case too, whatever the role is for: it is they who agree for it.
        """
        held = [a for a in person.in_force(at, None, incident.id, incident.code) if a.role in roles]
        holding = self.holding.get(incident.id, frozenset())
        if held and person.unit in holding:
            return True
        units = (*found.units, *holding)
        return any(a.unit is None or any(self.covers(a.unit, unit) for unit in units) for a in held)

    def lawyers(self, found: Route, incident: Incident, at: datetime) -> frozenset[str]:
        """Ids of those who are asked for the legal check of a matter: for a unit of it, or else of any unit.

        The second is how an office works whose lawyers sit in one department (Sở Tư pháp).
        """
        every = [p for p in self.in_role(Role.LEGAL, at, None, incident.id, incident.code) if p.reachable]
        own = [p for p in every if self.concerns(found, incident, p, {Role.LEGAL}, at)]
        return frozenset(p.id for p in own or every)

    def answer(self, asked: Question, at: datetime) -> Route:
        """The route of a question, and who is on duty in it at ``at``: nobody of a unit that is accused."""
        found = route(self.units, self.places, self.routing, asked)
        accused = {p.id for p in self.people if self.is_of(p, found.accused, at)} if found.accused else ()
        shift = self.on_duty(at, accused)
        reason = RouteReason.NOBODY_ON_DUTY if shift.reason is DutyReason.NOBODY else RouteReason.ON_DUTY
        values = {"why": shift.reason.value} | ({"person": shift.person} if shift.person else {})
        return replace(found, on_duty=shift.person, steps=(*found.steps, Step(reason, values)))
