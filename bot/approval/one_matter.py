"""Clocks and facts when two incidents turn out to be one matter, or one to be two: nothing regrouped becomes younger.

The limits of NĐ 244/2026 Art. 7.3 and 7.4 run for a matter, from what people did about it. An office may shorten them,
never lengthen, so a merger keeps the earliest of every instant with its person, and a split takes them along.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.approval import standing, versions
from bot.approval.clocks import clocks_of, policy_of, read_standing
from bot.approval.desk import Desk
from bot.approval.waking import people_to_wake
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.fact import Fact, FactState
from bot.model.incident import Incident, IncidentState
from bot.model.law import RunningClock
from bot.model.person import Person
from bot.model.policy import Policy
from bot.model.statement import APPROVABLE, Author, StatementState
from bot.store import audit, deadlines, incidents, instants, policies, statements
from bot.store.database import Tx
from bot.store.deadlines import NEVER_TAKEN, DeadlineRow, DeadlineState

_OPEN_TO_FACTS = APPROVABLE | {StatementState.RETURNED}
"""States in which a template's draft takes new facts up. Words that somebody approved stand as they were approved."""


_HANDLED = (IncidentState.DISMISSED, IncidentState.HANDED_OVER)
"""Ends that may come before anybody acknowledged the matter; each is a person's act upon it."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What a merger brought along.

    ``differing`` are pairs of facts on one slot, first the one that was merged, then the one that stands. ``in_public``
    is true where words of the merged incident are in public, and count for both.
    """

    differing: tuple[tuple[Fact, Fact], ...]
    in_public: bool


async def join(tx: Tx, desk: Desk, former: Incident, other: Incident, person: Person) -> Joined:
    """Let ``other`` go on with the instants, the legal limits, the escalation and the confirmed facts of ``former``.

    ``former`` is as it was before it ended. Merging is an act of a person: it shows that somebody is at work.
    """
    rows = await deadlines.of_incident(tx, former.id)
    one = _earliest(former, other)
    one = replace(one, policy=await _policy(tx, desk, former, other))
    await _go_on(tx, former, other, one)
    await instants.put(tx, one)
    await incidents.note_act(tx, one.id, desk.now)
    differing = await _take_facts(tx, desk, former, one, person)
    await _carry_escalation(tx, desk, one, rows)
    joined = Joined(differing, in_public=await statements.latest_public(tx, former.id) is not None)
    await audit.append(tx, _on_record(desk, former, one, person, joined))
    return joined


async def apart(tx: Tx, desk: Desk, parent: Incident, made: Incident) -> Incident:
    """``made`` with what people did about ``parent`` while it was a part of it.

    The agency cannot have taken on what had not come yet: what was done before the first alert of the new matter counts
    from that alert. What the parent published is not taken along: it was about another matter, as a person says now.
    """
    policy = (await policy_of(tx, desk, parent)).with_limits_of(desk.policy)
    came = made.alert_received_at or made.opened_at

    def since(at: datetime | None) -> datetime | None:
        return max(at, came) if at is not None else None

    return replace(
        made,
        state=IncidentState.NEW if parent.accepted_at is None else IncidentState.ACCEPTED,
        accepted_at=since(parent.accepted_at),
        accepted_by=parent.accepted_by,
        impact_determined_at=since(parent.impact_determined_at),
        impact_determined_by=parent.impact_determined_by,
        last_act_at=desk.now,
        policy=await policies.keep(tx, policy, desk.now),
    )


def taken_on_before(incident: Incident, by: str, now: datetime) -> tuple[str, datetime]:
    """By whom, and since when, a case that is opened again counts as taken on.

    Calling an alert off is handling it ("tiếp nhận và xử lý", Art. 7.3), and so is giving it to another unit. Where
    nobody had acknowledged it and it proves to be a matter of this office after all, the limit runs from there: neither
    is a way to begin the day anew.
    """
    if incident.accepted_at is not None:
        return incident.accepted_by or by, incident.accepted_at
    if incident.state in _HANDLED and incident.closed_at is not None:
        return incident.closed_by or by, incident.closed_at
    return by, now


def _on_record(desk: Desk, former: Incident, one: Incident, person: Person, joined: Joined) -> AuditEvent:
    """The merger in the record of the incident that goes on: the clocks that run in it are another's."""
    details = {
        "merged": former.id,
        "by": person.id,
        "alert_received_at": _iso(one.alert_received_at),
        "accepted_at": _iso(one.accepted_at),
        "accepted_by": one.accepted_by,
        "impact_determined_at": _iso(one.impact_determined_at),
        "impact_determined_by": one.impact_determined_by,
        "in_public": joined.in_public,
        "differing": [fact.slot for fact, _ in joined.differing],
    }
    return AuditEvent("take_matter_over", SYSTEM, desk.now, SYSTEM, one.id, details=details)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _earliest(former: Incident, other: Incident) -> Incident:
    """``other`` with the earlier of both for each of the four instants, and the person it belongs to."""
    accepted = _first((other.accepted_at, other.accepted_by), (former.accepted_at, former.accepted_by))
    impact = _first(
        (other.impact_determined_at, other.impact_determined_by),
        (former.impact_determined_at, former.impact_determined_by),
    )
    event, _ = _first((other.event_at, None), (former.event_at, None))
    # An incident of an early release knows no alert: it counts from its opening, as its clocks do.
    received = min(one.alert_received_at or one.opened_at for one in (former, other))
    return replace(
        other,
        event_at=event,
        alert_received_at=received,
        accepted_at=accepted[0],
        accepted_by=accepted[1],
        impact_determined_at=impact[0],
        impact_determined_by=impact[1],
    )


