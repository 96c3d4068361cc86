"""Deadlines as rows: which clocks run, how far their escalation got, and when to look again.

A step is taken by one conditional update on how far the row was when it was read: of two processes one takes it.
What a row says is never trusted further than that: the state of the incident is read anew in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bot.store.database import Tx
from bot.store.schema import deadline_gaps, deadlines, incidents
from bot.store.upsert import insert_for

NEVER_TAKEN = 0


class DeadlineState(StrEnum):
    """Whether a clock runs. ``over``: met, or nothing is due any more; a voided approval makes one run again."""

    RUNNING = "running"
    OVER = "over"


_OF_INCIDENT = select(deadlines).where(deadlines.c.incident_id == bindparam("of"))
_CHANGED = (
    select(incidents.c.id).where(incidents.c.revision != incidents.c.clocks_revision).order_by(incidents.c.level.desc())
)
_WAITING = select(deadlines.c.incident_id, deadlines.c.next_at, deadlines.c.holders).where(
    deadlines.c.state == DeadlineState.RUNNING.value, deadlines.c.next_at.is_not(None)
)
_DUE = _WAITING.where(deadlines.c.next_at <= bindparam("now"))
_LOOKED_AT = update(incidents).where(incidents.c.id == bindparam("of")).values(clocks_revision=incidents.c.revision)


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One clock of one incident: ``taken`` steps of its chain are done, the next is due at ``next_at`` (None: none).

    ``holders`` are the ids of those who were told last and are to act now.
    """

    incident_id: str
    rule: str
    started_at: datetime
    due_at: datetime
    state: DeadlineState
    taken: int
    next_at: datetime | None
    holders: tuple[str, ...]


async def of_incident(tx: Tx, incident_id: str) -> dict[str, DeadlineRow]:
    """The clocks of one incident by rule."""
    rows = await tx.execute(_OF_INCIDENT, {"of": incident_id})
    return {row.rule: _row(row) for row in rows}


async def claim(tx: Tx, row: DeadlineRow, seen: DeadlineRow | None, at: datetime) -> bool:
    """Write what becomes of a clock, if it still is as it was ``seen`` (None: not there); False when it is not."""
    values = {
        "started_at": row.started_at,
        "due_at": row.due_at,
        "state": row.state.value,
        "taken": row.taken,
        "next_at": row.next_at,
        "holders": list(row.holders),
        "claimed_at": at,
    }
    if seen is None:
        key = {"incident_id": row.incident_id, "rule": row.rule}
        done = await tx.execute(insert_for(tx, deadlines).values(**key, **values).on_conflict_do_nothing())
        return bool(done.rowcount == 1)
    done = await tx.execute(
        update(deadlines)
        .where(
            deadlines.c.incident_id == seen.incident_id,
            deadlines.c.rule == seen.rule,
            deadlines.c.state == seen.state.value,
            deadlines.c.taken == seen.taken,
            deadlines.c.started_at == seen.started_at,
        )
        .values(**values)
    )
    return bool(done.rowcount == 1)


async def to_look_at(tx: Tx, now: datetime, unreachable: Collection[str]) -> list[str]:
    """Ids of incidents of which something changed, or a step is due, or nobody who should act can be reached."""
    found = list((await tx.execute(_CHANGED)).scalars())
    for row in await (tx.execute(_WAITING) if unreachable else tx.execute(_DUE, {"now": now})):
        left_alone = bool(row.holders) and set(row.holders) <= set(unreachable)
        if row.next_at <= now or left_alone:
            found.append(row.incident_id)
    return list(dict.fromkeys(found))


async def looked_at(tx: Tx, incident_id: str) -> None:
    """Note that the clocks of an incident were followed up to its present revision."""
    await tx.execute(_LOOKED_AT, {"of": incident_id})


async def note_gap(tx: Tx, incident_id: str, person: str, at: datetime) -> bool:
    """Note that a person who should be told cannot be reached; False when that was known."""
    values = {"incident_id": incident_id, "person": person, "found_at": at}
    done = await tx.execute(insert_for(tx, deadline_gaps).values(**values).on_conflict_do_nothing())
    return bool(done.rowcount == 1)


async def forget_gaps(tx: Tx, incident_id: str, unreachable: Sequence[str]) -> None:
    """Forget the gaps of everybody who can be reached again, so that the next one is told anew."""
    await tx.execute(
        delete(deadline_gaps).where(
            deadline_gaps.c.incident_id == incident_id, deadline_gaps.c.person.not_in(unreachable)
        )
    )


def _row(row: Any) -> DeadlineRow:
    return DeadlineRow(
        incident_id=row.incident_id,
        rule=row.rule,
        started_at=row.started_at,
        due_at=row.due_at,
        state=DeadlineState(row.state),
        taken=row.taken,
        next_at=row.next_at,
        holders=tuple(row.holders),
    )
