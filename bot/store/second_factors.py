"""Second factors: each person's sealed secret, whether it is in force, and the last code that was used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.store.database import Tx
from bot.store.schema_gates import second_factors

ACTIVE, PENDING = "active", "pending"


@dataclass(frozen=True, slots=True)
class HeldFactor:
    """One secret. ``last_step`` is the 30-second step of the last code used; ``pairing`` the code for the helper."""

    person: str
    sealed: str
    made_at: datetime
    pairing: str
    vouched_by: str | None
    last_step: int
    failures: int
    locked_until: datetime | None


async def active(tx: Tx, person: str) -> HeldFactor | None:
    """The secret in force of a person."""
    return await _get(tx, person, ACTIVE)


async def pending(tx: Tx, person: str) -> HeldFactor | None:
    """The secret that a person is about to enrol."""
    return await _get(tx, person, PENDING)


async def pending_by_pairing(tx: Tx, pairing: str) -> HeldFactor | None:
    """The enrolment with this pairing code."""
    row = (
        await tx.execute(
            select(second_factors).where(second_factors.c.stage == PENDING, second_factors.c.pairing == pairing)
        )
    ).first()
    return None if row is None else _held(row)


async def begin(tx: Tx, person: str, sealed: str, pairing: str, at: datetime) -> None:
    """Write a new secret beside the one in force; an enrolment begun before is forgotten."""
    await tx.execute(delete(second_factors).where(second_factors.c.person == person, second_factors.c.stage == PENDING))
    await tx.execute(
        insert(second_factors).values(
            person=person, stage=PENDING, sealed=sealed, pairing=pairing, made_at=at, last_step=-1, failures=0
        )
    )


async def vouch(tx: Tx, person: str, by: str, at: datetime) -> bool:
    """A second person stands for an enrolment; False when somebody did before or there is none."""
    done = await tx.execute(
        update(second_factors)
        .where(
            second_factors.c.person == person,
            second_factors.c.stage == PENDING,
            second_factors.c.vouched_by.is_(None),
        )
        .values(vouched_by=by, vouched_at=at)
    )
    return done.rowcount == 1


async def activate(tx: Tx, person: str, step: int) -> None:
    """The enrolled secret comes into force in place of any other; its first code is used up."""
    await tx.execute(delete(second_factors).where(second_factors.c.person == person, second_factors.c.stage == ACTIVE))
    await tx.execute(
        update(second_factors)
        .where(second_factors.c.person == person, second_factors.c.stage == PENDING)
        .values(stage=ACTIVE, last_step=step, failures=0, locked_until=None)
    )


async def use(tx: Tx, person: str, step: int) -> bool:
    """Use up the code of one step; False when it or a later one was used before."""
    done = await tx.execute(
        update(second_factors)
        .where(
            second_factors.c.person == person,
            second_factors.c.stage == ACTIVE,
            second_factors.c.last_step < step,
        )
        .values(last_step=step, failures=0, locked_until=None)
    )
    return done.rowcount == 1


async def remove(tx: Tx, person: str) -> bool:
    """Take a person's secrets away, the one in force and the one that was to follow; False when there was none."""
    done = await tx.execute(delete(second_factors).where(second_factors.c.person == person))
    return int(done.rowcount) > 0


async def count_failure(tx: Tx, held: HeldFactor, locked_until: datetime | None) -> None:
    """Count a wrong code against both secrets of a person; with ``locked_until`` the count begins anew after it."""
    values: dict[str, Any] = {"failures": 0 if locked_until else held.failures + 1, "locked_until": locked_until}
    await tx.execute(update(second_factors).where(second_factors.c.person == held.person).values(**values))


async def _get(tx: Tx, person: str, stage: str) -> HeldFactor | None:
    row = (
        await tx.execute(
            select(second_factors).where(second_factors.c.person == person, second_factors.c.stage == stage)
        )
    ).first()
    return None if row is None else _held(row)


def _held(row: Any) -> HeldFactor:
    return HeldFactor(
        row.person,
        row.sealed,
        row.made_at,
        row.pairing,
        row.vouched_by,
        row.last_step,
        row.failures,
        row.locked_until,
    )
