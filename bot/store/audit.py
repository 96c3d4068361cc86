"""The audit table and the file that remembers its head outside of it."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, func, insert, select

from bot.model.audit import GENESIS, AuditEntry, AuditEvent, AuditHead, BrokenChain, Checked, entry_sha256
from bot.store.database import Tx
from bot.store.schema import audit

log = structlog.get_logger(__name__)

_LAST = select(audit.c.seq, audit.c.sha256).order_by(audit.c.seq.desc()).limit(1)
_ADD = insert(audit)


async def append(tx: Tx, event: AuditEvent) -> AuditEntry:
    """Add one event to the end of the chain, in the transaction of the act it records; that has the turn to write."""
    return (await append_all(tx, [event]))[0]


async def append_all(tx: Tx, events: Sequence[AuditEvent]) -> list[AuditEntry]:
    """Add events to the end of the chain, one after the other."""
    if not events:
        return []
    added = _following((await tx.execute(_LAST)).first(), events)
    await tx.execute(_ADD, [_row(entry) for entry in added])
    return added


def append_blocking(connection: Connection, event: AuditEvent) -> AuditEntry:
    """The same for one event on a blocking connection, as migrations and moves use; it has the turn to write."""
    added = _following(connection.execute(_LAST).first(), [event])
    connection.execute(_ADD, [_row(entry) for entry in added])
    return added[0]


def _following(last: Any, events: Sequence[AuditEvent]) -> list[AuditEntry]:
    latest, previous = (0, GENESIS) if last is None else (last.seq, last.sha256)
    added = []
    for seq, event in enumerate(events, latest + 1):
        entry = AuditEntry(seq, event, previous, entry_sha256(seq, event, previous))
        added.append(entry)
        previous = entry.sha256
    return added


def _row(entry: AuditEntry) -> dict[str, Any]:
    event = entry.event
    return {
        "seq": entry.seq,
        "at": event.at,
        "act": event.act,
        "actor": event.actor,
        "channel": event.channel,
        "incident_id": event.incident_id,
        "version": event.version,
        "details": json.dumps(dict(event.details), ensure_ascii=False, sort_keys=True),
        "previous": entry.previous,
        "sha256": entry.sha256,
    }


async def entries(tx: Tx, incident_id: str | None = None) -> AsyncGenerator[AuditEntry, None]:
    """The chain in order, or the entries of one incident."""
    query = select(audit).order_by(audit.c.seq)
    if incident_id is not None:
        query = query.where(audit.c.incident_id == incident_id)
    async with tx.stream(query) as result:
        async for row in result:
            yield AuditEntry(row.seq, _event(row), row.previous, row.sha256)


async def number(tx: Tx) -> int:
    """How many entries there are."""
    return int((await tx.execute(select(func.count()).select_from(audit))).scalar_one())


async def check(tx: Tx, head: AuditHead | None) -> int:
    """Hold the whole chain against itself and against a head from outside; returns how many entries it has.

    Raises:
        BrokenChain: it is not whole; the message says where.
    """
    checked = Checked(head)
    try:
        async with aclosing(entries(tx)) as found:
            async for entry in found:
                checked = checked.after(entry)
    except ValueError:
        raise BrokenChain(f"entry {checked.count + 1} was changed: its details are no JSON") from None
    checked.to_its_end()
    return checked.count


def entries_blocking(connection: Connection) -> Iterator[AuditEntry]:
    """The chain in order on a blocking connection, never all of it in memory."""
    options = {"stream_results": True, "max_row_buffer": 500}
    for row in connection.execute(select(audit).order_by(audit.c.seq), execution_options=options):
        yield AuditEntry(row.seq, _event(row), row.previous, row.sha256)


async def latest(tx: Tx, incident_id: str, acts: Sequence[str], limit: int = 10) -> list[AuditEvent]:
    """The last of these acts upon one incident, refused ones too, the latest first."""
    query = select(audit).where(audit.c.incident_id == incident_id, audit.c.act.in_(acts))
    return [_event(row) for row in await tx.execute(query.order_by(audit.c.seq.desc()).limit(limit))]


def _event(row: Any) -> AuditEvent:
    return AuditEvent(
        act=row.act,
        actor=row.actor,
        at=row.at,
        channel=row.channel,
        incident_id=row.incident_id,
        version=row.version,
        details=json.loads(row.details),
    )


async def head(tx: Tx) -> AuditHead | None:
    """The last entry of the table; None when it is empty."""
    row = (await tx.execute(_LAST)).first()
    return None if row is None else AuditHead(row.seq, row.sha256)


def head_blocking(connection: Connection) -> AuditHead | None:
    """The same on a blocking connection."""
    row = connection.execute(_LAST).first()
    return None if row is None else AuditHead(row.seq, row.sha256)


async def remember_head(tx: Tx, file: HeadFile) -> None:
    """Write the head of the chain into ``file``, unless the chain no longer holds the head that stands there.

    Then it was cut or rewritten while nothing ran: the file is the proof, and is left as it is.
    """
    if not file.confirmed:
        try:
            known = file.read()
        except ValueError as error:
            log.error("audit_head_unreadable", error=str(error))
            return
        if known is not None:
            found = await tx.execute(select(audit.c.sha256).where(audit.c.seq == known.seq))
            if found.scalar_one_or_none() != known.sha256:
                log.error("audit_chain_broken", missing_entry=known.seq)
                return
        file.confirmed = True
    file.write(await head(tx))


class HeadFile:
    """Remembers the chain's head in a file beside the database, so that a cut tail is seen.

    ``confirmed`` is true once this process saw that the chain holds the head of the process before it.

    Written after each commit; a process killed in between leaves a head that is a few entries behind, which is no
    fault: the chain must still contain it.
    """

    def __init__(self, path: Path) -> None:
        """Keep the head in ``path``."""
        self.path = path
        self.confirmed = False
        self._written: AuditHead | None = None

    def read(self) -> AuditHead | None:
        """The remembered head; None when there is no file yet.

        Raises:
            ValueError: the file is there but cannot be read as a head.
        """
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            return AuditHead(int(content["seq"]), str(content["sha256"]))
        except FileNotFoundError:
            return None
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{self.path}: not an audit head: {error}") from error

    def write(self, head_now: AuditHead | None) -> None:
        """Remember ``head_now``, atomically; an older head never replaces a newer one.

        Raises:
            ValueError: the file is there but cannot be read as a head.
        """
        if head_now is None or (self._written is not None and self._written.seq >= head_now.seq):
            return
        self._written = self.read()  # another process of this data folder may have written a newer one
        if self._written is not None and self._written.seq >= head_now.seq:
            return
        temporary = self.path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps({"seq": head_now.seq, "sha256": head_now.sha256}), encoding="utf-8")
        temporary.replace(self.path)
        self._written = head_now
