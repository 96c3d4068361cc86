"""Rules of law as dated data, and the clocks they start (reference/domain.md §1.10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


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
    """How fast the office itself wants to be at one level (reference/domain.md §3.5)."""

    level: int
    name_vi: str
    name_en: str
    acknowledge: timedelta
    approve: timedelta
    next_update: timedelta


@dataclass(frozen=True, slots=True)
class RunningClock:
    """One deadline as the card shows it; ``provisional`` ones run from the alert until a person acts."""

    rule: str
    basis: str
    started_at: datetime
    due_at: datetime
    provisional: bool
    met_at: datetime | None = None


def first_statement_clocks(
    law: LawBook, level: int, opened_at: datetime, accepted_at: datetime | None, published_at: datetime | None
) -> tuple[RunningClock, ...]:
    """The internal target and the legal limit for the first statement, in the order the card shows them.

    The 24 hours of NĐ 244/2026 Art. 7.3 start when a person takes the matter on; until then the same period runs
    provisionally from the alert, so that sitting on an alert never stops the clock.
    """
    target = law.target(level)
    clocks = [
        RunningClock(
            "target_approve", "", opened_at, opened_at + target.approve, provisional=False, met_at=published_at
        )
    ]
    legal = law.rule("PN_24H_SU_KIEN")
    if legal is not None and legal.limit is not None:
        start = accepted_at or opened_at
        clocks.append(
            RunningClock(
                legal.id, legal.basis, start, start + legal.limit, provisional=accepted_at is None, met_at=published_at
            )
        )
    return tuple(clocks)
