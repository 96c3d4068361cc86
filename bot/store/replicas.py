"""The processes that work on one PostgreSQL: who is there, and which of them leads. All times are the database's.

None of this is written in turn (:func:`bot.store.database.take_turn`): each row has one writer, or is decided by one
conditional update, and whoever waits for a turn must not count as dead meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Float, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Tx
from bot.store.schema_replicas import leases, replicas

_NOW = func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class Replica:
    """One process. ``instance`` is new at each start, ``executor`` stays; ``age``: seconds since it was last seen.

    ``keys`` is the digest of the keys it signs with.
    """

    executor: str
    instance: str
    host: str
    pid: int
    keys: str
    age: float = 0.0


async def everybody(tx: Tx) -> list[Replica]:
    """All processes that are known, dead ones too."""
    age = cast(func.extract("epoch", _NOW - replicas.c.seen_at), Float).label("age")
    rows = await tx.execute(select(replicas, age).order_by(replicas.c.executor))
    return [Replica(r.executor, r.instance, r.host, r.pid, r.keys, r.age) for r in rows]


async def enter(tx: Tx, me: Replica, instead_of: str | None) -> bool:
    """Take the name; False when another process has it, or another than the instance ``instead_of``."""
    values = {"instance": me.instance, "host": me.host, "pid": me.pid, "keys": me.keys}
    times = {"started_at": _NOW, "seen_at": _NOW}
    if instead_of is None:
        statement = insert(replicas).values(executor=me.executor, **values, **times).on_conflict_do_nothing()
        return (await tx.execute(statement.execution_options(preserve_rowcount=True))).rowcount == 1
    done = await tx.execute(
        update(replicas)
        .where(replicas.c.executor == me.executor, replicas.c.instance == instead_of)
        .values(**values, **times)
    )
    return done.rowcount == 1


async def beat(tx: Tx, me: Replica) -> bool:
    """Say that this process lives; False when its name is another's by now, or it was taken for dead."""
    done = await tx.execute(
        update(replicas)
        .where(replicas.c.executor == me.executor, replicas.c.instance == me.instance)
        .values(seen_at=_NOW)
    )
    return done.rowcount == 1


async def leave(tx: Tx, me: Replica) -> None:
    """Say that this process ends: it counts as dead at once, so that nothing it leaves unfinished waits for it."""
    await tx.execute(
        update(replicas)
        .where(replicas.c.executor == me.executor, replicas.c.instance == me.instance)
        .values(seen_at=_NOW - func.make_interval(0, 0, 0, 1))
    )


async def remove(tx: Tx, replica: Replica) -> None:
    """Forget a process whose work others have taken over; not one that was seen since."""
    await tx.execute(
        delete(replicas).where(
            replicas.c.executor == replica.executor,
            replicas.c.instance == replica.instance,
            func.extract("epoch", _NOW - replicas.c.seen_at) >= replica.age,
        )
    )


async def lease(tx: Tx, name: str, holder: str, seconds: float) -> bool:
    """Take a lease, or keep it, for so many seconds from now; False while somebody else has it."""
    until = _NOW + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    await tx.execute(insert(leases).values(name=name, holder=holder, until=_NOW).on_conflict_do_nothing())
    done = await tx.execute(
        update(leases)
        .where(leases.c.name == name, (leases.c.holder == holder) | (leases.c.until <= _NOW))
        .values(holder=holder, until=until)
    )
    return done.rowcount == 1


async def give_up(tx: Tx, name: str, holder: str) -> None:
    """Let the next one have the lease at once."""
    await tx.execute(update(leases).where(leases.c.name == name, leases.c.holder == holder).values(until=_NOW))


async def holder(tx: Tx, name: str) -> str | None:
    """Who has a lease now; None while nobody has."""
    found = await tx.execute(select(leases.c.holder).where(leases.c.name == name, leases.c.until > _NOW))
    return found.scalar_one_or_none()
