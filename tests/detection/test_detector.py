"""What a topic must do to alert, and what must not make it."""

from __future__ import annotations

import numpy as np
import pytest

from bot.detection.calendar import Calendar
from bot.detection.detector import Detector
from bot.detection.state import StateError
from bot.detection.tuning import Sensitivity
from tests.detection.topics import BIN, MIDNIGHT, Run, usual

NAN = float("nan")


def watched(days: int = 7, rate: float = 4.0, seed: int = 1) -> Run:
    run = Run()
    run.see(*usual(days, rate, seed))
    run.alerts.clear()
    return run


def test_a_tenfold_rise_alerts_in_its_first_bin() -> None:
    run = watched()
    assert run.see(40) == 1


def test_a_usual_week_alerts_at_most_once() -> None:
    run = watched()
    assert run.see(*usual(7, seed=2)) <= 1


def test_a_climb_within_an_hour_is_found_before_it_has_peaked() -> None:
    run = watched()
    assert run.see(*(4 + 3 * np.arange(9))) >= 1


def test_after_an_alert_a_day_of_silence_unless_it_gets_twice_as_bad() -> None:
    run = watched()
    run.see(40)
    assert run.see(*[45] * 36) == 0
    assert run.see(*[2000] * 3) == 1, "an escalation is heard"
    assert run.see(*[2000] * 24) == 0


def test_five_mentions_within_an_hour_wake_a_topic_that_was_silent_for_days() -> None:
    run = Run()
    run.see(*[0] * 864)
    assert run.see(1, 0, 1, 1, 0, 1) == 0
    assert run.see(1, 0) == 1


def test_four_mentions_alert_nobody() -> None:
    run = Run()
    run.see(*[0] * 864)
    assert run.see(4, *[0] * 24) == 0


def test_in_the_first_three_hours_nothing_alerts() -> None:
    run = Run()
    assert run.see(*[3] * 12, *[400] * 23) == 0


def test_a_gap_is_no_zero() -> None:
    seen, missed = watched(), watched()
    seen.see(*[0] * 144)
    missed.see(*[NAN] * 144)
    seen.see(4)
    missed.see(4)
    assert missed.expected > 1.5 * seen.expected


@pytest.mark.parametrize("gap", [3, 40, 288 * 3])
def test_after_a_gap_a_backlog_delivered_in_one_bin_alerts_nobody(gap: int) -> None:
    run = watched()
    run.skip(max(gap, 12))
    assert run.see(4 * gap) == 0
    assert run.see(*usual(1, seed=3)[:48]) == 0


def test_after_a_gap_a_real_rise_is_found_within_a_quarter_of_an_hour() -> None:
    run = watched()
    run.skip(100)
    assert run.see(60, 60, 60) == 1


def test_a_storm_of_topics_does_not_follow_a_gap_of_all() -> None:
    topics = np.stack([usual(6, rate, seed) for seed, rate in enumerate(np.geomspace(0.05, 50, 200))], axis=1)
    detector = Detector(200, BIN)
    alerts = 0
    for row, counts in enumerate(topics[: 288 * 5]):
        detector.tick(MIDNIGHT + row * BIN, counts)
    for row in range(288 * 5 + 100, 288 * 6):
        alerts += int(detector.tick(MIDNIGHT + row * BIN, topics[row]).spike.sum())
    assert alerts <= 6


def test_a_new_usual_level_is_learned_within_three_days() -> None:
    run = watched()
    run.see(*usual(3, rate=40, seed=5))
    assert run.expected > 0.6 * 40 * 0.4
    assert run.see(*usual(1, rate=40, seed=6)) == 0


def test_one_absurd_count_does_not_poison_the_baseline() -> None:
    run = watched()
    before = run.expected
    run.see(1e12)
    assert run.see(*usual(1, seed=3)) == 0
    assert run.expected < 3 * before
    run.alerts.clear()
    run.see(*usual(1, seed=4))
    assert run.see(80) == 1, "and the next crisis is still found"


def test_an_absurd_first_count_is_forgotten_within_two_days() -> None:
    run = Run()
    run.see(1e12, *usual(2, seed=3))
    assert run.expected < 20
    run.see(*usual(2, seed=4))
    assert run.see(60) == 1


