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


class BrokenChain(Exception):
    """Something is wrong with the record; the message says at which entry, and what."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How far a chain was read and found whole: how many entries, and the hash of the last.

    So a chain of years is held against itself without being held in memory. What is found: a changed row (its hash no
    longer fits), a removed or reordered one (a gap or a wrong predecessor), and, with the ``head`` kept outside the
    table, a cut tail or a chain rewritten from some row on.
    """

    head: AuditHead | None
    count: int = 0
    previous: str = GENESIS

    def after(self, entry: AuditEntry) -> Checked:
        """One entry further.

        Raises:
            BrokenChain: it was changed, removed, reordered or put in the place of the one that the head file names.
        """
        count, head = self.count + 1, self.head
        if entry.seq != count:
            raise BrokenChain(f"entry {count} is missing or out of order: found {entry.seq} in its place")
        if entry.previous != self.previous:
            raise BrokenChain(f"entry {count} does not follow entry {self.count}: its predecessor's hash differs")
        if entry_sha256(entry.seq, entry.event, entry.previous) != entry.sha256:
            raise BrokenChain(f"entry {count} was changed: its hash does not fit its content")
        if head is not None and count == head.seq and entry.sha256 != head.sha256:
            raise BrokenChain(f"entry {count} is not the one the head file names: the chain was rewritten")
        return Checked(head, count, entry.sha256)

    def to_its_end(self) -> None:
        """There are no more entries.

        Raises:
            BrokenChain: the head lies further on.
        """
        if self.head is not None and self.count < self.head.seq:
            raise BrokenChain(
                f"the tail was cut: the head file names entry {self.head.seq}, the table ends at {self.count}"
            )


def first_fault(entries: Iterable[AuditEntry], head: AuditHead | None) -> str | None:
    """The first thing wrong with a chain read in order of ``seq``, as :class:`Checked` says it; None: it is whole."""
    checked = Checked(head)
    try:
        for entry in entries:
            checked = checked.after(entry)
        checked.to_its_end()
    except BrokenChain as fault:
        return str(fault)
    return None
