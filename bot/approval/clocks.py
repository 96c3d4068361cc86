"""The clocks of one incident: what happened when, what is due by when, and on what ground (NĐ 244/2026 Art. 7.3, 7.4).

``clocks_of`` is pure. Cards show what it says and the escalation follows it, so that nobody is woken by another clock
than the one they see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.approval import gates
from bot.approval.desk import Desk
from bot.approval.quiet import after_waking
from bot.approval.repairs import Repair, repair_of
from bot.approval.standing import dossier as dossier_of
from bot.drafting.gaps import find_gaps
from bot.model.gate import GateKind, Part
from bot.model.incident import Incident
from bot.model.law import RunningClock
from bot.model.person import Role
from bot.model.policy import Leg, Policy
from bot.model.statement import APPROVABLE, StatementKind, StatementState
from bot.store import deliveries, instants, policies, statements
from bot.store.database import Tx

_LAST_WORDS = frozenset({StatementKind.CLOSING, StatementKind.REFUSAL})
"""Kinds after which the public has been promised nothing more."""

_WANT_WORDS = frozenset({Leg.DRAFT, Leg.APPROVE, Leg.NEXT_UPDATE})
"""Clocks of the office's own that no act ends but new words."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the clocks of an incident depend on. Instants are None while the thing has not happened.

    ``received_at`` is when the alert reached us. ``drafted_at`` is since when the words at hand could be approved,
    ``approved_at`` and ``published_at`` are the first ones that still stand, ``updated_at`` is the last publication and
    ``promised_at`` the hour that it promised. ``waiting`` is set while approved words wait for a second person,
    ``repair`` from the first version on that puts right what is in public.
    """

    level: int
    drill: bool
    received_at: datetime
    accepted_at: datetime | None = None
    impact_determined_at: datetime | None = None
    last_act_at: datetime | None = None
    drafted_at: datetime | None = None
    approved_at: datetime | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    promised_at: datetime | None = None
    waiting: Waiting | None = None
    repair: Repair | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Approved words that a second person has to let go: since when, by whom, and who is barred from it."""

    since: datetime
    by: frozenset[Role]
    apart: frozenset[str]


def clocks_of(policy: Policy, standing: Standing) -> tuple[RunningClock, ...]:
    """Every clock of the incident, the office's own first, then the legal ones, in the order in which they fall due."""
    return (*_internal(policy, standing), *_legal(policy, standing))


def repair_waiting(clocks: Iterable[RunningClock]) -> RunningClock | None:
    """The clock of what puts right words in public, while it waits for its approval or for a second person."""
    return next((clock for clock in clocks if clock.version is not None and clock.met_at is None), None)


async def policy_of(tx: Tx, desk: Desk, incident: Incident) -> Policy:
    """The policy under which the incident was opened; today's where none was kept."""
    kept = await policies.get(tx, incident.policy) if incident.policy else None
    return kept or desk.policy


async def read_standing(tx: Tx, desk: Desk, incident: Incident) -> Standing:
    """What is committed about the incident, as far as time is concerned.

    The limits of NĐ 244/2026 Art. 7.3 and 7.4 are met by a statement with the first information on the matter, and the
    two incidents of a merger are one matter: a person said so. So what left in the name of one counts for both, as it
    does where the impact is determined after the publication; and the hour that it promised is kept by the one that
    goes on, for nobody else is left to keep it. Words that were only approved count for nothing: merging voids them.
    """
    decided = await statements.decided(tx, await instants.matter_of(tx, incident.id))
    approved = [d.approved_at for d in decided if d.approved_at is not None]
    published = [d for d in decided if d.published_at is not None]
    last = max(published, key=lambda d: d.published_at or incident.opened_at, default=None)
    return Standing(
        level=incident.level,
        drill=incident.drill,
        received_at=incident.alert_received_at or incident.opened_at,
        accepted_at=incident.accepted_at,
        impact_determined_at=incident.impact_determined_at,
        last_act_at=incident.last_act_at,
        drafted_at=await _drafted_at(tx, desk, incident),
        approved_at=min(approved, default=None),
        published_at=min((d.published_at for d in published if d.published_at), default=None),
        updated_at=last.published_at if last and last.kind not in _LAST_WORDS else None,
        promised_at=last.promises_at if last else None,
        waiting=await _waiting(tx, desk, incident),
        repair=repair_of(await statements.versions(tx, incident.id)) if published else None,
    )


async def new_words_due(tx: Tx, desk: Desk, incident: Incident) -> datetime | None:
    """The next hour by which there must be words anew, where the ones at hand went back; None while no clock runs."""
    policy, standing = await policy_of(tx, desk, incident), await read_standing(tx, desk, incident)
    running = (
        clock
        for clock in clocks_of(policy, standing)
        if clock.met_at is None and not clock.provisional and (clock.is_law or clock.rule in _WANT_WORDS)
    )
    return min((clock.due_at for clock in running if clock.due_at > desk.now), default=None)


