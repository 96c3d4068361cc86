"""What the head authorised in chat: one person, one incident, a document, an end (NĐ 244/2026 Art. 3.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.model.enrolment import Authorisation
from bot.store.database import Tx
from bot.store.ids import new_id
from bot.store.schema_people import authorisations

_STANDING = select(authorisations).where(authorisations.c.revoked_at.is_(None)).order_by(authorisations.c.id)


async def add(
    tx: Tx, person: str, incident_id: str, document: str, granted_by: str, granted_at: datetime, valid_to: datetime
) -> str:
    """Write an authorisation down; returns its id."""
    made = new_id(granted_at)
    await tx.execute(
        insert(authorisations).values(
            id=made,
            person=person,
            incident_id=incident_id,
            document=document,
            granted_by=granted_by,
            granted_at=granted_at,
            valid_to=valid_to,
        )
    )
    return made


async def revoke(tx: Tx, authorisation_id: str, by: str, at: datetime) -> bool:
    """End an authorisation now; False when it was revoked before or is unknown."""
    done = await tx.execute(
        update(authorisations)
        .where(authorisations.c.id == authorisation_id, authorisations.c.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by=by)
    )
    return done.rowcount == 1


async def standing(tx: Tx) -> list[Authorisation]:
    """Every authorisation that was not revoked; whether its time is up is asked of it where it is used."""
    rows = await tx.execute(_STANDING)
    return [_authorisation(row) for row in rows]


async def of_incident(tx: Tx, incident_id: str) -> list[Authorisation]:
    """Every authorisation for one incident, oldest first, the revoked ones too."""
    rows = await tx.execute(
        select(authorisations).where(authorisations.c.incident_id == incident_id).order_by(authorisations.c.id)
    )
    return [_authorisation(row) for row in rows]


def _authorisation(row: Any) -> Authorisation:
    return Authorisation(
        id=row.id,
        person=row.person,
        incident_id=row.incident_id,
        document=row.document,
        granted_by=row.granted_by,
        granted_at=row.granted_at,
        valid_to=row.valid_to,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
    )
