"""An alert as every feed's format is read into it: ``spike_alert/v1`` (reference/domain.md §4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AlertStatus(StrEnum):
    """What the sender says the alert is; anything but ``actual`` makes a drill of what it opens (DESIGN §1.6)."""

    ACTUAL = "actual"
    EXERCISE = "exercise"
    TEST = "test"

    @property
    def is_drill(self) -> bool:
        """True for alerts that must never lead to a publication."""
        return self is not AlertStatus.ACTUAL


class AlertPhase(StrEnum):
    """Where in its life the sender says the matter is: CAP's message types, Alertmanager's firing and resolved."""

    NEW = "new"
    UPDATE = "update"
    CANCELLED = "cancelled"
    RESOLVED = "resolved"

    @property
    def is_end(self) -> bool:
        """True when the sender takes the alert back or says that it is over; people decide what follows from that."""
        return self in (AlertPhase.CANCELLED, AlertPhase.RESOLVED)


class AlertKind(StrEnum):
    """Why the monitoring system spoke up."""

    SPIKE = "spike"
    NEW_TOPIC = "new_topic"
    KEYWORD = "keyword"
    SENTIMENT_SHIFT = "sentiment_shift"
    EVENT = "event"
    MANUAL = "manual"


class AlertOutcome(StrEnum):
    """What became of an alert, as ``POST /v1/alerts`` and ``GET /v1/alerts/{id}`` report it."""

    ACCEPTED = "accepted"
    OPENED = "opened"
    JOINED = "joined"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    SILENCED = "silenced"
    """Held back by a silence, which ``reason`` names (``silenced:`` and its code); it can be let go."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Volume:
    """How much is being said, in ``unit`` per window; ``factor`` is observed over baseline, None without a baseline."""

    observed: float | None = None
    baseline: float | None = None
    factor: float | None = None
    z: float | None = None
    unit: str = "mentions"


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Shares of feeling, each 0..1, and a score of -1..1."""

    positive: float | None = None
    neutral: float | None = None
    negative: float | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where it is said to happen; ``text`` is what people read."""

    text: str | None = None
    province_code: str | None = None
    ward_code: str | None = None
    lat: float | None = None
    lng: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One public page that speaks of the matter; authors are dropped at the door (reference/domain.md §4.2)."""

    url: str | None = None
    title: str | None = None
    outlet: str | None = None
    type: str | None = None
    published_at: datetime | None = None
    engagement: int | None = None
    is_press: bool = False


NO_VOLUME, NO_SENTIMENT, NO_LOCATION = Volume(), Sentiment(), Location()
"""Shared by all alerts that say nothing of it: they cannot change."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert, understood. Texts are whole; they are cut only for show. Instants are aware UTC.

    ``thread`` is the sender's own name of the matter: alerts of one feed and thread belong together whatever they say.
    ``refers_to`` names earlier messages of the feed, by ``source_id`` or ``thread``, that this one is about.
    """

    id: str
    feed: str
    title: str
    received_at: datetime
    source_id: str | None = None
    status: AlertStatus = AlertStatus.ACTUAL
    kind: AlertKind = AlertKind.SPIKE
    summary: str = ""
    lang: str = "vi"
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    window_minutes: int | None = None
    volume: Volume = NO_VOLUME
    sentiment: Sentiment = NO_SENTIMENT
    reach: int | None = None
    topics: tuple[str, ...] = ()
    location: Location = NO_LOCATION
    sources: tuple[Source, ...] = ()
    severity_hint: int | None = None
    confidence: float | None = None
    phase: AlertPhase = AlertPhase.NEW
    thread: str | None = None
    refers_to: tuple[str, ...] = ()

    @property
    def earlier(self) -> tuple[str, ...]:
        """What the feed called earlier messages about the same matter."""
        return self.refers_to if self.thread is None else (self.thread, *self.refers_to)

    @property
    def names(self) -> tuple[str, ...]:
        """What the feed calls this message and its matter: later ones may refer to either."""
        return tuple(name for name in (self.source_id, self.thread) if name is not None)

    @property
    def seen_at(self) -> datetime:
        """When the matter was first seen, as far as the sender said; else when the alert reached us."""
        return self.first_seen or self.received_at

    @property
    def text(self) -> str:
        """Title and summary together, as matching and grouping read them."""
        return f"{self.title}\n{self.summary}".strip()
