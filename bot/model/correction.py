"""A correction: an official says that an alert is something else than matching said; a proposal to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CorrectionState(StrEnum):
    """Where a correction stands. Only what a person added is ever learned from."""

    PROPOSED = "proposed"
    ADDED = "added"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Matched:
    """What matching had said: the playbook (None: none fits), how probable its first candidate was (0..1), and why."""

    playbook: str | None
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's decision over a proposal. ``style`` and ``example`` are where and in what words it was added."""

    state: CorrectionState
    at: datetime
    by: str
    why: str = ""
    style: str | None = None
    example: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """One official's word on one alert.

    Attributes:
        text: the alert as matching read it.
        chosen: the playbook that fits, or None: there is no crisis (a false alarm).
        remark: what the official gave as a reason.
        verdict: what became of the proposal; None while it waits.
    """

    id: str
    incident_id: str
    code: str
    drill: bool
    at: datetime
    by: str
    text: str
    matched: Matched
    chosen: str | None
    remark: str = ""
    verdict: Verdict | None = None

    @property
    def state(self) -> CorrectionState:
        """Where it stands."""
        return self.verdict.state if self.verdict else CorrectionState.PROPOSED
