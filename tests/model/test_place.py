"""Places by their names of today and of before the reforms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.approval.organisation import load_organisation
from bot.model.alert import Location
from bot.model.place import PlaceFound, PlaceReason, plain
from bot.playbooks import default_playbooks_folder

OFFICE = load_organisation(default_playbooks_folder() / "organisation" / "sample")
TODAY = datetime(2026, 11, 22, tzinfo=UTC)
BEFORE = datetime(2025, 3, 1, tzinfo=UTC)


def found(text: str | None, at: datetime = TODAY, **location: str) -> PlaceFound:
    return OFFICE.places.resolve(Location(text=text, **location), OFFICE.units, at)


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("phường Bến Nứa", "phuong-ben-nua", PlaceReason.NAMED_TODAY),
        ("nhà máy ở P. Bến Nứa", "phuong-ben-nua", PlaceReason.NAMED_TODAY),
        ("phuong ben nua", "phuong-ben-nua", PlaceReason.NAMED_TODAY),
        ("thôn 4, xã Suối Vàng, tỉnh Thượng Giang", "xa-suoi-vang", PlaceReason.NAMED_TODAY),
        ("thị trấn Suối Vàng", "xa-suoi-vang", PlaceReason.OLD_NAME),
        ("TT. Suối Vàng", "xa-suoi-vang", PlaceReason.OLD_NAME),
        ("xã An Lộc, huyện Suối Vàng", "xa-an-loc-thuong", PlaceReason.OLD_NAME),
        ("xã An Lộc Thượng", "xa-an-loc-thuong", PlaceReason.NAMED_TODAY),
        ("huyện Đồi Thông", "xa-doi-thong", PlaceReason.OLD_NAME),
        ("tỉnh Thượng Lâm", "ubnd-tinh", PlaceReason.OLD_NAME),
        ("xã Tân Hòa, huyện Đồi Thông", "xa-doi-thong", PlaceReason.OLD_NAME),
        ("Tân Hòa (TX Bến Nứa)", "phuong-ben-nua", PlaceReason.OLD_NAME),
        ("gần cầu An Lộc Thượng", "xa-an-loc-thuong", PlaceReason.NAMED_TODAY),
    ],
)
def test_a_name_of_any_day_resolves_to_todays_unit(text: str, unit: str, reason: PlaceReason) -> None:
    assert (found(text).unit, found(text).reason) == (unit, reason)


def test_one_name_for_two_places_is_a_question_and_not_a_guess() -> None:
    answer = found("xã Tân Hòa")
    assert (answer.unit, answer.reason) == (None, PlaceReason.AMBIGUOUS)
    assert set(answer.candidates) == {"xa-doi-thong", "phuong-ben-nua"}


def test_a_district_that_was_divided_names_its_communes() -> None:
    answer = found("huyện Suối Vàng")
    assert (answer.unit, answer.reason) == (None, PlaceReason.DIVIDED)
    assert answer.candidates == ("xa-suoi-vang", "xa-an-loc-thuong")


def test_the_statistical_code_decides_before_the_words() -> None:
    answer = found("xã Suối Vàng", ward_code="99004")
    assert (answer.unit, answer.reason) == ("xa-doi-thong", PlaceReason.BY_CODE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, PlaceReason.NONE_GIVEN),
        ("  ", PlaceReason.NONE_GIVEN),
        ("Hà Nội", PlaceReason.UNKNOWN),
        ("xã", PlaceReason.UNKNOWN),
        ("🙂" * 500, PlaceReason.UNKNOWN),
    ],
)
def test_what_is_no_place_of_ours_is_said_to_be_none(text: str | None, reason: PlaceReason) -> None:
    assert found(text).reason is reason


def test_as_of_a_day_before_the_reform_the_old_unit_answers() -> None:
    assert found("xã An Lộc", BEFORE).unit == "xa-an-loc"
    assert found("tỉnh Thượng Lâm", BEFORE).unit == "ubnd-thuong-lam"


def test_short_forms_are_written_out_and_ordinary_words_left_alone() -> None:
    assert plain("TP. Thượng Giang, H.Đồi Thông") == "thanh pho thuong giang huyen doi thong"
    assert plain("hơn 40 học sinh ở lớp 1.A") == "hon 40 hoc sinh o lop 1 a"
