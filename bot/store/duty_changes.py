"""What people changed about the duty roster in chat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select

from bot.model.roster import DutyChange, DutyReason
from bot.store.database import Tx
from bot.store.ids import new_id
from bot.store.schema_people import duty_changes

_ALL = select(duty_changes).order_by(duty_changes.c.said_at, duty_changes.c.id)
_LASTING_BEYOND = _ALL.where(duty_changes.c.ends > bindparam("instant"))


async def add(tx: Tx, change: DutyChange, by: str) -> None:
    """Write a change down."""
    await tx.execute(
        insert(duty_changes).values(
            id=new_id(change.at),
            person=change.person,
            starts=change.starts,
            ends=change.ends,
            absence=change.absence,
            reason=change.reason.value,
            why=change.why,
            said_by=by,
            said_at=change.at,
        )
    )


async def since(tx: Tx, instant: datetime | None = None) -> list[DutyChange]:
    """The changes that last beyond an instant, or all, in the order in which they were said."""
    rows = await (tx.execute(_ALL) if instant is None else tx.execute(_LASTING_BEYOND, {"instant": instant}))
    return [
        DutyChange(r.person, r.starts, r.ends, r.said_at, r.absence, DutyReason(r.reason), r.why, r.id) for r in rows
    ]
