"""Corrections by officials: at most one waits for each incident, and each is decided once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from bot.model.correction import Correction, CorrectionState, Matched, Verdict
from bot.model.ids import normalise_code
from bot.store.database import Tx
from bot.store.schema import corrections, incidents

_WAITING = corrections.c.state == CorrectionState.PROPOSED.value


async def add(tx: Tx, correction: Correction) -> None:
    """Keep a new proposal; the one that waited for the same incident must be withdrawn first."""
    await tx.execute(
        insert(corrections).values(
            id=correction.id,
            incident_id=correction.incident_id,
            drill=correction.drill,
            at=correction.at,
            by=correction.by,
            text=correction.text,
            matched_playbook=correction.matched.playbook,
            matched_confidence=correction.matched.confidence,
            matched_reason=correction.matched.reason,
            chosen=correction.chosen,
            remark=correction.remark,
            state=CorrectionState.PROPOSED.value,
        )
    )


async def withdraw(tx: Tx, incident_id: str) -> None:
    """Drop the proposal that waits for an incident: the official thought better of it. The audit log keeps the act."""
    await tx.execute(delete(corrections).where(corrections.c.incident_id == incident_id, _WAITING))


async def of_incident(tx: Tx, incident_id: str) -> list[Correction]:
    """All corrections of one incident, oldest first."""
    rows = await tx.execute(
        _query().where(corrections.c.incident_id == incident_id).order_by(corrections.c.at, corrections.c.id)
    )
    return [_correction(row) for row in rows]


async def proposals(tx: Tx, limit: int = 1000) -> list[Correction]:
    """What waits for a person, oldest first. Drills never teach."""
    rows = await tx.execute(
        _query().where(_WAITING, ~corrections.c.drill).order_by(corrections.c.at, corrections.c.id).limit(limit)
    )
    return [_correction(row) for row in rows]


async def find(tx: Tx, ref: str) -> list[Correction]:
    """The correction with this id, or those that wait for incidents with this code (codes are used again)."""
    rows = await tx.execute(
        _query()
        .where(or_(corrections.c.id == ref, (incidents.c.code == normalise_code(ref)) & _WAITING))
        .order_by(corrections.c.at, corrections.c.id)
    )
    return [_correction(row) for row in rows]


async def decide(tx: Tx, correction_id: str, verdict: Verdict) -> bool:
    """Write a person's decision down; False when it is decided or gone already, or a drill's."""
    done = await tx.execute(
        update(corrections)
        .where(corrections.c.id == correction_id, _WAITING, ~corrections.c.drill)
        .values(
            state=verdict.state.value,
            decided_at=verdict.at,
            decided_by=verdict.by,
            decided_why=verdict.why,
            style=verdict.style,
            example=verdict.example,
        )
    )
    return done.rowcount == 1


def _query() -> Any:
    return select(corrections, incidents.c.code).join(incidents, incidents.c.id == corrections.c.incident_id)


def _correction(row: Any) -> Correction:
    state = CorrectionState(row.state)
    return Correction(
        id=row.id,
        incident_id=row.incident_id,
        code=row.code,
        drill=row.drill,
        at=row.at,
        by=row.by,
        text=row.text,
        matched=Matched(row.matched_playbook, row.matched_confidence, row.matched_reason),
        chosen=row.chosen,
        remark=row.remark,
        verdict=None
        if state is CorrectionState.PROPOSED
        else Verdict(state, row.decided_at, row.decided_by, row.decided_why, row.style, row.example),
    )
