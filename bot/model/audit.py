"""The audit chain: every act is a row whose hash covers the row before it, so that nothing changes in silence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64
"""What the first entry names as its predecessor."""

SYSTEM = "system"
"""The actor of everything that no person did."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One act: who, what, on which incident and version, when, by which channel, with what details."""

    act: str
    actor: str
    at: datetime
    channel: str = SYSTEM
    incident_id: str | None = None
    version: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An event in its place in the chain. ``seq`` counts from 1 without gaps."""

    seq: int
    event: AuditEvent
    previous: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last entry as it was known outside the table: what a cut tail is measured against."""

    seq: int
    sha256: str


def entry_sha256(seq: int, event: AuditEvent, previous: str) -> str:
    """Hex SHA-256 over one entry and its predecessor's hash; JSON with sorted keys is the canonical form."""
    body = {
        "seq": seq,
        "act": event.act,
        "actor": event.actor,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "channel": event.channel,
        "incident": event.incident_id,
        "version": event.version,
        "details": event.details,
        "previous": previous,
    }
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def first_fault(entries: Iterable[AuditEntry], head: AuditHead | None) -> str | None:
    """The first thing wrong with a chain read in order of ``seq``, in words; None when it is whole.

    Finds a changed row (its hash no longer fits), a removed or reordered one (a gap or a wrong predecessor), and, with
    the ``head`` kept outside the table, a cut tail or a chain rewritten from some row on.
    """
    previous, count, head_seen = GENESIS, 0, head is None or head.seq == 0
    for entry in entries:
        count += 1
        if entry.seq != count:
            return f"entry {count} is missing or out of order: found {entry.seq} in its place"
        if entry.previous != previous:
            return f"entry {entry.seq} does not follow entry {entry.seq - 1}: its predecessor's hash differs"
        if entry_sha256(entry.seq, entry.event, entry.previous) != entry.sha256:
            return f"entry {entry.seq} was changed: its hash does not fit its content"
        if head is not None and entry.seq == head.seq:
            if entry.sha256 != head.sha256:
                return f"entry {entry.seq} is not the one the head file names: the chain was rewritten"
            head_seen = True
        previous = entry.sha256
    if not head_seen and head is not None:
        return f"the tail was cut: the head file names entry {head.seq}, the table ends at {count}"
    return None
