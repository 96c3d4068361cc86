"""A signature: one person's yes to exactly one version's words, in one capacity. An edit leaves it behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.gate import GateKind


@dataclass(frozen=True, slots=True)
class Signature:
    """Who passed which gate for the version with this hash. ``unit`` is set where a unit agreed to a joint text."""

    incident_id: str
    version: int
    kind: GateKind
    sha256: str
    by: str
    at: datetime
    unit: str = ""