async def _drafted_at(tx: Tx, desk: Desk, incident: Incident) -> datetime | None:
    """Since when there are words without gaps that may be approved; None while something is missing."""
    current, playbook = await statements.current(tx, incident.id), desk.playbooks.get(incident.playbook)
    if current is None or playbook is None or incident.playbook_is_provisional or current.state not in APPROVABLE:
        return None
    facts = await statements.facts_of(tx, incident.id)
    missing = find_gaps(current.full_vi) or gates.missing_facts(playbook, facts)
    return None if missing else max([current.created_at, *(fact.at for fact in facts.values())])


async def _waiting(tx: Tx, desk: Desk, incident: Incident) -> Waiting | None:
    """What holds approved words back; None where nothing does, or where they were let go before the gate stood."""
    current = await statements.current(tx, incident.id)
    if current is None or current.state is not StatementState.APPROVED or current.approved_at is None:
        return None
    dossier = await dossier_of(tx, desk, incident, current)
    gate = dossier.gate(GateKind.SECOND_PERSON)
    if gate is None or not dossier.awaits_second_person(current):
        return None
    if await deliveries.of_incident(tx, incident.id, current.version):
        return None
    approver = {current.approved_by or ""} if Part.APPROVER in gate.apart_from else set()
    writers = {current.created_by, *dossier.writers} if Part.LAST_EDITOR in gate.apart_from else set()
    return Waiting(current.approved_at, frozenset(gate.by), frozenset(approver | writers))


def _internal(policy: Policy, standing: Standing) -> list[RunningClock]:
    target, start = policy.target(standing.level), standing.received_at
    approved = _earliest(standing.approved_at, standing.published_at)
    accepted = _earliest(standing.accepted_at, approved)
    clocks = [
        _target(policy, standing, Leg.ACKNOWLEDGE, start, target.acknowledge, accepted),
        _target(policy, standing, Leg.DRAFT, start, target.draft, _earliest(standing.drafted_at, approved)),
        _approval(policy, standing, start, target.approve, approved),
    ]
    if standing.accepted_at is not None and approved is None:
        # An acknowledgement must lead somewhere: each act of a person starts this clock anew.
        alive = max(standing.accepted_at, standing.last_act_at or standing.accepted_at)
        clocks.append(_target(policy, standing, Leg.PROGRESS, alive, target.draft, None))
    if standing.waiting is not None:
        # So must an approval: words that wait for a second person are no further than before, while nobody comes.
        waiting = standing.waiting
        release = _target(policy, standing, Leg.RELEASE, waiting.since, target.acknowledge, None)
        release = replace(release, by=waiting.by, apart=waiting.apart)
        repair = standing.repair
        if repair is not None and repair.approved_at == waiting.since:
            release = replace(release, version=repair.version, kind=repair.kind.value)
        clocks.append(release)
    if standing.updated_at is not None:
        clocks.append(_next_update(policy, standing, standing.updated_at, target.next_update))
    return clocks


def _approval(
    policy: Policy, standing: Standing, start: datetime, period: timedelta, approved: datetime | None
) -> RunningClock:
    """The first approval's target; anew for what puts right words in public: as long as it waits they stand wrong."""
    repair = standing.repair
    if repair is None:
        return _target(policy, standing, Leg.APPROVE, start, period, approved)
    clock = _target(policy, standing, Leg.APPROVE, repair.since, period, repair.approved_at)
    return replace(clock, version=repair.version, kind=repair.kind.value)


def _next_update(policy: Policy, standing: Standing, since: datetime, period: timedelta) -> RunningClock:
    """The hour that was promised in public, which no quiet hours move; else the office's own target."""
    if standing.promised_at is not None and standing.promised_at > since:
        promised = standing.promised_at
        return RunningClock(Leg.NEXT_UPDATE, "", since, promised, provisional=False, period=promised - since)
    return _target(policy, standing, Leg.NEXT_UPDATE, since, period, None)


def _target(
    policy: Policy, standing: Standing, leg: Leg, start: datetime, period: timedelta, met_at: datetime | None
) -> RunningClock:
    quiet = policy.quiet_at(standing.level)
    return RunningClock(
        rule=leg.value,
        basis="",
        started_at=start,
        due_at=after_waking(quiet, start, period),
        provisional=False,
        met_at=met_at,
        period=period,
        pauses=quiet is not None,
    )


def _legal(policy: Policy, standing: Standing) -> list[RunningClock]:
    """The limits of the law. They run from the alert until a person's act starts them, so that waiting stops no clock.

    A drill publishes nothing: there the approval stands for the publication, once nobody has to let the words go.
    """
    met_at = standing.published_at
    if standing.drill and standing.waiting is None:
        met_at = standing.approved_at
    started = {"accepted_at": standing.accepted_at, "impact_determined_at": standing.impact_determined_at}
    clocks = []
    for limit in policy.limits:
        act = started[limit.starts_at]
        start = act or standing.received_at
        clocks.append(
            RunningClock(
                rule=limit.rule,
                basis=limit.basis,
                started_at=start,
                due_at=start + limit.limit,
                provisional=act is None,
                met_at=met_at,
                starts_at=limit.starts_at,
                period=limit.limit,
                law=limit.law if limit.limit < limit.law else None,
            )
        )
    return clocks


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)
