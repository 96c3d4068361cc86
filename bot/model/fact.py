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
    """One filled slot."""

    slot: str
    state: FactState
    value: str
    by: str
    at: datetime
