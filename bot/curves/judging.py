"""One stream being judged: its watch and its forecaster, bin after bin, hour after hour. Pure but for its own state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from bot.detection.forecast import Forecast, Forecaster, NoForecast
from bot.detection.tuning import HOUR, Sensitivity
from bot.detection.watch import Kind, Signal, Watch
from bot.store.counts import Stream, Topic
from bot.store.mention_counts import Counted

SEEN_OF_AN_HOUR: Final = 0.5
"""An hour is known where at least this share of its bins was counted; the rest is taken to be like it."""

Bins = Mapping[int, Sequence[Counted]]
"""What was counted, by the start of the bin."""


@dataclass(frozen=True, slots=True)
class Rise:
    """Something the detector said, and the forecast of that moment where the topic was rising."""

    signal: Signal
    recent: float
    forecast: Forecast | NoForecast | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging came to: what was said, what was expected (slot, bin, low, high), where the stream stands."""

    stream: Stream
    rises: tuple[Rise, ...]
    expected: tuple[tuple[int, int, float, float], ...]


class Held:
    """The state of one stream in memory; exactly what the store has, or thrown away."""

    def __init__(self, stream: Stream, watch: bytes | None, forecaster: bytes | None) -> None:
        """Take up the state as it was kept, or begin.

        Raises:
            StateError: it is damaged, or of another version.
        """
        self.stream = stream
        self.watch = Watch(0, stream.seconds) if watch is None else Watch.from_bytes(watch)
        self.forecaster: Forecaster | None = None
        if stream.seconds <= HOUR:
            self.forecaster = Forecaster(0) if forecaster is None else Forecaster.from_bytes(forecaster)

    def fit(self, topics: Sequence[Topic]) -> None:
        """Make room for the topics and take over how easily each alerts."""
        number = max((topic.slot + 1 for topic in topics), default=0)
        if number > self.watch.detector.topics:
            self.watch.grow(number)
            if self.forecaster is not None:
                self.forecaster.grow(number)
        for topic in topics:
            self.watch.detector.set_sensitivity(topic.slot, Sensitivity(topic.sensitivity))

    def judge(self, starts: Sequence[int], counted: Bins, slots: Mapping[int, int]) -> Judged:
        """Judge bins in order and learn from them.

        Args:
            starts: of the bins.
            counted: what was counted in them, and from the beginning of the hour before the first of them on.
            slots: the slot of each topic, by its number.
        """
        rises: list[Rise] = []
        expected: list[tuple[int, int, float, float]] = []
        for start in starts:
            self._teach_hours_before(start, counted, slots)
            totals, negative, positive = self._arrays(counted.get(start, ()), slots)
            for signal in self.watch.tick(start, totals, negative, positive):
                recent = self.recent(signal.topic, start + self.stream.seconds, counted, slots)
                forecast: Forecast | NoForecast | None = None
                if signal.kind in (Kind.SPIKE, Kind.NEGATIVE_SPIKE, Kind.NEW_TOPIC):
                    at_alert = signal.kind is Kind.SPIKE
                    forecast = self.forecast(signal.topic, start + self.stream.seconds, recent, at_alert=at_alert)
                rises.append(Rise(signal, recent, forecast))
            tick = self.watch.latest
            if tick is not None:
                for slot in map(int, np.flatnonzero(np.isfinite(totals))):
                    expected.append((slot, start, float(tick.low[slot]), float(tick.high[slot])))
            self.stream = replace(self.stream, closed=start)
            if (start + self.stream.seconds) % HOUR == 0:
                self._teach(start + self.stream.seconds - HOUR, counted, slots)
        return Judged(self.stream, tuple(rises), tuple(expected))

    def set_back(self, start: int) -> None:
        """The clock had run ahead and was set right: go on from the bin that began at ``start``."""
        self.watch.set_back(start)
        hour = start // HOUR * HOUR - HOUR
        if self.forecaster is not None and self.stream.hour is not None:
            self.forecaster.set_back(hour)
        self.stream = replace(self.stream, closed=start, hour=None if self.stream.hour is None else hour)

    def forecast(self, slot: int, now: float, recent: float, *, at_alert: bool = False) -> Forecast | NoForecast:
        """The 24 hours from ``now``, or why there is no forecast."""
        if self.forecaster is None:
            return NoForecast.BINS_TOO_LONG
        if slot >= self.watch.detector.topics:
            return NoForecast.NOT_ENOUGH_HISTORY
        return self.forecaster.forecast(slot, now, recent, at_alert=at_alert)

    def recent(self, slot: int, end: float, counted: Bins, slots: Mapping[int, int]) -> float:
        """Mentions of the hour before ``end``, as far as they were counted."""
        of_topic = {topic for topic, at in slots.items() if at == slot}
        first = end - max(HOUR, self.stream.seconds)
        return sum(
            one.count
            for start, ones in counted.items()
            if first <= start < end
            for one in ones
            if one.topic_id in of_topic
        )

    def _arrays(
        self, counted: Sequence[Counted], slots: Mapping[int, int]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Totals, negative and positive mentions by slot; NaN where nothing was said."""
        found = np.full((3, self.watch.detector.topics), np.nan, dtype=np.float32)
        for one in counted:
            slot = slots.get(one.topic_id)
            if slot is not None:
                values = (one.count, one.negative, one.positive)
                found[:, slot] = [np.nan if value is None else value for value in values]
        return found[0], found[1], found[2]

    def _teach_hours_before(self, start: int, counted: Bins, slots: Mapping[int, int]) -> None:
        """Hours whose last bin was not counted are learned when the next one begins."""
        hours = {at // HOUR * HOUR for at in counted if at // HOUR * HOUR + HOUR <= start}
        for hour in sorted(hours):
            self._teach(hour, counted, slots)

    def _teach(self, hour: int, counted: Bins, slots: Mapping[int, int]) -> None:
        if self.forecaster is None or (self.stream.hour is not None and hour <= self.stream.hour):
            return
        sums = np.zeros(self.watch.detector.topics, dtype=np.float32)
        bins = np.zeros_like(sums)
        for start in (at for at in counted if hour <= at < hour + HOUR):
            for one in counted[start]:
                slot = slots.get(one.topic_id)
                if slot is not None:
                    sums[slot] += one.count
                    bins[slot] += 1
        share = bins * (self.stream.seconds / HOUR)
        known = share >= SEEN_OF_AN_HOUR
        if known.any():
            self.forecaster.learn(hour, np.where(known, sums / np.maximum(share, 1e-6), np.nan))
            self.stream = replace(self.stream, hour=hour)
