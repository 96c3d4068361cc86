"""What is said of a forecast, and of the curve after a statement."""

from __future__ import annotations

import numpy as np
import pytest

from bot.detection.bend import Negative, Shares, Volume, bend
from bot.detection.forecast import Forecast, NoForecast
from bot.detection.outlook import Confidence, Direction, outlook
from bot.locale import number
from bot.locale.curve import bend_sentence, outlook_sentence


def forecast(median: float, spread: float = 1.5, at_alert: bool = False) -> Forecast:
    line = np.full(24, median)
    wide = spread**1.5
    return Forecast(0.0, line / wide, line / spread, line, line * spread, line * wide, at_alert)


def test_it_says_rising_only_where_the_whole_band_rises() -> None:
    assert outlook(forecast(100), 30).direction is Direction.RISING
    assert outlook(forecast(40), 30).direction is Direction.UNCLEAR
    assert outlook(forecast(10), 30).direction is Direction.FALLING


def test_a_wide_band_is_told_with_low_confidence_and_an_alert_never_with_high() -> None:
    assert outlook(forecast(100, 2.5), 30).confidence is Confidence.LOW
    assert outlook(forecast(100, 1.1), 30).confidence is Confidence.HIGH
    assert outlook(forecast(100, 1.1, at_alert=True), 30).confidence is Confidence.MIDDLE


def test_the_sentence_names_direction_range_hours_and_confidence() -> None:
    assert (
        outlook_sentence(outlook(forecast(90, 1.8, at_alert=True), 30), "vi")
        == "Đang tăng: 3 giờ tới có thể gấp 1,7–5,4 lần giờ vừa qua; độ tin cậy thấp."
    )
    assert "1.7–5.4 times" in outlook_sentence(outlook(forecast(90, 1.8), 30), "en")
    assert outlook_sentence(NoForecast.NOT_ENOUGH_HISTORY, "vi").startswith("Chưa đủ dữ liệu")


@pytest.mark.parametrize(("hourly", "volume"), [(10, Volume.BELOW), (100, Volume.AS_EXPECTED), (300, Volume.ABOVE)])
def test_the_curve_is_held_against_the_forecast_from_before_the_statement(hourly: int, volume: Volume) -> None:
    found = bend(forecast(100), np.full(6, float(hourly)))
    assert found.volume is volume
    assert found.observed == 6 * hourly
    sentence = bend_sentence(found, "vi")
    assert "không chứng minh" in sentence
    assert number("vi", 6 * hourly) in sentence


def test_thousands_are_written_as_the_language_writes_them() -> None:
    found = bend(forecast(2_000), np.full(6, 250.0))
    assert bend_sentence(found, "vi").startswith("Trong 6 giờ kể từ khi công bố thông tin có 1.500 lượt đề cập")
    assert "1,500" in bend_sentence(found, "en")
    assert "từ 3.556 đến 8.000 lượt" in outlook_sentence(outlook(forecast(16_000 / 3), 5_000), "vi")


def test_two_hours_are_too_early_and_hours_not_seen_do_not_count() -> None:
    found = bend(forecast(100), np.array([1.0, np.nan, 1.0, np.nan]))
    assert found.volume is Volume.TOO_EARLY
    assert found.hours == 2
    assert "không chứng minh" not in bend_sentence(found, "vi")
    assert bend(forecast(100), np.array([1.0, np.nan, 1.0, 1.0])).low == pytest.approx(200, abs=1)


def test_the_negative_share_is_called_changed_only_where_chance_does_not_explain_it() -> None:
    fell = bend(forecast(100), np.full(4, 90.0), (Shares(80, 100), Shares(20, 100)))
    assert fell.negative is Negative.FELL
    assert "từ 79% xuống 21%" in bend_sentence(fell, "vi")
    assert bend(forecast(100), np.full(4, 90.0), (Shares(50, 100), Shares(55, 100))).negative is Negative.UNCLEAR
    assert bend(forecast(100), np.full(4, 90.0), (Shares(4, 5), Shares(1, 5))).negative is Negative.UNKNOWN
    assert bend(forecast(100), np.full(4, 90.0), (Shares(20, 100), Shares(80, 100))).negative is Negative.ROSE
