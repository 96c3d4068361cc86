"""Letters to one person about their own second factor: a link to enrol by, and word of what was done in their name.

``not_before`` is a claim or a wait, as in :mod:`bot.store.telegram_outbox`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.model.reach import LetterState
from bot.store.claims import is_due
from bot.store.database import Tx
from bot.store.ids import new_id
from bot.store.schema_factors import personal_letters


@dataclass(frozen=True, slots=True)
class PersonalLetter:
    """One letter. ``words`` names its sentences in the catalogue, ``told`` fills them; ``link`` is the id of a link."""

    id: str
    person: str
    address: str
    words: str
    told: Mapping[str, str]
    link: str | None
    written_at: datetime
    tries: int


async def add(
    tx: Tx,
    key: str,
    person: str,
    address: str,
    words: str,
    told: Mapping[str, str],
    at: datetime,
    link: str | None = None,
) -> None:
    """Write a letter, once for each key."""
    known = select(personal_letters.c.id).where(personal_letters.c.key == key)
    if (await tx.execute(known)).first() is not None:
        return
    await tx.execute(
        insert(personal_letters).values(
            id=new_id(at),
            key=key,
            person=person,
            address=address,
            words=words,
            told=dict(told),
            link=link,
            written_at=at,
            state=LetterState.QUEUED.value,
            updated_at=at,
        )
    )


async def due(tx: Tx, now: datetime, limit: int = 50) -> list[PersonalLetter]:
    """Letters whose time has come, oldest first."""
    rows = await tx.execute(
        select(personal_letters)
        .where(personal_letters.c.state == LetterState.QUEUED.value, is_due(personal_letters.c.not_before, now))
        .order_by(personal_letters.c.written_at, personal_letters.c.id)
        .limit(limit)
    )
    return [_letter(row) for row in rows]


async def claim(tx: Tx, letter_id: str, now: datetime, until: datetime) -> bool:
    """Take one letter for sending; False when another process has it."""
    done = await tx.execute(
        update(personal_letters)
        .where(
            personal_letters.c.id == letter_id,
            personal_letters.c.state == LetterState.QUEUED.value,
            is_due(personal_letters.c.not_before, now),
        )
        .values(not_before=until)
    )
    return done.rowcount == 1


async def release(tx: Tx) -> None:
    """Forget all claims and waits: only for the one process that has the store to itself, when it starts."""
    await tx.execute(update(personal_letters).where(personal_letters.c.not_before.is_not(None)).values(not_before=None))


async def settle(tx: Tx, letter_id: str, state: LetterState, at: datetime, error: str | None = None) -> None:
    """Say how a claimed letter ended."""
    await tx.execute(
        update(personal_letters)
        .where(personal_letters.c.id == letter_id)
        .values(state=state.value, updated_at=at, error=error, not_before=None)
    )


async def later(tx: Tx, letter_id: str, not_before: datetime, error: str) -> None:
    """Give a claimed letter back: it is tried again, with the same Message-ID."""
    await tx.execute(
        update(personal_letters)
        .where(personal_letters.c.id == letter_id)
        .values(not_before=not_before, error=error, tries=personal_letters.c.tries + 1)
    )


async def forget(tx: Tx, before: datetime, limit: int) -> int:
    """Remove at most so many letters without a link that were written before then; returns how many."""
    old = (
        select(personal_letters.c.id)
        .where(personal_letters.c.link.is_(None), personal_letters.c.written_at < before)
        .limit(limit)
    )
    return int((await tx.execute(delete(personal_letters).where(personal_letters.c.id.in_(old)))).rowcount)


def _letter(row: Any) -> PersonalLetter:
    return PersonalLetter(
        row.id, row.person, row.address, row.words, dict(row.told), row.link, row.written_at, row.tries
    )
