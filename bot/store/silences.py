"""Silences and planned events: made, agreed to, ended, and told of once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select, update

from bot.model.ids import code_from, normalise_code
from bot.model.silence import Silence, SilenceKind, SilenceState, Wide
from bot.model.silence_matcher import Matcher
from bot.store.database import Tx
from bot.store.schema import incidents
from bot.store.schema_watching import silences

_IN_VAIN = and_(
    silences.c.state == SilenceState.ASKED.value,
    or_(silences.c.made_at < bindparam("asked_before"), silences.c.ends_at <= bindparam("now")),
)
_WAITS_IN_VAIN = select(silences.c.id).where(_IN_VAIN).limit(1)
_UNANNOUNCED = select(silences).where(
    silences.c.announced_at.is_(None), silences.c.state.in_([SilenceState.ASKED.value, SilenceState.AGREED.value])
)
_OVER_AND_UNTOLD = select(silences).where(
    ~silences.c.told_end,
    or_(
        and_(silences.c.state == SilenceState.AGREED.value, silences.c.ends_at <= bindparam("now")),
        silences.c.state == SilenceState.ENDED.value,
    ),
)


async def free_code(tx: Tx, seed: str) -> str:
    """A code that no silence has had and no open incident has: both are typed in the same chat."""
    taken = set((await tx.execute(select(silences.c.code))).scalars())
    taken |= set((await tx.execute(select(incidents.c.code).where(incidents.c.open))).scalars())
    attempt = 0
    while (code := code_from(seed.encode(), attempt)) in taken:
        attempt += 1
    return code


async def add(tx: Tx, silence: Silence) -> None:
    """Write a new silence down."""
    await tx.execute(
        insert(silences).values(
            id=silence.id,
            code=silence.code,
            kind=silence.kind.value,
            matcher=silence.matcher.to_json(),
            starts_at=silence.starts_at,
            ends_at=silence.ends_at,
            reason=silence.reason,
            author=silence.author,
            made_at=silence.made_at,
            state=silence.state.value,
            why_wide=silence.why_wide.value if silence.why_wide else None,
            announced_at=silence.announced_at,
            told_end=False,
        )
    )


async def find(tx: Tx, ref: str) -> Silence | None:
    """The silence with this id or code."""
    wanted = or_(silences.c.id == ref, silences.c.code == normalise_code(ref))
    row = (await tx.execute(select(silences).where(wanted))).first()
    return None if row is None else _silence(row)


async def in_force(tx: Tx, at: datetime) -> list[Silence]:
    """The silences that hold alerts back at ``at``."""
    rows = await tx.execute(
        select(silences).where(
            silences.c.state == SilenceState.AGREED.value, silences.c.starts_at <= at, silences.c.ends_at > at
        )
    )
    return [_silence(row) for row in rows]


async def listing(tx: Tx, limit: int = 200) -> list[Silence]:
    """All silences, the latest made first."""
    rows = await tx.execute(select(silences).order_by(silences.c.made_at.desc(), silences.c.id).limit(limit))
    return [_silence(row) for row in rows]


async def decide(tx: Tx, silence_id: str, state: SilenceState, by: str, at: datetime) -> bool:
    """A second person agreed or declined; False when it does not wait for one any more."""
    done = await tx.execute(
        update(silences)
        .where(silences.c.id == silence_id, silences.c.state == SilenceState.ASKED.value)
        .values(state=state.value, agreed_by=by, agreed_at=at)
    )
    return done.rowcount == 1


async def end(tx: Tx, silence_id: str, by: str, at: datetime) -> bool:
    """End one before its time, or take one back that waits; False when it is over already."""
    over = and_(silences.c.state == SilenceState.AGREED.value, silences.c.ends_at > at)
    done = await tx.execute(
        update(silences)
        .where(silences.c.id == silence_id, or_(over, silences.c.state == SilenceState.ASKED.value))
        .values(state=SilenceState.ENDED.value, ended_by=by, ended_at=at)
    )
    return done.rowcount == 1


async def waits_in_vain(tx: Tx, asked_before: datetime, at: datetime) -> bool:
    """True when :func:`expire` would decline any."""
    return (await tx.execute(_WAITS_IN_VAIN, {"asked_before": asked_before, "now": at})).first() is not None


async def expire(tx: Tx, asked_before: datetime, at: datetime) -> int:
    """Whatever waited too long for a second person is declined: silence is never agreed to by nobody answering."""
    expired = update(silences).where(_IN_VAIN).values(state=SilenceState.DECLINED.value, agreed_at=bindparam("now"))
    done = await tx.execute(expired, {"asked_before": asked_before, "now": at})
    return int(done.rowcount)


async def unannounced(tx: Tx) -> list[Silence]:
    """Silences that wait or hold and of which the duty room has not been told: they were made at the machine."""
    rows = await tx.execute(_UNANNOUNCED)
    return [_silence(row) for row in rows]


async def announced(tx: Tx, silence_id: str, at: datetime) -> bool:
    """Note that the duty room is told of it; False when it was."""
    done = await tx.execute(
        update(silences).where(silences.c.id == silence_id, silences.c.announced_at.is_(None)).values(announced_at=at)
    )
    return done.rowcount == 1


async def over_and_untold(tx: Tx, at: datetime) -> list[Silence]:
    """Silences that hold no more and whose end the duty room has not been told of."""
    rows = await tx.execute(_OVER_AND_UNTOLD, {"now": at})
    return [_silence(row) for row in rows]


async def end_told(tx: Tx, silence_id: str) -> bool:
    """Note that the duty room was told what it held; False when it had been."""
    done = await tx.execute(
        update(silences).where(silences.c.id == silence_id, ~silences.c.told_end).values(told_end=True)
    )
    return done.rowcount == 1


def _silence(row: Any) -> Silence:
    return Silence(
        id=row.id,
        code=row.code,
        kind=SilenceKind(row.kind),
        matcher=Matcher.from_json(row.matcher),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        author=row.author,
        made_at=row.made_at,
        state=SilenceState(row.state),
        why_wide=Wide(row.why_wide) if row.why_wide else None,
        announced_at=row.announced_at,
        agreed_by=row.agreed_by,
        agreed_at=row.agreed_at,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
        told_end=row.told_end,
    )
