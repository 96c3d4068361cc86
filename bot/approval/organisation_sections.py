"""What ``units.yaml`` and ``people.yaml`` may hold, and the values they become."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bot.approval.days import Day, begins, ends
from bot.model.person import Assignment, Person, Role
from bot.model.unit import StandsFor, Unit, UnitLevel, UnitRole
from bot.playbooks.schema import BilingualText, Text, UnitId
from bot.playbooks.yaml_files import Section

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
EMAIL = rf"^{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
"""An address that every mail server takes; what is written beside it (a name, a second address) is not part of it."""


class AgencySection(Section):
    """How the publishing agency signs; people of ``unit`` and of ``offices`` speak for the whole agency."""

    unit: UnitId
    offices: list[UnitId] = Field(default_factory=list)
    channel_url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    press_contact: BilingualText
    press_phone: Text


class UnitSection(Section):
    """One unit."""

    id: UnitId
    name: BilingualText
    parent: UnitId | None = None
    level: Literal["tinh", "so", "xa", "doc"] | None = None
    roles: list[Literal["press_authority", "supervisor"]] = Field(default_factory=list)
    valid_from: Day | None = None
    valid_to: Day | None = None
    successor_of: list[UnitId] = Field(default_factory=list)
    stands_for: Literal["place", "accused"] | None = None
    aliases: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _in_order(self) -> UnitSection:
        _check_order(begins(self.valid_from), ends(self.valid_to))
        return self

    def value(self) -> Unit:
        """The unit."""
        return Unit(
            id=self.id,
            name_vi=self.name.vi,
            name_en=self.name.en,
            parent=self.parent,
            level=UnitLevel(self.level) if self.level else None,
            roles=frozenset(UnitRole(role) for role in self.roles),
            valid_from=begins(self.valid_from),
            valid_to=ends(self.valid_to),
            successor_of=tuple(self.successor_of),
            stands_for=StandsFor(self.stands_for) if self.stands_for else None,
            aliases=tuple(self.aliases),
        )


class UnitsSection(Section):
    """``units.yaml``."""

    agency: AgencySection
    units: list[UnitSection]


class AssignmentSection(Section):
    """One role of one person."""

    role: Literal["head", "regular", "authorised", "deputy", "duty", "legal", "admin"]
    valid_from: Day | None = None
    valid_to: Day | None = None
    document: Text | None = None
    case: Text | None = None
    unit: UnitId | None = None

    @model_validator(mode="after")
    def _lawful(self) -> AssignmentSection:
        if self.role == "authorised":
            missing = [name for name in ("document", "case", "valid_to") if getattr(self, name) is None]
            if missing:
                raise ValueError(f"an authorised spokesperson needs {', '.join(missing)} (NĐ 244/2026 Art. 3.5)")
        _check_order(begins(self.valid_from), ends(self.valid_to))
        return self

    def value(self, own_unit: str, whole_agency: Collection[str]) -> Assignment:
        """The assignment of somebody in ``own_unit``.

        A role that names no unit is for the person's own. ``whole_agency`` are the units whose people act for all of
        it; so does whoever is authorised for one case, for the document says for what.
        """
        scope = self.unit or own_unit
        return Assignment(
            role=Role(self.role),
            valid_from=begins(self.valid_from),
            valid_to=ends(self.valid_to),
            document=self.document,
            case=self.case,
            unit=None if scope in whole_agency or (self.role == "authorised" and self.unit is None) else scope,
        )


class PersonSection(Section):
    """One person."""

    id: UnitId
    name: Text
    title: Text
    title_en: Text | None = None
    unit: UnitId
    telegram_id: int | None = Field(None, ge=1)
    email: Annotated[str, Field(pattern=EMAIL, max_length=254)] | None = None
    lang: Literal["vi", "en"] = "vi"
    assignments: list[AssignmentSection] = Field(min_length=1)

    def value(self, whole_agency: Collection[str]) -> Person:
        """The person."""
        return Person(
            id=self.id,
            name=self.name,
            title=self.title,
            title_en=self.title_en,
            unit=self.unit,
            assignments=tuple(assignment.value(self.unit, whole_agency) for assignment in self.assignments),
            telegram_id=self.telegram_id,
            lang=self.lang,
            email=self.email,
        )


class PeopleSection(Section):
    """``people.yaml``."""

    people: list[PersonSection]


def _check_order(start: datetime | None, end: datetime | None) -> None:
    if start is not None and end is not None and end <= start:
        raise ValueError("valid_to is before valid_from")
