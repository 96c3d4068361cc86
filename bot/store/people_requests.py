"""Requests that wait for a second person: a changed phone, a swap of duties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update

from bot.model.enrolment import REQUEST_LASTS, PeopleRequest, RequestKind
from bot.model.ids import code_from, normalise_code
from bot.store.database import Tx
from bot.store.ids import new_id
from bot.store.schema_people import people_requests


async def ask(tx: Tx, kind: RequestKind, person: str, content: Mapping[str, str], at: datetime) -> PeopleRequest:
    """Write a request down. An earlier one of the same kind about the person, still open, is closed by it."""
    await tx.execute(
        update(people_requests)
        .where(
            people_requests.c.kind == kind.value,
            people_requests.c.person == person,
            people_requests.c.decided_at.is_(None),
        )
        .values(decided_at=at, decided_by="replaced", agreed=False)
    )
    made = new_id(at)
    open_codes = select(people_requests.c.code).where(people_requests.c.decided_at.is_(None))
    taken = set((await tx.execute(open_codes)).scalars())
    attempt = 0
    while (code := code_from(made.encode(), attempt)) in taken:
        attempt += 1
    await tx.execute(
        insert(people_requests).values(
            id=made,
            code=code,
            kind=kind.value,
            person=person,
            content=dict(content),
            asked_at=at,
            expires_at=at + REQUEST_LASTS,
        )
    )
    return PeopleRequest(made, code, kind, person, at, at + REQUEST_LASTS, dict(content))


async def find_open(tx: Tx, ref: str) -> PeopleRequest | None:
    """The undecided request with this id or code."""
    row: Any = (
        await tx.execute(
            select(people_requests).where(
                or_(people_requests.c.id == ref, people_requests.c.code == normalise_code(ref)),
                people_requests.c.decided_at.is_(None),
            )
        )
    ).first()
    if row is None:
        return None
    kind = RequestKind(row.kind)
    return PeopleRequest(row.id, row.code, kind, row.person, row.asked_at, row.expires_at, row.content)


async def decide(tx: Tx, request_id: str, by: str, at: datetime, *, agreed: bool) -> bool:
    """Close a request; False when somebody else just did."""
    done = await tx.execute(
        update(people_requests)
        .where(people_requests.c.id == request_id, people_requests.c.decided_at.is_(None))
        .values(decided_at=at, decided_by=by, agreed=agreed)
    )
    return done.rowcount == 1
