"""A feed is silent when it is silent longer than its habit at that hour; storms and short histories teach nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.intake.habit import Habit, learn
from bot.model.watching import WatchPolicy

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2026, 11, 2, 0, 0, tzinfo=HERE)
POLICY = WatchPolicy()


def every(minutes: int, days: int, begin: int = 0, end: int = 24, weekends: bool = True) -> list[datetime]:
    """Arrivals at a steady pace, between two hours of the day."""
    steps = (MONDAY + timedelta(minutes=n * minutes) for n in range(days * 1440 // minutes))
    return [at for at in steps if begin <= at.hour < end and (weekends or at.weekday() < 5)]


def known(arrivals: list[datetime]) -> Habit:
    habit = learn(arrivals, POLICY)
    assert habit is not None
    return habit


def silent_after(habit: Habit, since: datetime) -> timedelta:
    """How long after an arrival the feed begins to count as silent."""
    return next(
        timedelta(minutes=m)
        for m in range(0, 14 * 1440, 5)
        if habit.is_silent(since, since + timedelta(minutes=m), POLICY)
    )


def test_a_steady_feed_is_missed_when_three_of_its_arrivals_are() -> None:
    silent = silent_after(known(every(60, 10)), MONDAY + timedelta(days=10))
    assert timedelta(hours=3) <= silent <= timedelta(hours=3.5)


def test_never_before_the_least_time_however_busy_a_feed_is() -> None:
    assert silent_after(known(every(1, 2)), MONDAY + timedelta(days=2)) == POLICY.silent_at_least


def test_a_feed_that_sleeps_at_night_is_missed_by_day_within_hours_and_not_at_night() -> None:
    habit = known(every(20, 14, begin=7, end=22))
    noon, evening = MONDAY + timedelta(days=14, hours=12), MONDAY + timedelta(days=14, hours=21, minutes=40)
    assert silent_after(habit, noon) < timedelta(hours=5)
    assert silent_after(habit, evening) > timedelta(hours=9, minutes=20), "it wakes at seven"


def test_a_feed_of_working_days_is_not_missed_on_sunday() -> None:
    habit = known(every(20, 28, begin=7, end=18, weekends=False))
    friday_evening = MONDAY + timedelta(days=4, hours=17, minutes=40)
    assert not habit.is_silent(friday_evening, friday_evening + timedelta(days=2), POLICY)
    assert habit.is_silent(friday_evening, friday_evening + timedelta(days=3, hours=2), POLICY)


def test_a_storm_of_alerts_in_a_minute_does_not_make_the_next_pause_a_silence() -> None:
    calm = every(30, 10)
    assert known(calm).usual == known(sorted({*calm, *calm})).usual


def test_a_bursty_feed_is_rarely_suspected_wrongly() -> None:
    draw = Random(20261126)
    at = MONDAY
    arrivals: list[datetime] = []
    while len(arrivals) < 3000:
        at += timedelta(minutes=draw.expovariate(1 / 15))
        arrivals.append(at.replace(second=0, microsecond=0))
    taught, later = sorted(set(arrivals[:2000])), sorted(set(arrivals[2000:]))
    habit = known(taught)
    suspected = sum(habit.is_silent(a, b, POLICY) for a, b in pairwise(later))
    assert suspected == 0


@pytest.mark.parametrize("number", [0, 1, 29])
def test_too_short_a_history_teaches_nothing(number: int) -> None:
    assert learn(every(60, 10)[:number], POLICY) is None


def test_a_history_of_one_hour_teaches_nothing() -> None:
    assert learn(every(1, 1)[:50], POLICY) is None


def test_the_office_says_how_many_times_the_habit_is_a_silence() -> None:
    habit, since = known(every(60, 10)), MONDAY + timedelta(days=10)
    after = since + timedelta(hours=3.5)
    assert habit.is_silent(since, after, POLICY)
    assert not habit.is_silent(since, after, replace(POLICY, times_the_habit=4.0))


def test_what_is_told_as_usual_is_the_usual_gap_at_that_hour() -> None:
    habit = known(every(20, 14, begin=7, end=22))
    noon, evening = MONDAY + timedelta(days=14, hours=12), MONDAY + timedelta(days=14, hours=21, minutes=40)
    assert habit.usual_until(noon) - noon < timedelta(hours=3)
    assert habit.usual_until(evening) - evening > timedelta(hours=8)


def test_a_clock_set_back_is_no_silence() -> None:
    habit = known(every(60, 10))
    assert not habit.is_silent(MONDAY + timedelta(days=10), MONDAY, POLICY)
