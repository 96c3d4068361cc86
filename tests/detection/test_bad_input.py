"""Whatever is fed, the state stays sound, and no feed can make the detector cry."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.detection.calendar import UTC_ONLY
from bot.detection.counting import Count, Refusal, refusal
from bot.detection.detector import Detector
from bot.detection.series import LARGEST, Series
from tests.detection.topics import BIN, MIDNIGHT, usual

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
values = st.one_of(
    st.none(),
    st.integers(0, 50).map(float),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([-1.0, 1e12, 1e300, 0.5, 2.5, math.nan]),
)
steps = st.one_of(
    st.just(BIN),
    st.just(BIN),
    st.just(BIN),
    st.sampled_from([0.0, -BIN, 60.0, 3600.0, 86_400.0, 1e9, -1e9, 1e15, math.nan]),
)


@few
@given(st.lists(st.tuples(steps, values), max_size=150))
def test_any_rows_leave_the_answers_sound(rows: list[tuple[float, float | None]]) -> None:
    series, at = Series(UTC_ONLY), MIDNIGHT
    for step, value in rows:
        answer = series.read(at + step, value)
        if math.isfinite(step) and abs(step) < 1e8:
            at += step
        assert 0 <= answer.score < 1
        assert answer.spike == (answer.score >= 0.5)
        assert math.isfinite(answer.expected)
        assert 0 <= answer.low <= answer.expected <= answer.high < math.inf


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(steps, values), min_size=1, max_size=40), st.integers(0, 3))
def test_after_any_rows_a_usual_topic_is_soon_judged_as_usual_again(
    rows: list[tuple[float, float | None]], seed: int
) -> None:
    series, at = Series(UTC_ONLY), MIDNIGHT
    for count in usual(2, seed=seed):
        series.read(at, float(count))
        at += BIN
    for step, value in rows:
        series.read(at + step, value)
    counts = usual(2, seed=seed + 10)
    spikes = 0
    for count in counts:
        at += BIN
        answer = series.read(at, float(count))
        spikes += answer.spike
    assert spikes <= 3
    assert answer.expected < 60


@few
@given(st.lists(st.lists(values.map(lambda v: math.nan if v is None else v), min_size=3, max_size=3), max_size=60))
def test_any_counts_leave_a_state_that_is_finite_and_survives_a_restart(bins: list[list[float]]) -> None:
    detector = Detector(3, BIN, UTC_ONLY)
    for row, counts in enumerate(bins):
        clean = [c if 0 <= c <= LARGEST else math.nan for c in counts]  # what the port in front lets through
        tick = detector.tick(MIDNIGHT + row * BIN, np.array(clean))
        for part in (tick.score, tick.relative, tick.expected, tick.low, tick.high, tick.spread):
            assert np.isfinite(part).all()
    again = Detector.from_bytes(detector.state_bytes())
    assert again.state_bytes() == detector.state_bytes()


def test_a_stray_row_from_the_future_does_not_shut_out_the_present() -> None:
    series = Series(UTC_ONLY)
    for row, count in enumerate(usual(1)):
        series.read(MIDNIGHT + row * BIN, float(count))
    assert series.read(MIDNIGHT + 10 * 365 * 86_400, 5).note == "jump"
    assert series.read(MIDNIGHT + 288 * BIN, 3).note is None


def test_a_clock_set_back_for_good_is_believed_in_the_end() -> None:
    series = Series(UTC_ONLY)
    for row, count in enumerate(usual(1)):
        series.read(MIDNIGHT + row * BIN, float(count))
    notes = [series.read(MIDNIGHT - 86_400 + row * BIN, 3.0).note for row in range(40)]
    assert notes[0] == "out_of_order"
    assert notes[-1] is None


def test_a_new_bin_length_is_found_out() -> None:
    series, at = Series(UTC_ONLY), MIDNIGHT
    for count in usual(1):
        series.read(at, float(count))
        at += BIN
    for _ in range(30):
        series.read(at, 48.0)
        at += 3600
    assert series.seconds == 3600


def test_what_a_feed_may_not_send_is_refused_with_a_reason() -> None:
    now = MIDNIGHT + 600
    assert refusal(Count("nước sạch", MIDNIGHT, 300, 3.5), now) is None
    refused = {
        Refusal.NO_NAME: Count("  ", MIDNIGHT, 300, 3),
        Refusal.NAME_TOO_LONG: Count("a" * 10_000, MIDNIGHT, 300, 3),
        Refusal.NOT_A_NUMBER: Count("b", MIDNIGHT, 300, math.nan),
        Refusal.NEGATIVE: Count("b", MIDNIGHT, 300, 3, negative=-1),
        Refusal.TOO_LARGE: Count("b", MIDNIGHT, 300, math.inf),
        Refusal.LENGTH: Count("b", MIDNIGHT, 1, 3),
        Refusal.IN_THE_FUTURE: Count("b", MIDNIGHT + 86_400, 300, 3),
        Refusal.NO_TIME: Count("b", math.nan, 300, 3),
    }
    for why, count in refused.items():
        assert refusal(count, now) is why
