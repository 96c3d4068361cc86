"""What each sensitivity would have alerted of a topic lately, and when to propose another one to a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from bot.detection.calendar import Calendar
from bot.detection.detector import Detector
from bot.detection.tuning import WEEK, Sensitivity

SHOWN: Final = 4 * WEEK
_LEAST_FALSE: Final = 3
_ORDER: Final = (Sensitivity.FEW, Sensitivity.BALANCED, Sensitivity.MANY)


class ProposalReason(StrEnum):
    """Why another sensitivity is proposed; a person decides."""

    MOSTLY_FALSE_ALARMS = "mostly_false_alarms"
    REAL_ONES_UNHEARD = "real_ones_unheard"


@dataclass(frozen=True)
class Proposal:
    """Another sensitivity, and why."""

    sensitivity: Sensitivity
    reason: ProposalReason


def preview(
    start: float, counts: np.ndarray, seconds: float, calendar: Calendar | None = None
) -> dict[Sensitivity, tuple[float, ...]]:
    """When each sensitivity would have alerted in the last four weeks of these bins; what lies before only teaches.

    Args:
        start: of the first bin, seconds since 1970.
        counts: mentions of every bin, NaN where not seen.
        seconds: the bins' length.
        calendar: whose days; None is Vietnam's.
    """
    detector = Detector(len(_ORDER), seconds, calendar)
    for topic, sensitivity in enumerate(_ORDER):
        detector.set_sensitivity(topic, sensitivity)
    found: dict[Sensitivity, list[float]] = {sensitivity: [] for sensitivity in _ORDER}
    from_on = start + len(counts) * seconds - SHOWN
    for row, count in enumerate(counts):
        at = start + row * seconds
        spike = detector.tick(at, np.full(len(_ORDER), count, dtype=np.float32)).spike
        if at >= from_on:
            for column in np.flatnonzero(spike):
                found[_ORDER[column]].append(at + seconds)
    return {sensitivity: tuple(times) for sensitivity, times in found.items()}


def propose(sensitivity: Sensitivity, alerts: int, false_alarms: int, unheard: int) -> Proposal | None:
    """What to propose after four weeks: fewer alerts where most were pressed away, more where matters went unheard.

    Args:
        sensitivity: today's.
        alerts: how many there were.
        false_alarms: how many of them somebody called false.
        unheard: incidents of the topic that people opened themselves, with no alert before.
    """
    at = _ORDER.index(sensitivity)
    if false_alarms >= _LEAST_FALSE and 2 * false_alarms > alerts and at > 0:
        return Proposal(_ORDER[at - 1], ProposalReason.MOSTLY_FALSE_ALARMS)
    if unheard >= 2 and unheard > false_alarms and at < len(_ORDER) - 1:
        return Proposal(_ORDER[at + 1], ProposalReason.REAL_ONES_UNHEARD)
    return None
