"""One press address's copy of a version that goes out by e-mail, and how far it got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CopyState(StrEnum):
    """How far one address's copy got.

    ``unknown`` is written before the letter is handed in, as for a whole delivery: a process that dies in between
    leaves the truth behind, and only a person, or a bounce, leads out of it. ``sent`` says that the mail server took
    it, not that anybody reads it.
    """

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class OutletLetter:
    """One copy. ``token`` names it in the address that bounces go to; ``message_id`` is the same at every try."""

    incident_id: str
    version: int
    outlet: str
    address: str
    state: CopyState
    token: str
    message_id: str
    updated_at: datetime
    error: str | None = None
