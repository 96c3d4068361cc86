"""Copies that go to many addresses: one row each, so that a kill in the middle of a list mails nobody twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.model.outlet_letter import CopyState, OutletLetter
from bot.store.database import Tx
from bot.store.schema_outlets import outlet_letters as table


async def add_missing(tx: Tx, letters: Sequence[OutletLetter]) -> None:
    """Keep the copies of one version that are not known yet; those that are stay as they are."""
    if not letters:
        return
    one = letters[0]
    known = {letter.address for letter in await of_version(tx, one.incident_id, one.version, one.outlet)}
    rows = [
        {name: getattr(letter, name) for name in OutletLetter.__dataclass_fields__} | {"state": letter.state.value}
        for letter in letters
        if letter.address not in known
    ]
    if rows:
        await tx.execute(insert(table), rows)


async def of_version(tx: Tx, incident_id: str, version: int, outlet: str) -> list[OutletLetter]:
    """Every copy of one version, by address."""
    rows = await tx.execute(select(table).where(*_where(incident_id, version, outlet)).order_by(table.c.address))
    return [_letter(row) for row in rows]


async def counts(tx: Tx, incident_id: str, version: int, outlet: str) -> dict[str, int]:
    """How many copies are in each state; empty for an outlet that has no addresses."""
    rows = await tx.execute(
        select(table.c.state, func.count()).where(*_where(incident_id, version, outlet)).group_by(table.c.state)
    )
    return {state: int(number) for state, number in rows}


async def totals(tx: Tx) -> dict[str, dict[str, int]]:
    """How many copies of all versions each outlet has in each state."""
    rows = await tx.execute(select(table.c.outlet, table.c.state, func.count()).group_by(table.c.outlet, table.c.state))
    found: dict[str, dict[str, int]] = {}
    for outlet, state, number in rows:
        found.setdefault(outlet, {})[state] = int(number)
    return found


async def claim(tx: Tx, letter: OutletLetter, at: datetime) -> bool:
    """Turn a queued copy ``unknown`` just before it is handed in; False when it is no longer queued."""
    return await _enter(tx, letter, CopyState.QUEUED, CopyState.UNKNOWN, at, None)


async def settle(tx: Tx, letter: OutletLetter, state: CopyState, at: datetime, error: str | None = None) -> bool:
    """Say how a copy that was claimed ended; False when somebody or something said so before."""
    return await _enter(tx, letter, CopyState.UNKNOWN, state, at, error)


async def answered(tx: Tx, incident_id: str, version: int, outlet: str, state: CopyState, at: datetime) -> None:
    """A person looked after the copies of which nobody knew: they are there, or go out once more."""
    await tx.execute(
        update(table)
        .where(*_where(incident_id, version, outlet), table.c.state == CopyState.UNKNOWN.value)
        .values(state=state.value, updated_at=at, error=None)
    )


async def doubt_queued(tx: Tx, at: datetime) -> None:
    """After a restored copy: what it holds as queued may have gone out since, so a person's answer decides."""
    await tx.execute(
        update(table)
        .where(table.c.state == CopyState.QUEUED.value)
        .values(state=CopyState.UNKNOWN.value, updated_at=at)
    )


async def named(tx: Tx, *, token: str | None = None, message_id: str | None = None) -> OutletLetter | None:
    """The copy that a bounce is about, by its token or else its Message-ID."""
    condition = table.c.token == token if token is not None else table.c.message_id == message_id
    row = (await tx.execute(select(table).where(condition))).first()
    return None if row is None else _letter(row)


async def bounce(tx: Tx, letter: OutletLetter, why: str, at: datetime) -> bool:
    """Note that a copy came back; False when that was known, or when it never went out."""
    went = (CopyState.SENT.value, CopyState.UNKNOWN.value)
    done = await tx.execute(
        update(table)
        .where(*_one(letter), table.c.state.in_(went))
        .values(state=CopyState.BOUNCED.value, updated_at=at, error=why)
    )
    return done.rowcount == 1


async def _enter(
    tx: Tx, letter: OutletLetter, before: CopyState, after: CopyState, at: datetime, error: str | None
) -> bool:
    done = await tx.execute(
        update(table)
        .where(*_one(letter), table.c.state == before.value)
        .values(state=after.value, updated_at=at, error=error)
    )
    return done.rowcount == 1


def _where(incident_id: str, version: int, outlet: str) -> tuple[Any, ...]:
    return (table.c.incident_id == incident_id, table.c.version == version, table.c.outlet == outlet)


def _one(letter: OutletLetter) -> tuple[Any, ...]:
    return (*_where(letter.incident_id, letter.version, letter.outlet), table.c.address == letter.address)


def _letter(row: Any) -> OutletLetter:
    values = {name: getattr(row, name) for name in OutletLetter.__dataclass_fields__}
    return OutletLetter(**values | {"state": CopyState(row.state)})
