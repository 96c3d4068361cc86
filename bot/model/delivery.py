"""The delivery of one approved version to one outlet, and what may follow what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class DeliveryState(StrEnum):
    """How far one outlet got (DESIGN §5).

    ``unknown`` is written *before* a call whose effect cannot be taken back or asked for twice, so a process that dies
    inside the call leaves the truth behind: nobody knows. Only a person leads out of it.
    """

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


_D = DeliveryState

TRANSITIONS = MappingProxyType(
    {
        _D.QUEUED: frozenset({_D.SENT, _D.FAILED, _D.UNKNOWN}),
        _D.UNKNOWN: frozenset({_D.SENT, _D.FAILED, _D.QUEUED}),
        _D.FAILED: frozenset({_D.QUEUED}),
        _D.SENT: frozenset({_D.WITHDRAWN}),
        _D.WITHDRAWN: frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class DeliveryKey:
    """Names one attempt to bring one version to one outlet; the id of the workflow that makes it."""

    incident_id: str
    version: int
    outlet: str
    attempt: int

    def __str__(self) -> str:
        return f"deliver:{self.incident_id}:{self.version}:{self.outlet}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outlet's copy of one version. ``asked`` is true once a person was asked whether it appeared."""

    incident_id: str
    version: int
    outlet: str
    state: DeliveryState
    attempts: int
    updated_at: datetime
    reference: str | None = None
    error: str | None = None
    asked: bool = False

    @property
    def key(self) -> DeliveryKey:
        """The attempt that is under way or due."""
        return DeliveryKey(self.incident_id, self.version, self.outlet, self.attempts)
