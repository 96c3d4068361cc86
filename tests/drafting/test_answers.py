"""Answers as people type them: the value, whose it is, and until when it holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.drafting.answers import Answer, read_answer

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
"""14h30 in Viet Nam."""

TEN_PAST = datetime(2026, 11, 22, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kind", "read"),
    [
        ("43", "count", Answer("43")),
        ("43; nguồn: Sở Y tế; đến 14h10", "count", Answer("43", "Sở Y tế", TEN_PAST)),
        ("43; đến 14:10 ; Nguồn Bệnh viện tỉnh", "count", Answer("43", "Bệnh viện tỉnh", TEN_PAST)),
        ("43 người, tính đến 14 giờ 10", "count", Answer("43 người", "", TEN_PAST)),
        ("43 (đến 14h10)", "count", Answer("43", "", TEN_PAST)),
        ("43; as of 14:10", "count", Answer("43", "", TEN_PAST)),
        ("43; den 14h10 ngày 22/11", "count", Answer("43", "", TEN_PAST)),
        ("đã dừng; từ trưa", "text", Answer("đã dừng; từ trưa")),
        ("mở cửa đến 18h00", "text", Answer("mở cửa đến 18h00")),
        ("đến 14h10", "text", Answer("đến 14h10")),
        ("nguồn: Sở Y tế", "text", Answer("nguồn: Sở Y tế")),
        ("  ; ;  ", "text", Answer("")),
    ],
)
def test_the_parts_of_an_answer(typed: str, kind: str, read: Answer) -> None:
    assert read_answer(typed, NOW, kind) == read


@pytest.mark.parametrize("hour", ["15h", "23h50", "31h00", "14h75", "10h 30/2", "9h 23/11/2026"])
def test_an_hour_still_to_come_or_of_no_clock_is_said_to_be_unclear(hour: str) -> None:
    read = read_answer(f"43; đến {hour}", NOW, "count")
    assert (read.value, read.as_of) == ("43", None)
    assert read.unclear


def test_after_midnight_an_hour_of_last_evening_is_understood() -> None:
    past_midnight = datetime(2026, 11, 22, 17, 10, tzinfo=UTC)
    assert read_answer("43; đến 23h50", past_midnight).as_of == datetime(2026, 11, 22, 16, 50, tzinfo=UTC)


def test_what_nobody_sees_and_what_reorders_is_not_kept() -> None:
    assert read_answer("4\u200b3\u202e 21\x00\u2066", NOW).value == "43 21"
