"""What a count may be, whoever brings it: the reasons for which one is refused whatever came before it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.detection.tuning import DAY

LARGEST: Final = 1e12
LONGEST_NAME: Final = 200
_AHEAD: Final = 120.0
"""A bin may end so many seconds in the future: clocks differ a little."""


class Refusal(StrEnum):
    """Why a count is refused."""

    NO_NAME = "no_name"
    NAME_TOO_LONG = "name_too_long"
    TOO_MANY_TOPICS = "too_many_topics"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    LENGTH = "length_not_60_to_86400"
    OTHER_LENGTH = "other_length_than_before"
    NOT_ALIGNED = "start_not_a_multiple_of_the_length"
    IN_THE_FUTURE = "in_the_future"
    NO_TIME = "no_time"


@dataclass(frozen=True)
class Count:
    """Mentions of a topic in a bin: `start` in seconds since 1970, `seconds` its length; feelings where known."""

    topic: str
    start: float
    seconds: float
    count: float
    negative: float | None = None
    positive: float | None = None


def refusal(count: Count, now: float) -> Refusal | None:
    """Why this count can never be taken, whatever came before it; None where it can."""
    if not count.topic.strip():
        return Refusal.NO_NAME
    if len(count.topic) > LONGEST_NAME:
        return Refusal.NAME_TOO_LONG
    if not (math.isfinite(count.start) and math.isfinite(count.seconds)):
        return Refusal.NO_TIME
    if not 60 <= count.seconds <= DAY:
        return Refusal.LENGTH
    for value in (count.count, count.negative, count.positive):
        if value is None:
            continue
        if math.isnan(value):
            return Refusal.NOT_A_NUMBER
        if value < 0:
            return Refusal.NEGATIVE
        if value > LARGEST:
            return Refusal.TOO_LARGE
    if count.start + count.seconds > now + _AHEAD:
        return Refusal.IN_THE_FUTURE
    return None
