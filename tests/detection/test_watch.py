"""Signals: what is told of a topic, and why."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from bot.detection.calendar import UTC_ONLY
from bot.detection.forecast import Forecaster
from bot.detection.watch import Kind, Signal, Watch, Why
from tests.detection.topics import BIN, MIDNIGHT

RNG = np.random.default_rng


class Desk:
    """A watch of three topics with feelings, and what it has said."""

    def __init__(self) -> None:
        self.watch = Watch(3, BIN, UTC_ONLY)
        self.row = 0
        self.rng = RNG(5)

    def see(self, bins: int, rate: float = 6.0, negative: float = 0.2, positive: float = 0.3) -> list[Signal]:
        """So many bins of all three topics, with these shares of feeling in the first."""
        said = []
        for _ in range(bins):
            totals = self.rng.poisson([rate, 6.0, 6.0])
            bad = self.rng.binomial(totals, [negative, 0.2, 0.2])
            good = self.rng.binomial(totals - bad, [min(1.0, positive / max(1e-9, 1 - negative)), 0.375, 0.375])
            said += self.watch.tick(MIDNIGHT + self.row * BIN, totals, bad, good)
            self.row += 1
        return said


@cache
def _six_days() -> tuple[bytes, dict[str, object]]:
    desk = Desk()
    desk.see(288 * 6)
    return desk.watch.state_bytes(), desk.rng.bit_generator.state


def watched() -> Desk:
    """A desk that has watched for six days."""
    desk = Desk()
    state, chance = _six_days()
    desk.watch, desk.row = Watch.from_bytes(state), 288 * 6
    desk.rng.bit_generator.state = chance
    return desk


@pytest.fixture
def desk() -> Desk:
    return watched()


def of(said: list[Signal], kind: Kind) -> list[Signal]:
    return [signal for signal in said if signal.kind is kind]


def test_a_usual_week_says_nothing(desk: Desk) -> None:
    assert len(desk.see(288 * 4)) <= 1


def test_a_spike_says_how_much_was_seen_and_expected_since_when_and_why(desk: Desk) -> None:
    (signal,) = of(desk.see(4, rate=60), Kind.SPIKE)
    assert signal.topic == 0
    assert signal.why is Why.ABOVE_OWN_DAILY_MAXIMA
    assert signal.observed > 50
    assert signal.factor == pytest.approx(signal.observed / signal.expected)
    assert signal.at - 4 * BIN <= signal.since < signal.at


def test_anger_without_more_mentions_is_a_negative_spike_and_a_shift(desk: Desk) -> None:
    said = desk.see(72, negative=0.9, positive=0.05)
    assert not of(said, Kind.SPIKE)
    assert not of(said, Kind.POSITIVE_SPIKE)
    (shift,) = of(said, Kind.SENTIMENT_SHIFT)
    assert of(said, Kind.NEGATIVE_SPIKE)
    assert shift.why is Why.NEGATIVE_SHARE_ROSE
    assert shift.observed > shift.expected
    assert 0 < shift.low < shift.observed - shift.expected < shift.high


def test_praise_is_a_positive_spike(desk: Desk) -> None:
    said = desk.see(72, rate=25, negative=0.02, positive=0.95)
    assert of(said, Kind.POSITIVE_SPIKE)
    assert not of(said, Kind.NEGATIVE_SPIKE)


def test_a_few_angry_voices_are_no_shift(desk: Desk) -> None:
    assert not of(desk.see(12, rate=1, negative=0.9, positive=0.0), Kind.SENTIMENT_SHIFT)


def test_a_topic_that_falls_silent_is_told_once_with_what_is_overdue(desk: Desk) -> None:
    said = desk.see(288, rate=0)
    (signal,) = of(said, Kind.FELL_SILENT)
    assert signal.observed == 0
    assert signal.expected >= 10
    assert of(desk.see(3, rate=6), Kind.FELL_SILENT) == []
    assert len(of(desk.see(100, rate=0), Kind.FELL_SILENT)) == 1, "heard again, silent again"


def test_a_feed_that_stops_is_a_gap_and_no_silence(desk: Desk) -> None:
    said = []
    for _ in range(200):
        said += desk.watch.tick(MIDNIGHT + desk.row * BIN, np.full(3, np.nan))
        desk.row += 1
    assert said == []


def test_a_topic_added_later_is_new_with_its_fifth_mention(desk: Desk) -> None:
    desk.watch.grow(4)
    said = []
    for _ in range(8):
        said += desk.watch.tick(MIDNIGHT + desk.row * BIN, np.array([6, 6, 6, 1]))
        desk.row += 1
    (signal,) = of(said, Kind.NEW_TOPIC)
    assert signal.topic == 3


def test_on_the_first_day_not_everything_is_new() -> None:
    assert not of(Desk().see(288), Kind.NEW_TOPIC)


def test_without_feelings_it_watches_mentions_all_the_same() -> None:
    watch = Watch(1, BIN, UTC_ONLY)
    said = []
    for row, count in enumerate([*RNG(1).poisson(6, 288 * 4), 80]):
        said += watch.tick(MIDNIGHT + row * BIN, np.array([count]))
    assert [signal.kind for signal in said] == [Kind.SPIKE]


def test_a_restart_changes_nothing_that_is_said(desk: Desk) -> None:
    other = watched()
    desk.see(50)
    other.see(50)
    other.watch = Watch.from_bytes(other.watch.state_bytes())
    assert desk.see(100, rate=20, negative=0.7) == other.see(100, rate=20, negative=0.7)
    assert desk.watch.state_bytes() == other.watch.state_bytes()


def test_a_topic_takes_less_than_a_kilobyte() -> None:
    assert Watch(1, 60).bytes_a_topic + Forecaster(1).bytes_a_topic <= 1024
