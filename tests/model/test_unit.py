"""Units stand below one another: what concerns one concerns all that are below it."""

from __future__ import annotations

import pytest

from bot.model.unit import Unit, is_within_any

UNITS = (
    Unit("tinh", "Tỉnh", "Province"),
    Unit("so-y-te", "Sở Y tế", "Department of Health", parent="tinh"),
    Unit("benh-vien", "Bệnh viện", "Hospital", parent="so-y-te"),
    Unit("cong-an", "Công an tỉnh", "Police", parent="tinh"),
)


@pytest.mark.parametrize(
    ("unit", "others", "is_within"),
    [
        ("so-y-te", {"so-y-te", "cong-an"}, True),
        ("benh-vien", {"so-y-te", "cong-an"}, True),
        ("so-y-te", {"benh-vien", "cong-an"}, False),
        ("so-y-te", set(), False),
        ("khong-con", {"khong-con"}, True),
        ("khong-con", {"tinh"}, False),
    ],
    ids=["itself", "below one", "above one", "of none", "in no file, itself", "in no file"],
)
def test_a_unit_is_within_several_when_it_is_one_or_below_one(unit: str, others: set[str], is_within: bool) -> None:
    assert is_within_any(UNITS, unit, others) is is_within
