"""The office's policy about time: limits, targets, quiet hours, whom to wake; kept with each incident (DESIGN §1.9)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from bot.model.law import LevelTarget
from bot.model.silence import SilencePolicy
from bot.model.telling import TellingPolicy
from bot.model.watching import WatchPolicy

LEVEL_WITHOUT_QUIET = 3
"""From this level on there are no quiet hours, whatever a file says (reference/domain.md §3.5)."""

LAW = "law"
"""What an escalation step calls every legal limit."""


class Leg(StrEnum):
    """An internal clock of one incident. Legal clocks go by the id of their rule."""

    ACKNOWLEDGE = "acknowledge"
    DRAFT = "draft"
    APPROVE = "approve"
    NEXT_UPDATE = "next_update"
    PROGRESS = "progress"
    RELEASE = "release"
    """From the approval until a second person lets the words go, where the gates ask for one."""


class Wake(StrEnum):
    """Whom a step of the escalation tells."""

    RESPONSIBLE = "responsible"
    DEPUTY = "deputy"
    HEAD = "head"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of the day in Viet Nam between which people sleep; ``start`` after ``end`` spans midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class LegalLimit:
    """One legal clock: ``limit`` is what holds here, ``law`` what the rule says; the first is never the longer one."""

    rule: str
    basis: str
    starts_at: str
    limit: timedelta
    law: timedelta


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """At ``at`` per cent of a period, tell ``wake``. ``legs`` empty: on every clock."""

    at: int
    wake: Wake
    legs: tuple[str, ...] = ()

    def concerns(self, rule: str) -> bool:
        """True when the step belongs to the chain of the clock ``rule`` (a :class:`Leg` or a rule of law)."""
        # An approval is not over before the words may leave: whoever is told of one hears of both.
        name = Leg.APPROVE if rule == Leg.RELEASE else rule if rule in {leg.value for leg in Leg} else LAW
        return not self.legs or name in self.legs


DEFAULT_STEPS = (
    EscalationStep(50, Wake.RESPONSIBLE),
    EscalationStep(80, Wake.RESPONSIBLE),
    EscalationStep(100, Wake.DEPUTY),
    EscalationStep(125, Wake.HEAD),
    EscalationStep(150, Wake.SUPERVISOR, (Leg.ACKNOWLEDGE, Leg.APPROVE, Leg.NEXT_UPDATE, LAW)),
)
"""The escalation of reference/domain.md §3.5, for an office that says nothing else."""


@dataclass(frozen=True, slots=True)
class OfficePolicy:
    """What an office's ``policy.yaml`` says; ``limits`` and ``targets`` hold what differs from ``law/rules.yaml``.

    The other parts hold from the moment they are written, for incidents that are open too.
    """

    version: str = "default"
    quiet_hours: QuietHours | None = None
    limits: tuple[tuple[str, timedelta], ...] = ()
    targets: tuple[LevelTarget, ...] = ()
    steps: tuple[EscalationStep, ...] = DEFAULT_STEPS
    telling: TellingPolicy = field(default_factory=TellingPolicy)
    silences: SilencePolicy = field(default_factory=SilencePolicy)
    watching: WatchPolicy = field(default_factory=WatchPolicy)
    texts: tuple[str, ...] = ()
    """Texts (``lang/variant``) that every draft carries beside ``vi/full``, without anybody asking for them."""


DEFAULT_OFFICE = OfficePolicy()
"""An office that has written no policy of its own."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Law and office together, as they stood on one day: everything the clocks of an incident follow."""

    version: str
    law_version: str
    limits: tuple[LegalLimit, ...]
    targets: tuple[LevelTarget, ...]
    steps: tuple[EscalationStep, ...]
    quiet_hours: QuietHours | None = None

    def target(self, level: int) -> LevelTarget:
        """The internal targets of one severity level."""
        return next(t for t in self.targets if t.level == level)

    def chain(self, rule: str) -> tuple[EscalationStep, ...]:
        """The steps of one clock, in their order. Whoever may let words go is told as soon as these wait for it."""
        at_once = (EscalationStep(0, Wake.RESPONSIBLE),) if rule == Leg.RELEASE else ()
        return (*at_once, *(step for step in self.steps if step.concerns(rule)))

    def quiet_at(self, level: int) -> QuietHours | None:
        """The quiet hours that hold for an incident of ``level``."""
        return self.quiet_hours if level < LEVEL_WITHOUT_QUIET else None

    def with_limits_of(self, other: Policy) -> Policy:
        """This policy with the legal limits of ``other`` too; of each the shorter one, for none is ever lengthened."""
        limits = {limit.rule: limit for limit in self.limits}
        for limit in other.limits:
            known = limits.get(limit.rule)
            if known is None or limit.limit < known.limit:
                limits[limit.rule] = limit
        return replace(self, limits=tuple(limits.values()))

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the canonical JSON: the name under which the policy is kept."""
        canonical = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The policy as it is kept; periods in whole seconds."""
        quiet = self.quiet_hours
        return {
            "version": self.version,
            "law_version": self.law_version,
            "limits": [
                {
                    "rule": limit.rule,
                    "basis": limit.basis,
                    "starts_at": limit.starts_at,
                    "limit": _seconds(limit.limit),
                    "law": _seconds(limit.law),
                }
                for limit in self.limits
            ],
            "targets": [
                {"level": t.level, "name_vi": t.name_vi, "name_en": t.name_en}
                | {name: _seconds(getattr(t, name)) for name in _PERIODS}
                for t in self.targets
            ],
            "steps": [{"at": step.at, "wake": step.wake.value, "legs": list(step.legs)} for step in self.steps],
            "quiet_hours": None if quiet is None else [quiet.start.isoformat(), quiet.end.isoformat()],
        }

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Policy:
        """The policy that :meth:`to_json` wrote."""
        quiet = kept["quiet_hours"]
        return Policy(
            version=kept["version"],
            law_version=kept["law_version"],
            limits=tuple(
                LegalLimit(
                    limit["rule"],
                    limit["basis"],
                    limit["starts_at"],
                    timedelta(seconds=limit["limit"]),
                    timedelta(seconds=limit["law"]),
                )
                for limit in kept["limits"]
            ),
            targets=tuple(
                LevelTarget(
                    level=t["level"],
                    name_vi=t["name_vi"],
                    name_en=t["name_en"],
                    **{name: timedelta(seconds=t[name]) for name in _PERIODS},
                )
                for t in kept["targets"]
            ),
            steps=tuple(EscalationStep(s["at"], Wake(s["wake"]), tuple(s["legs"])) for s in kept["steps"]),
            quiet_hours=None if quiet is None else QuietHours(*(time.fromisoformat(hour) for hour in quiet)),
        )


_PERIODS = ("acknowledge", "draft", "approve", "next_update")


def _seconds(period: timedelta) -> int:
    return int(period.total_seconds())
