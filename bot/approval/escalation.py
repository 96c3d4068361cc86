"""What time demands of one clock: which steps of its chain are due, who is told, who is skipped and why. Pure.

Time-outs wake people; they never approve, publish or close anything (DESIGN §1.2).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.approval.quiet import after_waking, before_night, quiet_around
from bot.model.law import RunningClock
from bot.model.person import Person
from bot.model.policy import EscalationStep, Policy, QuietHours, Wake
from bot.model.reasons import Escalation

PeopleOf = Callable[[Wake], Sequence[Person]]
"""Who a step of this clock would wake now."""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step that is over: ``told`` are to be told, ``unreached`` should be and cannot; ``reason`` says why."""

    number: int
    step: EscalationStep
    reason: Escalation
    told: tuple[Person, ...] = ()
    unreached: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows for one clock. ``taken`` steps are over now, ``next_at`` is when to look again (None: never).

    ``holders`` are the ids of those who are to act; while none of them can be reached the next step does not wait.
    ``unreached`` are all who should act and cannot be reached, told or not.
    """

    steps: tuple[StepTaken, ...]
    taken: int
    next_at: datetime | None
    holders: tuple[str, ...]
    unreached: tuple[Person, ...]

    @property
    def nobody_left(self) -> bool:
        """True when the chain just ended without reaching anybody who could act."""
        return self.next_at is None and bool(self.steps) and not self.holders


def next_steps(
    policy: Policy,
    clock: RunningClock,
    level: int,
    taken: int,
    people_of: PeopleOf,
    unreachable: Collection[str],
    now: datetime,
) -> Decision:
    """Decide about one running clock, of whose chain ``taken`` steps are over.

    A step is due at its share of the period. It is due at once when nobody who should act before it can be reached.
    Reminders that fell due together are one reminder. Nothing is ever taken twice, whichever way the clock on the wall
    was moved: what counts is how many steps are over.
    """
    chain, quiet = policy.chain(clock.rule), policy.quiet_at(level)
    steps: list[StepTaken] = []
    holders = people_of(_holder(chain, taken))
    unreached = [p for p in holders if p.id in unreachable]
    number = taken
    while number < len(chain):
        step = chain[number]
        left_alone = not [p for p in holders if p.id not in unreachable]
        due = _instant(quiet, clock, step)
        if due > now and (not left_alone or _asleep(quiet, now)):
            break
        people = people_of(step.wake)
        told = tuple(p for p in people if p.id not in unreachable)
        missing = tuple(p for p in people if p.id in unreachable)
        unreached += missing
        if _superseded(chain, number, quiet, clock, now) and told:
            steps.append(StepTaken(number, step, Escalation.REMINDER_SUPERSEDED))
        else:
            reason = _reason(step, clock, due, now, told, people)
            steps.append(StepTaken(number, step, reason, told, missing))
            holders = people
        number += 1
    reached = tuple(p.id for p in holders if p.id not in unreachable)
    asleep = not reached and number < len(chain)
    return Decision(
        steps=tuple(steps),
        taken=number,
        next_at=_look_again(chain, number, quiet, clock, now, left_alone=asleep),
        holders=reached,
        unreached=tuple(dict.fromkeys(unreached)),
    )


def _holder(chain: Sequence[EscalationStep], taken: int) -> Wake:
    """Who is to act after ``taken`` steps."""
    return chain[taken - 1].wake if 0 < taken <= len(chain) else Wake.RESPONSIBLE


def _instant(quiet: QuietHours | None, clock: RunningClock, step: EscalationStep) -> datetime:
    """When a step is due: quiet hours stop an internal target, and send what the law demands ahead of them."""
    if clock.pauses:
        return after_waking(quiet, clock.started_at, _period(clock) * step.at / 100)
    return before_night(quiet, clock.started_at, _share_passed(clock, step))


def _share_passed(clock: RunningClock, step: EscalationStep) -> datetime:
    return clock.started_at + _period(clock) * step.at / 100


def _period(clock: RunningClock) -> timedelta:
    return clock.period or clock.due_at - clock.started_at


def _superseded(
    chain: Sequence[EscalationStep], number: int, quiet: QuietHours | None, clock: RunningClock, now: datetime
) -> bool:
    """True when the very next step tells the same people and is due as well: nobody is reminded twice in one breath."""
    after = chain[number + 1] if number + 1 < len(chain) else None
    return after is not None and after.wake is chain[number].wake and _instant(quiet, clock, after) <= now


def _reason(
    step: EscalationStep,
    clock: RunningClock,
    due: datetime,
    now: datetime,
    told: Sequence[Person],
    people: Sequence[Person],
) -> Escalation:
    if not told:
        return Escalation.NOBODY_REACHABLE if people else Escalation.NOBODY_IN_ROLE
    if due > now:
        return Escalation.HOLDER_UNREACHABLE
    if now >= clock.due_at:
        return Escalation.OVERDUE
    if step.at == 0:
        return Escalation.WAITS
    sent_ahead = not clock.pauses and now < _share_passed(clock, step)
    return Escalation.BEFORE_QUIET_HOURS if sent_ahead else Escalation.REMINDER


def _asleep(quiet: QuietHours | None, now: datetime) -> bool:
    return quiet is not None and quiet_around(quiet, now) is not None


def _look_again(
    chain: Sequence[EscalationStep],
    number: int,
    quiet: QuietHours | None,
    clock: RunningClock,
    now: datetime,
    *,
    left_alone: bool,
) -> datetime | None:
    if number >= len(chain):
        return None
    due = _instant(quiet, clock, chain[number])
    night = quiet_around(quiet, now) if quiet is not None and left_alone else None
    return due if night is None else min(due, night[1])
