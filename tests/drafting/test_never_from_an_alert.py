"""A promise: no number, cause, name or amount of an alert ever stands in a draft. Only a place may, as reported."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting import draft_holding
from bot.drafting.prefill import reported_place
from tests.drafting.holding import CONTEXT, shipped

numbers = st.from_regex(r"[1-9][0-9]{4,7}|[1-9][0-9]{1,3}[.,][0-9]{3}", fullmatch=True)
"""Numbers that stand in no template: hours, phone numbers and statement numbers are shorter or written otherwise."""

names = st.text(alphabet=string.ascii_uppercase, min_size=6, max_size=10)
told = st.sampled_from(
    (
        "{n} người chết do {name} gây ra",
        "xã Suối Vàng {n} công nhân nhập viện",
        "{name} bị tố nhận {n} đồng",
        "tại nhà ông {name}, thiệt hại {n}",
        "{n}",
        "thôn {n}",
        "{n}{name}",
    )
)
playbooks = st.sampled_from(sorted(shipped()))


@given(playbooks, told, numbers, names)
def test_no_number_of_an_alert_ever_stands_in_a_draft(playbook_id: str, form: str, number: str, name: str) -> None:
    """Of an alert a draft is given nothing but the place, and that through this one door (``versions.draft``)."""
    context = replace(CONTEXT, place=reported_place(form.format(n=number, name=name)))
    for text in draft_holding(shipped()[playbook_id], {}, context).texts.values():
        assert number not in text
        assert name not in text


@pytest.mark.parametrize(
    "place",
    [
        "xã Suối Vàng, 45 người nhập viện",
        "hai người chết ở xã Suối Vàng",
        "trụ sở, nơi ông A nhận 2 tỷ đồng",
        "xã Suối Vàng do lỗi của nhà máy",
        "thôn 3 người",
        "nhà ông Tư ở xã Suối Vàng",
        "khu công nghiệp Mỏ Bạc (43)",
        "x" * 81,
        "٤٥ شخص",
        "",
        "\u200b",
    ],
)
def test_a_place_that_tells_more_than_where_is_none(place: str) -> None:
    assert reported_place(place) is None


@pytest.mark.parametrize(
    "place", ["phường Sông Thượng", "thôn 3, xã Suối Vàng", "Km 12, quốc lộ 6", "khu phố 4", "số nhà 15 đường 30"]
)
def test_addresses_may_have_numbers(place: str) -> None:
    assert reported_place(place) == place
