"""All that is watched in a topic, as signals: the port through which the rest of Keng will hear of rising topics."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bot.detection import feelings, presence
from bot.detection.calendar import Calendar
from bot.detection.detector import Detector
from bot.detection.judging import Tick
from bot.detection.state import Array, Fields, StateError, batches, joined, pack, unpack
from bot.detection.tuning import HOUR


class Kind(StrEnum):
    """What happened."""

    SPIKE = "spike"
    NEGATIVE_SPIKE = "negative_spike"
    POSITIVE_SPIKE = "positive_spike"
    SENTIMENT_SHIFT = "sentiment_shift"
    NEW_TOPIC = "new_topic"
    FELL_SILENT = "fell_silent"


class Why(StrEnum):
    """The reason code of a signal."""

    ABOVE_OWN_DAILY_MAXIMA = "above_own_daily_maxima"
    TWICE_AS_BAD_AS_ALERTED = "twice_as_bad_as_alerted"
    NEGATIVE_SHARE_ROSE = "negative_share_rose"
    NEGATIVE_SHARE_FELL = "negative_share_fell"
    FIVE_FIRST_MENTIONS_IN_A_DAY = "five_first_mentions_in_a_day"
    MENTIONS_OVERDUE = "mentions_overdue"


@dataclass(frozen=True)
class Signal:
    """One topic, one thing that happened in one bin.

    Attributes:
        topic: its number.
        kind: what happened.
        why: the reason code.
        at: the end of the bin, seconds since 1970.
        observed: mentions of about the last hour, fading (or the bin, where it is longer); negative or positive ones of
            about four hours; for a shift the negative share of the last hours.
        expected: what that should have been.
        factor: observed over expected; 1 where expected is 0.
        score: the topic's own deviations above its usual daily maximum; 0 where the kind has none.
        since: when the rise began, seconds since 1970.
        low: for a shift, the difference of shares lies between `low` and `high` with 95 % certainty; else the range of
            nineteen of twenty bins.
        high: see `low`.
    """

    topic: int
    kind: Kind
    why: Why
    at: float
    observed: float
    expected: float
    factor: float
    score: float
    since: float
    low: float
    high: float


class Watch:
    """Spikes, feelings, new and silent topics of many topics that share a bin length.

    Attributes:
        latest: what was expected of the latest bin, and how it was judged; None before the first since it was made.
    """

    def __init__(self, topics: int, seconds: float, calendar: Calendar | None = None) -> None:
        self._since: float | None = None
        self.latest: Tick | None = None
        self._lay(Detector(topics, seconds, calendar))

    def _lay(self, detector: Detector, matrix: Array | None = None) -> None:
        self.detector = detector
        own = (*feelings.fields(detector.seconds, detector.tuning), *presence.FIELDS, ("raised", 1))
        self._fields = Fields(own)
        self._matrix = self._fields.empty(detector.topics) if matrix is None else matrix
        views = self._fields.views(self._matrix)
        self._feelings = [
            (at, feelings.Feelings(self._fields.views(self._matrix[:, at]), detector.seconds, detector.tuning))
            for at in batches(self._matrix.shape[1])
        ]
        self._presence = presence.Presence(views, detector.seconds)
        self._raised = views["raised"]

    def tick(
        self, start: float, totals: np.ndarray, negative: np.ndarray | None = None, positive: np.ndarray | None = None
    ) -> list[Signal]:
        """Judge a closed bin of all topics; NaN where a topic, or its feelings, were not seen.

        Raises:
            ValueError: not later than the bin before.
        """
        detector = self.detector
        day = detector.day
        total = np.asarray(totals, dtype=np.float32)
        before = detector.last_alert_ages()
        missed = detector.missed(start)
        tick = self.latest = detector.tick(start, total)
        if day is not None and detector.day != day:
            for _, part in self._feelings:
                part.close_day()
        unknown = np.full_like(total, np.nan)
        bad = unknown if negative is None else np.asarray(negative, dtype=np.float32)
        good = unknown if positive is None else np.asarray(positive, dtype=np.float32)
        felt = joined([part.tick(bad[at], good[at], total[at], tick.part(at), missed) for at, part in self._feelings])
        known = np.isfinite(total).astype(np.float32)
        seen = np.where(known > 0, total, np.float32(0))
        running = 0.0 if self._since is None else start - self._since
        self._since = start if self._since is None else self._since
        new, silent, overdue = self._presence.tick(seen, tick.expected, tick.spread, known, tick.judged, running)
        self._raised += np.float32(detector.seconds * (1 + missed))
        self._raised *= tick.score > 0
        found: list[Signal] = []
        for topic in np.flatnonzero(tick.spike):
            again = before[topic] < detector.tuning.silence
            why = Why.TWICE_AS_BAD_AS_ALERTED if again else Why.ABOVE_OWN_DAILY_MAXIMA
            hour = self.detector.last_hour(int(topic))
            found.append(self._signal(int(topic), start, tick, Kind.SPIKE, why, float(tick.score[topic]), *hour))
        why = Why.ABOVE_OWN_DAILY_MAXIMA
        for kind, spikes, scores, saw, due in (
            (Kind.NEGATIVE_SPIKE, felt.negative, felt.negative_score, felt.negative_seen, felt.negative_expected),
            (Kind.POSITIVE_SPIKE, felt.positive, felt.positive_score, felt.positive_seen, felt.positive_expected),
        ):
            for n in map(int, np.flatnonzero(spikes)):
                found.append(self._signal(n, start, tick, kind, why, float(scores[n]), float(saw[n]), float(due[n])))
        found += [self._shift(int(topic), start, felt) for topic in np.flatnonzero(felt.shift)]
        for topic in np.flatnonzero(new):
            hour = self.detector.last_hour(int(topic))
            why = Why.FIVE_FIRST_MENTIONS_IN_A_DAY
            found.append(self._signal(int(topic), start, tick, Kind.NEW_TOPIC, why, 0.0, *hour))
        for topic in np.flatnonzero(silent):
            due_now, why = float(overdue[topic]), Why.MENTIONS_OVERDUE
            found.append(self._signal(int(topic), start, tick, Kind.FELL_SILENT, why, 0.0, 0.0, due_now))
        return found

    def _signal(
        self,
        topic: int,
        start: float,
        tick: Tick,
        kind: Kind,
        why: Why,
        score: float,
        observed: float,
        expected: float,
    ) -> Signal:
        end = start + self.detector.seconds
        return Signal(
            topic,
            kind,
            why,
            end,
            observed,
            expected,
            observed / expected if expected > 0 else 1.0,
            score,
            end - max(self.detector.seconds, float(self._raised[topic])),
            float(tick.low[topic]),
            float(tick.high[topic]),
        )

    def _shift(self, topic: int, start: float, felt: feelings.Felt) -> Signal:
        now, usual = float(felt.share_now[topic]), float(felt.share_usual[topic])
        why = Why.NEGATIVE_SHARE_ROSE if now > usual else Why.NEGATIVE_SHARE_FELL
        low, high = float(felt.low[topic]), float(felt.high[topic])
        end = start + self.detector.seconds
        return Signal(topic, Kind.SENTIMENT_SHIFT, why, end, now, usual, now / usual, 0.0, end - 4 * HOUR, low, high)

    @property
    def bytes_a_topic(self) -> int:
        """Size of a topic's state."""
        return self.detector.bytes_a_topic + self._fields.rows * 4

    def set_back(self, start: float) -> None:
        """Go on from the bin that began at `start`: a clock had run ahead and was set right."""
        self.detector.set_back(start)

    def grow(self, topics: int) -> None:
        """Make room for so many topics in all; the new ones know nothing yet."""
        self.detector.grow(topics)
        more = self._fields.empty(topics - self._matrix.shape[1])
        self._lay(self.detector, np.concatenate([self._matrix, more], axis=1))

    def state_bytes(self) -> bytes:
        """Everything that decides; `from_bytes` goes on exactly as this would."""
        inner = self.detector.state_bytes()
        return (
            len(inner).to_bytes(8, "little")
            + inner
            + pack({"layout": self._fields.layout, "since": self._since}, self._matrix)
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Watch:
        """The watch whose state that is.

        Raises:
            StateError: damaged, or of another version.
        """
        cut = 8 + int.from_bytes(data[:8], "little")
        detector = Detector.from_bytes(data[8:cut])
        header, matrix = unpack(data[cut:])
        made = cls.__new__(cls)
        made._since, made.latest = header["since"], None
        made._lay(detector, matrix)
        if [list(field) for field in made._fields.layout] != header["layout"]:
            raise StateError("the state of another version")
        return made
