"""Facts: what is confirmed, unconfirmed or unknown about an incident, by whom and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PLACE = "place"
"""The one slot every playbook has: where it happened. It may be taken from the alert, as reported."""


class FactState(StrEnum):
    """How sure we are."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """One filled slot.

    ``by`` (a person's id) vouches for the value since ``at``: whoever confirmed it, or while nobody has, whoever
    answered. ``told_by`` is who answered, where somebody else confirmed. ``source`` is from whom they have it, in their
    own words, for the office's eyes alone; ``as_of`` the cut-off they named ("đến 14:30"), None where they named none.
    """

    slot: str
    state: FactState
    value: str
    by: str
    at: datetime
    source: str = ""
    as_of: datetime | None = None
    told_by: str = ""
