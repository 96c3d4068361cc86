"""From JSON to counts, or to the reason why an item is none. Nothing is guessed at."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from bot.detection.counting import LONGEST_NAME, Count, Refusal
from bot.intake.body import BeyondMeasure, NotJson, parse
from bot.intake.formats.native import LOCAL
from bot.intake.privacy import without_persons
from bot.intake.secrecy import bears_a_mark
from bot.model.reasons import Reason

MOST_SOURCES: Final = 50
_LONGEST_SOURCE: Final = 64
_FEELINGS: Final = ("negative", "positive", "neutral")


class Unreadable(StrEnum):
    """Why an item is no count at all; what a count may hold is in :class:`bot.detection.counting.Refusal`."""

    NOT_AN_OBJECT = "not_an_object"
    NO_TIME = Refusal.NO_TIME.value
    NO_LENGTH = Refusal.LENGTH.value
    NO_COUNT = Refusal.NOT_A_NUMBER.value
    FEELINGS = "sentiment_unclear"
    FEELINGS_EXCEED = "sentiment_exceeds_count"
    SOURCES = "sources_unclear"
    MARKED_SECRET = Reason.MARKED_SECRET.value


@dataclass(frozen=True, slots=True)
class Brought:
    """A count as it was brought, with where the mentions were found."""

    count: Count
    by_source: Mapping[str, float] = field(default_factory=dict)


def read_body(body: bytes) -> list[Brought | Unreadable]:
    """Read what one request brought: an array is many items, anything else is one.

    Raises:
        NotJson: it is none, or nested too deep.
    """
    value = parse(body)
    try:
        return [read(item) for item in (value if isinstance(value, list) else [value])]
    except RecursionError:
        raise NotJson("nested too deep") from None


def read(value: Any) -> Brought | Unreadable:
    """Read one item.

    Whole and fractional counts are taken: sampled and weighted ones are fractional. A time without zone is Vietnamese
    time (DESIGN §5). Unknown fields are ignored.
    """
    if not isinstance(value, dict):
        return Unreadable.NOT_AN_OBJECT
    if bears_a_mark(value, json.dumps(value, ensure_ascii=False)):
        return Unreadable.MARKED_SECRET
    start, seconds, count = _instant(value.get("start")), _number(value.get("seconds")), _number(value.get("count"))
    if start is None:
        return Unreadable.NO_TIME
    if seconds is None or not math.isfinite(seconds) or seconds != int(seconds):
        return Unreadable.NO_LENGTH
    if count is None:
        return Unreadable.NO_COUNT
    feelings = _numbers(value.get("by_sentiment"), len(_FEELINGS))
    if feelings is None or not feelings.keys() <= set(_FEELINGS):
        return Unreadable.FEELINGS
    if feelings and sum(feelings.values()) > max(count, 0.0) * 1.001 + 1e-6:
        return Unreadable.FEELINGS_EXCEED
    sources = _numbers(value.get("by_source"), MOST_SOURCES)
    if sources is None:
        return Unreadable.SOURCES
    known = {name: feelings.get(name, 0.0) if feelings else None for name in ("negative", "positive")}
    return Brought(Count(topic_name(value.get("topic")), start, seconds, count, **known), sources)


def topic_name(value: Any) -> str:
    """A topic's name as it is kept: composed letters, single spaces, nothing invisible, no link to a person's profile.

    What is far too long stays too long, so that it is refused for it; what is no text is an empty name.
    """
    if not isinstance(value, str):
        return ""
    if len(value) > 4 * LONGEST_NAME:
        return value[: 4 * LONGEST_NAME]
    letters = unicodedata.normalize("NFC", value)
    shown = "".join(" " if c.isspace() else c for c in letters if c.isspace() or unicodedata.category(c)[0] != "C")
    cleaned = without_persons({"topic": " ".join(shown.split())}).value["topic"]
    return cleaned if isinstance(cleaned, str) else ""


def _instant(value: Any) -> float | None:
    """Seconds since 1970 of an ISO 8601 time or of seconds."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC).timestamp()
        except (ValueError, OverflowError):
            return None
    number = _number(value)
    if number is None or not math.isfinite(number) or abs(number) > 1e11 or number != int(number):
        return None
    return number


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | BeyondMeasure):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _numbers(value: Any, most: int) -> dict[str, float] | None:
    """Names with counts; empty where nothing was said, None where it is something else."""
    if value is None:
        return {}
    if not isinstance(value, dict) or len(value) > most:
        return None
    found = {}
    for name, given in value.items():
        number = _number(given)
        if number is None or not math.isfinite(number) or number < 0 or not 0 < len(name) <= _LONGEST_SOURCE:
            return None
        found[name.replace("\x00", "\ufffd")] = number
    return found
