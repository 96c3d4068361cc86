"""Readings as an index would give them, without one."""

from __future__ import annotations

import numpy as np

from bot.grouping import Said, hear
from bot.grouping.hearing import Vector
from bot.model.alert import Alert
from index import Match, MatchReason, Reading, passage
from index.lexical import terms_of

COMMON_SYLLABLE, PAIR = 3.5, 8.0
"""Rarities: no example has the pairs of these tests, and many have the syllables."""


def direction(degrees: float) -> Vector:
    angle = np.radians(degrees)
    return np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)


def reading(
    alert: Alert, playbook: str | None = None, vector: Vector | None = None, *, sure: float = 0.97, space: str = "model"
) -> Reading:
    """What an index might read in an alert: ``playbook`` fits it, or none does."""
    match = Match(playbook, sure, (), MatchReason.CLEAR_MATCH if playbook else MatchReason.NOTHING_FITS)
    terms = {t: PAIR if " " in t else COMMON_SYLLABLE for t, _ in terms_of(passage(alert.title, alert.summary, ""))}
    kinds = {playbook: sure} if playbook else {}
    none = 1.0 - sure if playbook else 0.9
    return Reading(match, direction(0) if vector is None else vector, space, kinds, none, terms)


def heard(
    alert: Alert, playbook: str | None = None, vector: Vector | None = None, *, sure: float = 0.97, space: str = "model"
) -> Said:
    return hear(alert, reading(alert, playbook, vector, sure=sure, space=space))
