"""What a forecast promises, and when there is none."""

from __future__ import annotations

import numpy as np
import pytest

from bot.detection.calendar import UTC_ONLY
from bot.detection.forecast import Forecast, Forecaster, NoForecast
from tests.detection.topics import MIDNIGHT, usual

HOUR = 3600.0


def learned(days: int, topics: int = 4, rate: float = 40.0) -> tuple[Forecaster, np.ndarray]:
    """A forecaster that has seen so many days, and the day that follows."""
    counts = np.stack([usual(days + 1, rate, seed, bins=24) for seed in range(topics)], axis=1).astype(float)
    forecaster = Forecaster(topics, UTC_ONLY)
    for hour, row in enumerate(counts[: days * 24]):
        forecaster.learn(MIDNIGHT + hour * HOUR, row)
    return forecaster, counts[days * 24 :]


def made(
    forecaster: Forecaster, topic: int, days: int, at_alert: bool = False, recent: float | None = None
) -> Forecast:
    forecast = forecaster.forecast(topic, MIDNIGHT + days * 24 * HOUR, recent, at_alert=at_alert)
    assert isinstance(forecast, Forecast)
    return forecast


def test_with_less_than_three_days_there_is_none_and_it_says_so() -> None:
    forecaster, _ = learned(2)
    assert forecaster.forecast(0, MIDNIGHT + 48 * HOUR) is NoForecast.NOT_ENOUGH_HISTORY


def test_a_topic_not_heard_of_for_a_day_has_none_either() -> None:
    forecaster, _ = learned(4)
    assert forecaster.forecast(0, MIDNIGHT + 6 * 24 * HOUR) is NoForecast.STALE


def test_it_knows_day_from_night_and_its_bands_lie_in_order() -> None:
    forecaster, after = learned(21)
    forecast = made(forecaster, 0, 21)
    assert forecast.median[12] > 2 * forecast.median[0]
    lines = np.stack([forecast.low95, forecast.low80, forecast.median, forecast.high80, forecast.high95])
    assert (np.diff(lines, axis=0) >= 0).all()
    assert (lines >= 0).all()
    assert np.mean((after[:, 0] >= forecast.low95) & (after[:, 0] <= forecast.high95)) > 0.8


def test_the_bands_hold_about_what_they_promise() -> None:
    counts = np.stack([usual(40, rate, seed, bins=24) for seed, rate in enumerate(np.geomspace(5, 500, 12))], axis=1)
    forecaster = Forecaster(12, UTC_ONLY)
    inside80, inside95 = [], []
    for hour in range(39 * 24):
        if hour > 15 * 24 and hour % 19 == 0:
            for topic in range(12):
                forecast = forecaster.forecast(topic, MIDNIGHT + hour * HOUR)
                assert isinstance(forecast, Forecast)
                truth = counts[hour : hour + 24, topic]
                inside80.append(np.mean((truth >= forecast.low80) & (truth <= forecast.high80)))
                inside95.append(np.mean((truth >= forecast.low95) & (truth <= forecast.high95)))
        forecaster.learn(MIDNIGHT + hour * HOUR, counts[hour].astype(float))
    assert 0.76 <= np.mean(inside80) <= 0.88
    assert 0.92 <= np.mean(inside95) <= 0.985


def test_at_an_alert_it_starts_from_what_was_just_seen_and_is_wider() -> None:
    forecaster, _ = learned(14)
    calm, alarmed = made(forecaster, 0, 14), made(forecaster, 0, 14, at_alert=True, recent=600)
    assert alarmed.median[0] > 3 * calm.median[0]
    assert alarmed.high95[0] / alarmed.low95[0] > calm.high95[0] / max(1.0, calm.low95[0])
    assert alarmed.at_alert


def test_alerts_that_burned_out_teach_the_next_forecast() -> None:
    forecaster, _ = learned(14, topics=1)
    first = made(forecaster, 0, 14, at_alert=True, recent=600)
    hours = 14 * 24
    for day in range(20):
        for hour in range(24):
            forecaster.learn(MIDNIGHT + hours * HOUR, np.array([float(usual(1, 40, 50 + day, bins=24)[hour])]))
            hours += 1
        forecaster.forecast(0, MIDNIGHT + hours * HOUR, 600, at_alert=True)
    last = forecaster.forecast(0, MIDNIGHT + hours * HOUR, 600, at_alert=True)
    assert isinstance(last, Forecast)
    assert last.median[3] < 0.6 * first.median[3]


def test_a_gap_does_not_break_it() -> None:
    forecaster, _ = learned(7)
    forecaster.learn(MIDNIGHT + 7 * 24 * HOUR, np.full(4, np.nan))
    forecaster.learn(MIDNIGHT + (7 * 24 + 30) * HOUR, np.full(4, 30.0))
    forecast = forecaster.forecast(1, MIDNIGHT + (7 * 24 + 31) * HOUR)
    assert isinstance(forecast, Forecast)
    assert np.isfinite(forecast.high95).all()


def test_a_restart_changes_no_forecast() -> None:
    forecaster, after = learned(10)
    made(forecaster, 0, 10, at_alert=True, recent=300)
    again = Forecaster.from_bytes(forecaster.state_bytes())
    for one in (forecaster, again):
        one.grow(5)
        for hour, row in enumerate(after):
            one.learn(MIDNIGHT + (240 + hour) * HOUR, np.append(row, 3.0))
    assert forecaster.state_bytes() == again.state_bytes()
    np.testing.assert_array_equal(made(forecaster, 2, 11).high95, made(again, 2, 11).high95)


def test_an_hour_that_is_not_later_is_refused() -> None:
    forecaster, _ = learned(3)
    with pytest.raises(ValueError, match="after"):
        forecaster.learn(MIDNIGHT, np.ones(4))
