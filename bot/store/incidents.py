"""Incidents: opened once, changed only by conditional updates, every visible change counted in ``revision``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, insert, null, or_, select, update

from bot.model.ids import code_from, normalise_code
from bot.model.incident import OPEN_STATES, Growth, Incident, IncidentState, predecessors
from bot.model.policy import LEVEL_WITHOUT_QUIET
from bot.store.database import Tx
from bot.store.incident_rows import from_row, growth_json, to_row
from bot.store.schema import incidents

_ONE = select(incidents).where(incidents.c.id == bindparam("of"))
_BY_REF = (
    select(incidents)
    .where(or_(incidents.c.id == bindparam("ref"), incidents.c.code == bindparam("as_code")))
    .order_by(incidents.c.open.desc(), incidents.c.opened_at.desc())
    .limit(1)
)
_NOTE_ACT = update(incidents).where(incidents.c.id == bindparam("of")).values(last_act_at=bindparam("acted_at"))
_TOUCH = update(incidents).where(incidents.c.id == bindparam("of")).values(revision=incidents.c.revision + 1)

_open = incidents.alias("open_incidents")
IDS_OF_OPEN = select(_open.c.id).where(_open.c.open)
"""To be asked first where other rows belong to incidents: few are open, and many were."""


async def free_code(tx: Tx, seed: str) -> str:
    """A code that no open incident has; the same seed and table give the same code."""
    taken = set((await tx.execute(select(incidents.c.code).where(incidents.c.open))).scalars())
    attempt = 0
    while (code := code_from(seed.encode(), attempt)) in taken:
        attempt += 1
    return code


async def add(tx: Tx, incident: Incident) -> None:
    """Open an incident."""
    await tx.execute(insert(incidents).values(**to_row(incident)))


async def get(tx: Tx, incident_id: str) -> Incident | None:
    """The incident with this id."""
    row = (await tx.execute(_ONE, {"of": incident_id})).first()
    return None if row is None else from_row(row)


async def find(tx: Tx, ref: str) -> Incident | None:
    """The incident with this id or code; an open one is preferred, then the latest that had the code."""
    row = (await tx.execute(_BY_REF, {"ref": ref, "as_code": normalise_code(ref)})).first()
    return None if row is None else from_row(row)


async def open_incidents(tx: Tx, limit: int = 1000) -> list[Incident]:
    """All incidents in which people may still act, newest first."""
    rows = await tx.execute(
        select(incidents).where(incidents.c.open).order_by(incidents.c.opened_at.desc()).limit(limit)
    )
    return [from_row(row) for row in rows]


async def ended_since(tx: Tx, since: datetime, limit: int) -> list[Incident]:
    """Incidents that ended after ``since`` and have stayed so, the latest first."""
    rows = await tx.execute(
        select(incidents)
        .where(incidents.c.open.is_(False), incidents.c.closed_at > since)
        .order_by(incidents.c.closed_at.desc())
        .limit(limit)
    )
    return [from_row(row) for row in rows]


async def listing(tx: Tx, limit: int = 1000) -> list[Incident]:
    """All incidents, newest first."""
    rows = await tx.execute(select(incidents).order_by(incidents.c.opened_at.desc()).limit(limit))
    return [from_row(row) for row in rows]


async def enter(tx: Tx, incident_id: str, state: IncidentState, by: str | None, at: datetime) -> bool:
    """Move to ``state`` if the transition table allows it from where it is; False when it does not."""
    values: dict[str, Any] = {"state": state.value, "open": state in OPEN_STATES, "revision": incidents.c.revision + 1}
    if state is IncidentState.ACCEPTED:
        values |= {"accepted_at": at, "accepted_by": by}
    if state not in OPEN_STATES:
        values |= {"closed_at": at, "closed_by": by}
    done = await tx.execute(
        update(incidents)
        .where(incidents.c.id == incident_id, incidents.c.state.in_([s.value for s in predecessors(state)]))
        .values(**values)
    )
    return done.rowcount == 1


async def determine_impact(tx: Tx, incident_id: str, by: str, at: datetime) -> bool:
    """Note who determined the impact on public opinion, and when; False when somebody had, or the matter is over."""
    done = await tx.execute(
        update(incidents)
        .where(incidents.c.id == incident_id, incidents.c.open, incidents.c.impact_determined_at.is_(None))
        .values(impact_determined_at=at, impact_determined_by=by, revision=incidents.c.revision + 1)
    )
    return done.rowcount == 1


async def note_act(tx: Tx, incident_id: str, at: datetime) -> None:
    """Note that a person did something about the matter; nothing on the card follows from it."""
    await tx.execute(_NOTE_ACT, {"of": incident_id, "acted_at": at})


async def grow(tx: Tx, incident_id: str, growth: Growth, level: int) -> None:
    """Note that an alert joined. A machine may raise the level, never lower it."""
    await tx.execute(
        update(incidents)
        .where(incidents.c.id == incident_id)
        .values(growth=growth_json(growth), level=level, **_mute_at(level), revision=incidents.c.revision + 1)
    )


async def choose_playbook(tx: Tx, incident_id: str, playbook: str, level: int, by: str) -> None:
    """A person chose another playbook."""
    await tx.execute(
        update(incidents)
        .where(incidents.c.id == incident_id, incidents.c.open)
        .values(
            playbook=playbook,
            playbook_chosen_by=by,
            level=level,
            **_mute_at(level),
            revision=incidents.c.revision + 1,
        )
    )


async def set_level(tx: Tx, incident_id: str, former: int, level: int) -> bool:
    """A person raised or lowered the level; False when it is not ``former`` any more, or no other."""
    if level == former:
        return False
    done = await tx.execute(
        update(incidents)
        .where(incidents.c.id == incident_id, incidents.c.open, incidents.c.level == former)
        .values(level=level, **_mute_at(level), revision=incidents.c.revision + 1)
    )
    return done.rowcount == 1


async def mute(tx: Tx, incident_id: str, by: str | None, until: datetime | None) -> None:
    """No reminders until then; None lets them come again."""
    await tx.execute(
        update(incidents)
        .where(incidents.c.id == incident_id)
        .values(muted_until=until, muted_by=by, revision=incidents.c.revision + 1)
    )


async def note_end(tx: Tx, incident_id: str, *, merged_into: str | None = None, handed_to: str | None = None) -> None:
    """Where an incident that ended went on."""
    await tx.execute(
        update(incidents)
        .where(incidents.c.id == incident_id)
        .values(merged_into=merged_into, handed_to=handed_to, revision=incidents.c.revision + 1)
    )


async def reopen(tx: Tx, incident: Incident, state: IncidentState, by: str, at: datetime) -> bool:
    """Open a case again, under another code if its own was given away; False when it is not as it was read.

    ``by`` and ``at`` say who had taken it on, and when.
    """
    taken = await tx.execute(select(incidents.c.id).where(incidents.c.open, incidents.c.code == incident.code))
    code = incident.code if taken.first() is None else await free_code(tx, incident.id)
    done = await tx.execute(
        update(incidents)
        .where(incidents.c.id == incident.id, incidents.c.state == incident.state.value)
        .values(
            state=state.value,
            open=True,
            code=code,
            closed_at=None,
            closed_by=None,
            handed_to=None,
            accepted_at=at,
            accepted_by=by,
            revision=incidents.c.revision + 1,
        )
    )
    return done.rowcount == 1


async def kin_of(tx: Tx, incident_id: str) -> list[str]:
    """The incidents that this one was split from or merged with, and theirs in turn, by id."""
    known, new = {incident_id}, {incident_id}
    split_from, merged_into = incidents.c.split_from, incidents.c.merged_into
    while new:
        near = or_(incidents.c.id.in_(new), split_from.in_(new), merged_into.in_(new))
        rows = await tx.execute(select(incidents.c.id, split_from, merged_into).where(near))
        new = {found for row in rows for found in row if found is not None} - known
        known |= new
    return sorted(known - {incident_id})


async def touch(tx: Tx, incident_id: str) -> None:
    """Count a change that people should see (of its statement, facts or deliveries)."""
    await tx.execute(_TOUCH, {"of": incident_id})


async def touch_open(tx: Tx) -> None:
    """Count a change that concerns every open incident."""
    await tx.execute(update(incidents).where(incidents.c.open).values(revision=incidents.c.revision + 1))


def _mute_at(level: int) -> dict[str, Any]:
    """Whatever raises the level ends a mute that was given below level 3 (:func:`bot.model.muting.ends_mute`)."""
    if level < LEVEL_WITHOUT_QUIET:
        return {}
    was_grave = incidents.c.level >= LEVEL_WITHOUT_QUIET
    return {name: case((was_grave, incidents.c[name]), else_=null()) for name in ("muted_until", "muted_by")}