def _first(*acts: tuple[datetime | None, str | None]) -> tuple[datetime | None, str | None]:
    done = [(at, by) for at, by in acts if at is not None]
    return min(done, key=lambda act: act[0]) if done else (None, None)


async def _policy(tx: Tx, desk: Desk, former: Incident, other: Incident) -> str | None:
    """The policy of ``other`` (DESIGN §1.9), with no legal limit longer than the one that ran for ``former``."""
    own = await policy_of(tx, desk, other)
    both = own.with_limits_of(await policy_of(tx, desk, former))
    return other.policy if both == own else await policies.keep(tx, both, desk.now)


async def _go_on(tx: Tx, former: Incident, other: Incident, one: Incident) -> None:
    """What was taken on stays taken on, and what is in public is being answered, whatever the file's name is now."""
    if one.accepted_at is not None:
        await incidents.enter(tx, other.id, IncidentState.ACCEPTED, one.accepted_by, one.accepted_at)
    if former.state is IncidentState.RESPONDING:
        await incidents.enter(tx, other.id, IncidentState.RESPONDING, None, one.opened_at)


async def _take_facts(
    tx: Tx, desk: Desk, former: Incident, one: Incident, person: Person
) -> tuple[tuple[Fact, Fact], ...]:
    """Confirmed facts fill what is empty; where something else stands already it stays, and both are returned."""
    held, differing, filled = await statements.facts_of(tx, one.id), [], False
    for slot, fact in sorted((await statements.facts_of(tx, former.id)).items()):
        if fact.state is not FactState.CONFIRMED:
            continue
        there = held.get(slot)
        if there is None or there.state is FactState.UNKNOWN:
            is_empty = True
        elif there.value != fact.value:
            differing.append((fact, there))
            continue
        else:
            is_empty = there.state is FactState.UNCONFIRMED  # the same was heard here; there somebody vouched for it
        if is_empty:
            await statements.put_fact(tx, one.id, fact)
            filled = True
    if filled:
        current = await standing.current(tx, one)
        if current.state in _OPEN_TO_FACTS and current.author is Author.TEMPLATE:
            await versions.draft(tx, desk, one, by=person.id)
    return tuple(differing)


async def _carry_escalation(tx: Tx, desk: Desk, one: Incident, rows: dict[str, DeadlineRow]) -> None:
    """Steps that were taken on a clock are taken: it is the same clock still, and the same people were told.

    Where the incident that goes on has other people, who were told nothing yet, its chain begins anew.
    """
    incident = await incidents.get(tx, one.id) or one
    policy = await policy_of(tx, desk, incident)
    own = await deadlines.of_incident(tx, incident.id)
    for clock in clocks_of(policy, await read_standing(tx, desk, incident)):
        row, mine = rows.get(clock.rule), own.get(clock.rule)
        goes_on = mine is not None and mine.started_at == clock.started_at
        kept = mine if mine is not None and goes_on else None
        if row is not None and row.started_at == clock.started_at and row.taken > (kept.taken if kept else NEVER_TAKEN):
            kept = row if _have_heard(desk, policy, incident, clock, row) else kept
        if kept is mine and (mine is None or goes_on):
            continue
        follows = DeadlineRow(
            incident_id=incident.id,
            rule=clock.rule,
            started_at=clock.started_at,
            due_at=clock.due_at,
            state=DeadlineState.RUNNING if clock.met_at is None else DeadlineState.OVER,
            taken=kept.taken if kept else NEVER_TAKEN,
            next_at=desk.now if clock.met_at is None else None,
            holders=kept.holders if kept else (),
        )
        await deadlines.claim(tx, follows, mine, desk.now)


def _have_heard(desk: Desk, policy: Policy, incident: Incident, clock: RunningClock, row: DeadlineRow) -> bool:
    """True when everybody whom the last step taken would tell here was told by it."""
    chain = policy.chain(clock.rule)
    if not 0 < row.taken <= len(chain):
        return False
    wanted = people_to_wake(desk.organisation, incident, clock.rule, chain[row.taken - 1].wake, desk.now)
    return {person.id for person in wanted} <= set(row.holders)
