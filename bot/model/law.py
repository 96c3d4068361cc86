"""Rules of law as dated data, and what a running clock looks like (reference/domain.md §1.10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.model.person import Role


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``limit`` is None for rules without a period; ``starts_at`` names the instant that starts it.

    ``valid_from`` and ``valid_to`` are the first and the last day on which it is law, in Viet Nam.
    """

    id: str
    basis: str
    name_vi: str
    name_en: str
    starts_at: str
    limit: timedelta | None
    valid_from: date | None = None
    valid_to: date | None = None

    def is_law(self, day: date) -> bool:
        """True when the rule is in force on this day in Viet Nam."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class LawBook:
    """All rules of one edition; an incident remembers the ``version`` under which it was opened."""

    version: str
    verified_by_lawyer: bool
    rules: tuple[Rule, ...]
    targets: tuple[LevelTarget, ...]

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id."""
        return next((r for r in self.rules if r.id == rule_id), None)

    def target(self, level: int) -> LevelTarget:
        """The internal targets of one severity level (1 to 4)."""
        return next(t for t in self.targets if t.level == level)


@dataclass(frozen=True, slots=True)
class LevelTarget:
    """How fast the office itself wants to be at one level (reference/domain.md §3.5).

    All periods run from the alert but ``next_update``, which runs from the last publication.
    """

    level: int
    name_vi: str
    name_en: str
    acknowledge: timedelta
    approve: timedelta
    next_update: timedelta
    draft: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class RunningClock:
    """One deadline as the card shows it and as the escalation follows it.

    ``rule`` is a :class:`bot.model.policy.Leg` or the id of a rule of law, which then has its article in ``basis``.
    ``provisional`` clocks run from the alert until a person acts. Where a gate says who may meet the clock, ``by`` are
    their roles, and ``apart`` the ids of those whom it bars. ``starts_at`` names what starts a legal clock,
    ``law`` is the law's own period where the office has a shorter one. ``pauses`` is true when quiet hours stop it.
    ``version`` and ``kind`` name the version that a clock waits for where it is not the first one.
    """

    rule: str
    basis: str
    started_at: datetime
    due_at: datetime
    provisional: bool
    met_at: datetime | None = None
    starts_at: str = ""
    period: timedelta | None = None
    law: timedelta | None = None
    pauses: bool = False
    by: frozenset[Role] = frozenset()
    apart: frozenset[str] = frozenset()
    version: int | None = None
    kind: str = ""

    @property
    def is_law(self) -> bool:
        """True for a limit of the law, false for the office's own target."""
        return bool(self.basis)
