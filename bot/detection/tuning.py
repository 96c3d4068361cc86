"""The one fixed setting of the detector, chosen on development simulations (ADR 0023), and the sensitivities."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

HOUR: Final = 3600
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY


class Sensitivity(StrEnum):
    """How easily a topic alerts."""

    FEW = "few"
    BALANCED = "balanced"
    MANY = "many"


THRESHOLDS: Final = {Sensitivity.FEW: 1.8, Sensitivity.BALANCED: 1.5, Sensitivity.MANY: 1.0}
"""Scores from which each sensitivity alerts; a score is a number of the topic's own deviations (see `calibration`)."""


@dataclass(frozen=True)
class Tuning:
    """Constants of the detector. Times in seconds, so that one setting serves bins of five minutes and of a day.

    Attributes:
        level_half_life: after this long half of what is known of the level is from later.
        season_half_life: the same for hour of day, weekday and holidays.
        season_days: a season's slot is believed against 1 as if this many usual days had been seen before.
        season_mentions: and as if so many mentions had been seen in it.
        spread_half_life: of the dispersion.
        clip: counts teach up to this many deviations above what was expected.
        restless_from: after a score above this a bin teaches the dispersion and the band only
        restless_share: this much: a crisis says little of how widely usual days scatter.
        rate_prior: mentions an hour that even a silent topic may have.
        windows: the time scales; those shorter than a bin are left out.
        maxima_half_life: of the daily maxima.
        maxima_prior_days: what is known of a topic's daily maxima before it has had any is worth this many days.
        maxima_floor: a topic's daily maxima deviate at least this much.
        min_count: mentions within about four hours below which nothing alerts.
        min_extra: mentions above what was expected, in the window that stands out most, below which nothing alerts.
        min_ratio: times the expected below which nothing alerts.
        warm_up: nothing alerts before this much was observed, nor before `warm_up_bins` bins.
        cold_days: until so many days were observed the threshold is higher, by `cold_factor` at first.
        silence: after an alert the topic is silent this long, unless the score is `escalation` times the alerted one
            and the latest bins are `escalation_height` times as far above the expected.
        utmost: a bin counts in the windows up to this many times the expected, or a single absurd one would fill them
            for days.
        long_gap: after a gap of this length (and three bins) the next `settling_bins` bins are not judged.
        holiday_factor: threshold on a public holiday until the topic has seen two of them.
    """

    level_half_life: float = 1.0 * DAY
    season_half_life: float = 35.0 * DAY
    season_days: float = 1.0
    season_mentions: float = 4.0
    spread_half_life: float = 2.0 * DAY
    clip: float = 3.0
    restless_from: float = 0.5
    restless_share: float = 0.2
    rate_prior: float = 0.25
    windows: tuple[float, ...] = (0.0, 900.0, 3600.0, 14400.0)
    maxima_half_life: float = 28.0 * DAY
    maxima_prior_days: float = 2.0
    maxima_floor: float = 0.3
    min_count: float = 4.4
    min_extra: float = 3.0
    min_ratio: float = 2.5
    warm_up: float = 3.0 * HOUR
    warm_up_bins: int = 12
    cold_days: float = 3.0
    cold_factor: float = 1.5
    silence: float = 1.0 * DAY
    escalation: float = 2.0
    escalation_height: float = 1.5
    utmost: float = 200.0
    long_gap: float = 1.0 * HOUR
    settling_bins: int = 2
    holiday_factor: float = 1.25


FIXED: Final = Tuning()
