"""Rumour cards: the claims of an incident as they are labelled and answered now; the record keeps how that came."""

from __future__ import annotations

from dataclasses import fields, replace

from sqlalchemy import func, insert, select, update

from bot.model.rumour import Answer, Impact, Label, Rumour
from bot.store.database import Tx
from bot.store.schema import rumours

_COLUMNS = tuple(f.name for f in fields(Rumour))


async def add(tx: Tx, rumour: Rumour) -> Rumour:
    """Keep a new claim under the next number of its incident."""
    query = select(func.coalesce(func.max(rumours.c.number), 0)).where(rumours.c.incident_id == rumour.incident_id)
    numbered = replace(rumour, number=int((await tx.execute(query)).scalar_one()) + 1)
    await tx.execute(insert(rumours).values({name: getattr(numbered, name) for name in _COLUMNS}))
    return numbered


async def put(tx: Tx, rumour: Rumour) -> None:
    """Change what is known of a claim; the claim itself stays as it was noted."""
    await tx.execute(
        update(rumours)
        .where(rumours.c.incident_id == rumour.incident_id, rumours.c.number == rumour.number)
        .values(
            label=rumour.label,
            evidence=rumour.evidence,
            verifier=rumour.verifier,
            labelled_by=rumour.labelled_by,
            labelled_at=rumour.labelled_at,
            impact=rumour.impact,
            answer=rumour.answer,
        )
    )


async def of_incident(tx: Tx, incident_id: str) -> list[Rumour]:
    """The claims of an incident in the order in which they were noted."""
    rows = await tx.execute(select(rumours).where(rumours.c.incident_id == incident_id).order_by(rumours.c.number))
    return [
        Rumour(
            **{
                **{name: getattr(row, name) for name in _COLUMNS},
                "label": Label(row.label),
                "impact": Impact(row.impact) if row.impact else None,
                "answer": Answer(row.answer) if row.answer else None,
            }
        )
        for row in rows
    ]