def test_nothing_of_the_future_is_used() -> None:
    counts = usual(4, seed=8)
    short, long = Run(), Run()
    scores: list[list[float]] = [[], []]
    for run, end, found in ((short, 800, scores[0]), (long, 1100, scores[1])):
        for count in counts[:end]:
            run.see(count)
            found.append(run.score)
    assert scores[0] == scores[1][:800]


def test_a_restart_at_any_moment_changes_no_decision() -> None:
    counts = usual(5, rate=2, seed=9)
    counts[1000:1020] += 40
    whole, cut = Run(), Run()
    for row, count in enumerate(counts):
        whole.see(count)
        cut.see(count)
        assert (cut.score, cut.expected) == (whole.score, whole.expected)
        if row % 97 == 0:
            cut.detector = Detector.from_bytes(cut.detector.state_bytes())
    assert whole.alerts == cut.alerts
    assert whole.detector.state_bytes() == cut.detector.state_bytes()


def test_a_damaged_state_is_refused() -> None:
    data = bytearray(watched(1).detector.state_bytes())
    data[200] ^= 1
    with pytest.raises(StateError):
        Detector.from_bytes(bytes(data))
    with pytest.raises(StateError):
        Detector.from_bytes(b"")


def test_topics_do_not_know_of_each_other() -> None:
    counts = np.stack([usual(3, rate, seed) for seed, rate in enumerate((0.1, 2, 30))], axis=1).astype(float)
    counts[700:, 1] = NAN
    together = Detector(3, BIN)
    alone = [Detector(1, BIN) for _ in range(3)]
    for row, bin_counts in enumerate(counts):
        tick = together.tick(MIDNIGHT + row * BIN, bin_counts)
        for topic, detector in enumerate(alone):
            score = detector.tick(MIDNIGHT + row * BIN, bin_counts[topic : topic + 1]).score[0]
            assert score == pytest.approx(tick.score[topic], rel=1e-5, abs=1e-6)


def test_topics_can_be_added_while_it_runs() -> None:
    run = watched()
    expected = run.expected
    run.detector.grow(3)
    tick = run.detector.tick(run.at, np.array([4, 1, 1]))
    assert tick.expected[0] == pytest.approx(expected, rel=0.2)
    assert tick.expected[1] < 1


def test_sensitivity_says_how_easily_a_topic_alerts() -> None:
    counts = {}
    for sensitivity in Sensitivity:
        run = Run()
        run.detector.set_sensitivity(0, sensitivity)
        run.see(*usual(7))
        run.alerts.clear()
        for day in range(14):
            rise = usual(1, seed=20 + day)
            rise[150:156] = (rise[150:156] * 3.2).astype(int)
            run.see(*rise)
        counts[sensitivity] = len(run.alerts)
    assert counts[Sensitivity.FEW] < counts[Sensitivity.BALANCED] < counts[Sensitivity.MANY]


@pytest.mark.parametrize(("seconds", "bins"), [(900.0, 96), (3600.0, 24), (14400.0, 6), (86400.0, 1)])
def test_longer_bins_up_to_a_day_find_a_fivefold_rise_and_little_else(seconds: float, bins: int) -> None:
    run = Run(seconds)
    counts = usual(60, rate=1200 / bins, seed=4, bins=bins)
    run.see(*counts)
    assert len(run.alerts) <= 3
    assert run.see(5 * float(counts[-1]) + 50) == 1


def test_tet_is_expected_to_be_like_a_sunday() -> None:
    """In 2025 the days off began on Monday 27 January; the topic sleeps on Sundays."""
    run = Run(calendar=Calendar())
    run.at = MIDNIGHT + 17 * 3600  # midnight in Vietnam, Thursday 2 January
    mornings = []
    for day in range(26):
        counts = np.random.default_rng(day).poisson(1 if day % 7 == 3 else 10, 288)
        run.see(counts[0])
        mornings.append(run.expected)
        run.see(*counts[1:])
    assert mornings[18] > 7, "Monday 20 January"
    assert mornings[25] < 0.6 * mornings[18], "Monday 27 January, the first holiday of Tết"


def test_a_bin_that_is_not_later_is_refused() -> None:
    run = watched(1)
    with pytest.raises(ValueError, match="after"):
        run.detector.tick(run.at - BIN, np.array([1.0]))
