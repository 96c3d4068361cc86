"""Sections of ``policy.yaml``: when growth is told again, what silences may do, when Keng reports about itself."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, field_validator

from bot.approval.law import Period
from bot.model.level import HIGHEST, LOWEST
from bot.model.silence import DEATHS, SilencePolicy
from bot.model.telling import TellingPolicy
from bot.model.watching import WatchPolicy
from bot.playbooks.schema import Text
from bot.playbooks.yaml_files import Section

_TELLING, _SILENCES, _WATCHING = TellingPolicy(), SilencePolicy(), WatchPolicy()

LONGEST_SILENCE = timedelta(days=92)
"""No office may allow longer ones: who knows in spring why it is quiet since winter?"""


class TellingSection(Section):
    """When a growing matter is told again. ``volume_up_by`` is in per cent of what was told last."""

    volume_up_by: int = Field(default=round(_TELLING.volume_up_by * 100), ge=10, le=1000)
    alerts_at_least: int = Field(default=_TELLING.alerts_at_least, ge=1)
    sentiment_turn: float = Field(default=_TELLING.sentiment_turn, gt=0, le=1)
    sentiment_rest: Period = _TELLING.sentiment_rest

    def value(self) -> TellingPolicy:
        """As the service reads it."""
        return TellingPolicy(self.volume_up_by / 100, self.alerts_at_least, self.sentiment_turn, self.sentiment_rest)


class SilencesSection(Section):
    """What silences and planned events may do."""

    longest: Period = _SILENCES.longest
    longest_planned: Period = _SILENCES.longest_planned
    ahead: Period = _SILENCES.ahead
    wide_from: int = Field(default=_SILENCES.wide_from, ge=0)
    through_severity: int | None = Field(default=_SILENCES.through_severity, ge=LOWEST, le=HIGHEST)
    through_deaths: bool = _SILENCES.through_deaths
    through_drills: bool = _SILENCES.through_drills
    deaths: list[Text] = Field(default_factory=lambda: list(DEATHS))

    @field_validator("longest", "longest_planned")
    @classmethod
    def _ends(cls, value: timedelta) -> timedelta:
        if value > LONGEST_SILENCE:
            raise ValueError(f"longer than {LONGEST_SILENCE.days} days: a silence that nobody remembers is a danger")
        return value

    def value(self) -> SilencePolicy:
        """As the service reads it."""
        return SilencePolicy(
            longest=self.longest,
            longest_planned=self.longest_planned,
            ahead=self.ahead,
            wide_from=self.wide_from,
            through_severity=self.through_severity,
            through_deaths=self.through_deaths,
            through_drills=self.through_drills,
            deaths=tuple(self.deaths),
        )


class WatchingSection(Section):
    """When a feed counts as silent, and an alert as left lying."""

    arrivals_at_least: int = Field(default=_WATCHING.arrivals_at_least, ge=10)
    times_the_habit: float = Field(default=_WATCHING.times_the_habit, ge=1)
    silent_at_least: Period = _WATCHING.silent_at_least
    remembered: Period = _WATCHING.remembered
    lying_at_most: Period = _WATCHING.lying_at_most

    def value(self) -> WatchPolicy:
        """As the service reads it."""
        return WatchPolicy(
            arrivals_at_least=self.arrivals_at_least,
            times_the_habit=self.times_the_habit,
            silent_at_least=self.silent_at_least,
            remembered=self.remembered,
            lying_at_most=self.lying_at_most,
        )
