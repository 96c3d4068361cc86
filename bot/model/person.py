"""People, the units they belong to and what they may do, each with validity dates (NĐ 244/2026 Art. 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role of one person. An authorised spokesperson needs a document, a case and an end (Art. 3.5)."""

    role: Role
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    document: str | None = None
    case: str | None = None

    def holds(self, at: datetime, case: str | None) -> bool:
        """True when the assignment is in force at ``at`` for the incident with code or id ``case``."""
        if self.valid_from is not None and at < self.valid_from:
            return False
        if self.valid_to is not None and at >= self.valid_to:
            return False
        return self.case is None or self.case == case


@dataclass(frozen=True, slots=True)
class Person:
    """An official. ``telegram_id`` is the only thing that identifies them on Telegram; names never do."""

    id: str
    name: str
    title: str
    unit: str
    assignments: tuple[Assignment, ...]
    telegram_id: int | None = None
    lang: str = "vi"

    def roles(self, at: datetime, *cases: str | None) -> frozenset[Role]:
        """The roles in force at ``at``; ``cases`` are the names an authorisation may give the incident."""
        wanted = cases or (None,)
        return frozenset(a.role for a in self.assignments if any(a.holds(at, case) for case in wanted))

    def may_speak(self, at: datetime, *cases: str | None) -> bool:
        """True when the person is a spokesperson of one of the three kinds at ``at``."""
        return bool(self.roles(at, *cases) & SPEAKING_ROLES)


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency; ``official`` units publish and sign."""

    id: str
    name_vi: str
    name_en: str
    parent: str | None = None


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
    """The agency, its units and its people, as the file says at one moment; ``fault`` tells why not to trust it."""

    agency: Agency
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    fault: str | None = None

    def person(self, person_id: str) -> Person | None:
        """The person with this id."""
        return next((p for p in self.people if p.id == person_id), None)

    def by_telegram(self, telegram_id: int) -> Person | None:
        """The person bound to this Telegram user id."""
        return next((p for p in self.people if p.telegram_id == telegram_id), None)

    def unit(self, unit_id: str) -> Unit | None:
        """The unit with this id."""
        return next((u for u in self.units if u.id == unit_id), None)

    def in_role(self, role: Role, at: datetime, *cases: str | None) -> tuple[Person, ...]:
        """Everybody who holds ``role`` at ``at``."""
        return tuple(p for p in self.people if role in p.roles(at, *cases))
