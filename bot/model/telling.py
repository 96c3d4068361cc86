"""What people are told beside the cards: that a matter grew and why that is said, and words of Keng about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.incident import Incident

Value = str | float | datetime | timedelta
"""What fills a hole of a sentence; each channel writes times, lengths and numbers as its reader's language does."""


class Growing(StrEnum):
    """Why people are told again of an incident that they know. The value is the key of its words: ``growing.…``."""

    LEVEL_UP = "level_up"
    VOLUME_UP = "volume_up"
    ALERTS_UP = "alerts_up"
    PRESS_JOINS = "press_joins"
    NEW_PLACE = "new_place"
    SENTIMENT_TURNS = "sentiment_turns"
    SENTIMENT_RECOVERS = "sentiment_recovers"


class Word(StrEnum):
    """What the duty room is told about Keng's own work. The value is the key of its words: ``telling.<value>``."""

    FEED_SILENT = "feed_silent"
    FEED_BACK = "feed_back"
    ALERTS_LEFT_LYING = "alerts_left_lying"
    MORE_ALERTS_LEFT_LYING = "more_alerts_left_lying"
    ALERTS_TAKEN_UP = "alerts_taken_up"
    SILENCE_ENDED = "silence_ended"
    SILENCE_ASKED = "silence_asked"
    SILENCE_MADE = "silence_made"


@dataclass(frozen=True, slots=True)
class Grown:
    """One reason with its step: what it was when people were last told (``before``) and what it is ``now``.

    Where a person did it, ``by`` is their name, and ``why`` the reason that they gave.
    """

    reason: Growing
    before: float | None = None
    now: float | None = None
    names: tuple[str, ...] = ()
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to be told once, which asks for no decision. ``key`` names it for ever, as :class:`~.notice.Notice`'s.

    With ``incident`` it says in which respects the matter has ``grown``; else ``word`` with its ``values``, and
    ``lines``, a list below it. ``request`` is one that the reader may agree to or decline. ``urgent`` brings the card.
    """

    key: str
    as_of: datetime
    incident: Incident | None = None
    grown: tuple[Grown, ...] = ()
    word: Word | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    request: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What people were last told of one incident. ``places`` are keys, ``mood`` -1, 0 or 1, None where unmeasured.

    ``seq`` counts the tellings: it names each of them for ever.
    """

    incident_id: str
    seq: int
    level: int
    volume: float | None
    unit: str
    alerts: int
    press: int
    places: tuple[str, ...]
    mood: int | None
    mood_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TellingPolicy:
    """When a growing matter is told again (``policy.yaml``, section ``telling``).

    ``volume_up_by`` is a share of the volume last told. Where no sender counts mentions, alerts are counted, and
    ``alerts_at_least`` more of them are wanted. ``sentiment_turn`` is how far from neutral (-1..1) a mood is one;
    ``sentiment_rest`` the least time between two words about it.
    """

    volume_up_by: float = 0.5
    alerts_at_least: int = 10
    sentiment_turn: float = 0.2
    sentiment_rest: timedelta = timedelta(hours=6)
