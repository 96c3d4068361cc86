"""Guards of states, clocks and the record, taken out."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from bot.approval import acts, clocks, deadlines, one_matter
from bot.model.incident import Incident
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.store import audit as audit_store
from bot.store import deadlines as deadlines_store
from bot.store import incidents, sketches, statements


def ended_incidents_take_acts() -> AbstractContextManager[Any]:
    return patch.object(Incident, "is_open", property(lambda self: True))


def being_overdue_approves() -> AbstractContextManager[Any]:
    kept = deadlines.follow

    async def follow(tx: Any, desk: Any, incident_id: str, unreachable: Any) -> Any:
        woken = await kept(tx, desk, incident_id, unreachable)
        if any(notice.urgent for _, notice in woken.people):
            current = await statements.current(tx, incident_id)
            if current is not None:
                await statements.enter(
                    tx, incident_id, current.version, StatementState.APPROVED, desk.now, by=woken.people[0][0].id
                )
        return woken

    return patch.object(deadlines, "follow", follow)


def an_alert_starts_the_legal_clock() -> AbstractContextManager[Any]:
    kept = incidents.grow

    async def grow(tx: Any, incident_id: str, growth: Any, level: int) -> None:
        from sqlalchemy import update

        from bot.model.audit import SYSTEM
        from bot.store.schema import incidents as table

        nobody_has = (table.c.id == incident_id, table.c.accepted_at.is_(None))
        taken_on = {"accepted_at": growth.last_seen, "accepted_by": SYSTEM, "revision": table.c.revision + 1}
        await tx.execute(update(table).where(*nobody_has).values(**taken_on))
        await kept(tx, incident_id, growth, level)

    return patch.object(incidents, "grow", grow)


def a_merger_forgets_the_clocks() -> AbstractContextManager[Any]:
    async def join(*_: Any) -> one_matter.Joined:
        return one_matter.Joined((), in_public=False)

    return patch.object(one_matter, "join", join)


def nobody_follows_words_that_wait() -> AbstractContextManager[Any]:
    async def waiting(*_: Any) -> None:
        return None

    return patch.object(clocks, "_waiting", waiting)


def what_is_done_is_not_read_again() -> AbstractContextManager[Any]:
    kept = deadlines.read_standing

    async def blind(tx: Any, desk: Any, incident: Any) -> Any:
        standing = await kept(tx, desk, incident)
        return replace(standing, accepted_at=None, approved_at=None, published_at=None)

    return patch.object(deadlines, "read_standing", blind)


def some_acts_are_not_recorded() -> AbstractContextManager[Any]:
    kept = audit_store.append

    async def append(tx: Any, event: Any) -> Any:
        return None if event.act == "edit" else await kept(tx, event)

    return patch.object(audit_store, "append", append)


def a_row_of_the_record_is_changed() -> AbstractContextManager[Any]:
    kept = audit_store.append

    async def append(tx: Any, event: Any) -> Any:
        from sqlalchemy import update

        from bot.store.schema import audit as table

        entry = await kept(tx, event)
        if event.act == "set_level":
            await tx.execute(update(table).where(table.c.seq == entry.seq).values(actor="ai-do"))
        return entry

    return patch.object(audit_store, "append", append)


def a_refused_act_leaves_something_behind() -> AbstractContextManager[Any]:
    perform = acts.perform

    async def performs(tx: Any, desk: Any, act: Any) -> Any:
        outcome = await perform(tx, desk, act)
        if outcome.reason is Reason.STALE_VERSION and outcome.incident_id:
            await incidents.set_level(tx, outcome.incident_id, 3, 2)
            await incidents.touch(tx, outcome.incident_id)
        return outcome

    return patch.object(acts, "perform", performs)


def drills_and_real_alerts_are_mixed() -> AbstractContextManager[Any]:
    kept = sketches.of_open

    async def of_both(tx: Any, drill: bool) -> Any:
        return [*await kept(tx, True), *await kept(tx, False)]

    return patch.object(sketches, "of_open", of_both)


def a_step_is_taken_twice() -> AbstractContextManager[Any]:
    async def claim(tx: Any, row: Any, seen: Any, at: Any) -> bool:
        return True

    return patch.object(deadlines_store, "claim", claim)
