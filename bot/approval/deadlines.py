"""Following the clocks of one incident, in one transaction: read anew what is true, claim what is due, say who is told.

Nobody is woken for something already done: the state of the incident is read in the transaction that claims the step.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from bot.approval.clocks import clocks_of, policy_of, read_standing
from bot.approval.desk import Desk
from bot.approval.escalation import Decision, StepTaken, next_steps
from bot.approval.waking import people_to_wake
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.incident import Incident
from bot.model.law import RunningClock
from bot.model.notice import Notice
from bot.model.person import Person, Role
from bot.model.policy import Policy, Wake
from bot.model.reasons import Escalation
from bot.store import audit, incidents
from bot.store import deadlines as store
from bot.store.database import Tx
from bot.store.deadlines import NEVER_TAKEN, DeadlineRow, DeadlineState


@dataclass
class Woken:
    """Who is to be told what: people one by one, and the duty room."""

    people: list[tuple[Person, Notice]] = field(default_factory=list)
    room: list[Notice] = field(default_factory=list)


async def follow(tx: Tx, desk: Desk, incident_id: str, unreachable: Collection[str]) -> Woken:
    """Bring the clocks of one incident up to ``desk.now`` and take every step that is due, each once.

    Args:
        tx: the transaction that claims; what is told must be written in it too.
        desk: the hour and the people.
        incident_id: the incident.
        unreachable: ids of people whom no channel can reach now.
    """
    woken = Woken()
    incident = await incidents.get(tx, incident_id)
    if incident is None:
        return woken
    policy = await policy_of(tx, desk, incident)
    clocks = clocks_of(policy, await read_standing(tx, desk, incident))
    running = {c.rule: c for c in clocks if incident.is_open and c.met_at is None and not c.provisional}
    rows = await store.of_incident(tx, incident.id)
    for row in rows.values():
        if row.rule not in running and row.state is DeadlineState.RUNNING:
            over = replace(row, state=DeadlineState.OVER, next_at=None, holders=())
            await store.claim(tx, over, row, desk.now)
    await store.forget_gaps(tx, incident.id, list(unreachable))
    muted = incident.muted_until is not None and desk.now < incident.muted_until
    for clock in running.values():
        if muted and not clock.is_law:  # somebody asked for silence; what the law demands is said all the same
            continue
        await _follow_one(tx, desk, policy, incident, clock, rows.get(clock.rule), unreachable, woken)
    if woken.people:  # cards say how much time is left: now they say it anew
        await incidents.touch(tx, incident.id)
    if not muted:  # when the silence ends, clocks that began in it must be followed, though nothing else happens
        await store.looked_at(tx, incident.id)
    return woken


async def _follow_one(
    tx: Tx,
    desk: Desk,
    policy: Policy,
    incident: Incident,
    clock: RunningClock,
    row: DeadlineRow | None,
    unreachable: Collection[str],
    woken: Woken,
) -> None:
    def people_of(wake: Wake) -> tuple[Person, ...]:
        return people_to_wake(
            desk.organisation, incident, clock.rule, wake, desk.now, unreachable, by=clock.by, apart=clock.apart
        )

    # A clock that a later act started anew begins its chain again; one that merely falls due earlier does not.
    taken = row.taken if row is not None and row.started_at == clock.started_at else NEVER_TAKEN
    decision = next_steps(policy, clock, incident.level, taken, people_of, unreachable, desk.now)
    claimed = DeadlineRow(
        incident_id=incident.id,
        rule=clock.rule,
        started_at=clock.started_at,
        due_at=clock.due_at,
        state=DeadlineState.RUNNING,
        taken=decision.taken,
        next_at=decision.next_at,
        holders=decision.holders,
    )
    if not await store.claim(tx, claimed, row, desk.now):
        return
    for step in decision.steps:
        await _record(tx, desk, incident, clock, step)
        _tell(woken, desk, incident, clock, step, decision)
    for person in decision.unreached:
        if await store.note_gap(tx, incident.id, person.id, desk.now):
            await _report_gap(tx, desk, incident, clock, person, woken)
    if decision.nobody_left:
        key = f"nobody:{incident.id}:{clock.rule}:{clock.started_at:%Y%m%d%H%M%S}"
        woken.room.append(Notice(key, incident, Escalation.NOBODY_LEFT, desk.now, clock))
        await audit.append(tx, _event("nobody_left_to_wake", desk, incident, clock, {}))


def _tell(
    woken: Woken, desk: Desk, incident: Incident, clock: RunningClock, taken: StepTaken, decision: Decision
) -> None:
    if not taken.told:
        return
    # Whoever is woken, or asked to let words go, has perhaps never seen the card; the duty room hears of both.
    wakes = taken.step.wake is not Wake.RESPONSIBLE or taken.reason is Escalation.WAITS
    names: tuple[str, ...] = ()
    key = f"clock:{incident.id}:{clock.rule}:{clock.started_at:%Y%m%d%H%M%S}:{taken.number}"
    if taken.reason is Escalation.HOLDER_UNREACHABLE:
        # Several clocks wait for the same absent person: whoever stands in hears of it once.
        names = tuple(person.name for person in decision.unreached)
        absent = "+".join(sorted(person.id for person in decision.unreached))
        key = f"absent:{incident.id}:{absent}:{taken.step.wake.value}"
    notice = Notice(key, incident, taken.reason, desk.now, clock, names, urgent=wakes)
    woken.people += [(person, notice) for person in taken.told]
    if wakes:
        told = tuple(person.name for person in taken.told)
        woken.room.append(replace(notice, key=f"{key}:room", people=told, urgent=False))


async def _record(tx: Tx, desk: Desk, incident: Incident, clock: RunningClock, taken: StepTaken) -> None:
    """One entry a step: which clock, which share, who was told, who could not be, and why."""
    details = {
        "step": taken.number,
        "at_percent": taken.step.at,
        "wake": taken.step.wake.value,
        "why": taken.reason.value,
        "told": [person.id for person in taken.told],
        "unreached": [person.id for person in taken.unreached],
    }
    act = "remind" if taken.step.wake is Wake.RESPONSIBLE else "escalate"
    await audit.append(tx, _event(act if taken.told else f"{act}_nobody", desk, incident, clock, details))


async def _report_gap(
    tx: Tx, desk: Desk, incident: Incident, clock: RunningClock, person: Person, woken: Woken
) -> None:
    key = f"gap:{incident.id}:{person.id}:{desk.now:%Y%m%d%H%M%S}"
    held = person.roles(desk.now, None, incident.id, incident.code)
    roles = tuple(role for role in Role if role in held)
    gap = Notice(key, incident, Escalation.PERSON_UNREACHABLE, desk.now, clock, (person.name,), roles=roles)
    woken.room.append(gap)
    await audit.append(tx, _event("person_unreachable", desk, incident, clock, {"person": person.id}))


def _event(act: str, desk: Desk, incident: Incident, clock: RunningClock, details: dict[str, Any]) -> AuditEvent:
    about = {"clock": clock.rule, "basis": clock.basis, "due_at": clock.due_at.isoformat()}
    return AuditEvent(act, SYSTEM, desk.now, incident_id=incident.id, details={**about, **details})
