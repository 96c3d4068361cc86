"""Read aloud: hours, dates, numbers, telephone numbers and abbreviations in words; no number becomes another."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.aloud import read_aloud, unread_abbreviations
from tests.drafting.holding import shipped

FORMS = shipped()["flood-storm"].statements.aloud


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Đến 14h30, trước 18h00", "Đến 14 giờ 30 phút, trước 18 giờ"),
        ("lúc 08:05, từ 7h", "lúc 8 giờ 5 phút, từ 7 giờ"),
        ("ngày 05/01/2026", "ngày 5 tháng 1 năm 2026"),
        ("từ ngày 22/11, 2/9/2026", "từ ngày 22 tháng 11, ngày 2 tháng 9 năm 2026"),
        ("tổng đài 1800 8108, 19001234", "tổng đài 1800, 8108, 1900, 1234"),
        ("từ 7h-9h30", "từ 7 giờ đến 9 giờ 30 phút"),
        ("gọi 0200 3000 115", "gọi 0200, 3000, 115"),
        ("gọi 02003000115.", "gọi 02003, 000, 115."),
        ("gọi +84 912 345 678", "gọi 0, 912, 345, 678"),
        ("gọi 114 hoặc 115", "gọi 114 hoặc 115"),
        ("12.500 hộ, 1.250.000 đồng", "12 nghìn 500 hộ, 1 triệu 250 nghìn đồng"),
        ("3,5 m3/s và 120km/h", "3 phẩy 5 mét khối trên giây và 120 ki-lô-mét trên giờ"),
        ("giảm 30%, 38°C", "giảm 30 phần trăm, 38 độ C"),
        ("10-15 người", "10 đến 15 người"),
        ("UBND xã và CSGT.", "Ủy ban nhân dân xã và Cảnh sát giao thông."),
        ("TP. Hạ Giang, TP Hạ Giang", "thành phố Hạ Giang, thành phố Hạ Giang"),
        ("QL 6, KCN Mỏ Bạc", "quốc lộ 6, khu công nghiệp Mỏ Bạc"),
        ("43 người (đến 14h10); hết", "43 người, đến 14 giờ 10 phút; hết"),
        ("cập nhật tại https://thuonggiang.example/thong-cao.", "cập nhật."),
        # What looks like an hour and is none.
        ("so với thông tin số 1: 43 người", "so với thông tin số 1: 43 người"),
        ("tỷ lệ 1:43:10", "tỷ lệ 1:43:10"),
        ("nhà số 25h30", "nhà số 25h30"),
        ("ngày 40/13", "ngày 40/13"),
        ("tỷ lệ 3/4, trực 24/7", "tỷ lệ 3/4, trực 24/7"),
    ],
)
def test_how_it_is_read(written: str, said: str) -> None:
    assert read_aloud(written, FORMS) == said


def test_what_nobody_can_read_is_named() -> None:
    assert unread_abbreviations("Công ty ABC và UBND; ABC") == ("ABC", "UBND")
    assert unread_abbreviations(read_aloud("Sở VHTTDL, Sở NN&MT", FORMS)) == ()


@given(st.lists(st.tuples(st.integers(0, 99_999), st.sampled_from(["người", "hộ", "nhà; ", "xã, ", ": ", "km "]))))
def test_no_number_becomes_another(parts: list[tuple[int, str]]) -> None:
    written = " ".join(f"{number} {word}" for number, word in parts)
    assert re.findall(r"\d+", read_aloud(written, FORMS)) == re.findall(r"\d+", written)
