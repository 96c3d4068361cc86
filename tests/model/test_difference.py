"""What changed is told to the character, and shown so that it is seen."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.difference import Change, difference, excerpt

WORDS = st.lists(
    st.sampled_from(["nước", "máy", " ", "\n", "có", "mùi", ",", "\u200b", "7", "\t", "1.5", "o\u0301"]), max_size=30
).map("".join)


def kept(stretches: object, *changes: Change) -> str:
    return "".join(s.text for s in stretches if s.change in changes)


@given(WORDS, WORDS)
def test_the_stretches_are_both_texts_to_the_character(old: str, new: str) -> None:
    found = difference(old, new)
    assert kept(found, Change.SAME, Change.REMOVED) == old
    assert kept(found, Change.SAME, Change.ADDED) == new


def test_a_sentence_written_anew_is_one_change() -> None:
    found = difference("chia sẻ, nhất là nhà có trẻ nhỏ.", "chia sẻ, trước hết là các hộ có trẻ em.")
    assert next(s.text for s in found if s.change is Change.REMOVED) == "nhất là nhà"


def test_one_invisible_character_is_a_change() -> None:
    assert kept(difference("nước", "nư\u200bớc"), Change.ADDED) == "nư\u200bớc"


def as_line(old: str, new: str) -> str:
    """The difference on one line, what went in ``-…-``, what came in ``+…+``."""
    signs = {Change.REMOVED: "-", Change.ADDED: "+"}
    return "".join(f"{signs.get(s.change, '')}{s.text}{signs.get(s.change, '')}" for s in difference(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("có 1.250 hộ", "có 1.350 hộ", "có -1.250-+1.350+ hộ"),
        ("có 1.250 hộ", "có 1,250 hộ", "có -1.250-+1,250+ hộ"),
        ("lúc 14:30 ngày 26/11", "lúc 16:30 ngày 27/11", "lúc -14:30-+16:30+ ngày -26/11-+27/11+"),
        ("NĐ 244 Đ7.3.", "NĐ 244 Đ7.4.", "NĐ 244 -Đ7.3-+Đ7.4+."),
    ],
)
def test_a_number_a_date_and_an_hour_are_never_torn_apart(old: str, new: str, told: str) -> None:
    assert as_line(old, new) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("nấu ăn cho trẻ", "nấu ăn, cho trẻ", "nấu -ăn-+ăn,+ cho trẻ"),
        ("có 1.250, 7", "có 1.250; 7", "có -1.250,-+1.250;+ 7"),
        ("lấy mẫu, dự kiến", "lấy mẫu; kết quả dự kiến", "lấy -mẫu,-+mẫu; kết quả+ dự kiến"),
        ("dưới 5 độ", "dưới −5 độ", "dưới -5-+−5+ độ"),
        ("nguồn nước", "“nguồn nước”", "-nguồn nước-+“nguồn nước”+"),
        ("Hết.", "Hết. Xin cảm ơn.", "Hết.+ Xin cảm ơn.+"),
        ("Có mưa.", "[DIỄN TẬP] Có mưa.", "+[DIỄN TẬP] +Có mưa."),
        ("không dùng", "được dùng", "-không-+được+ dùng"),
        ("nước  máy", "nước máy", "nước-  -+ +máy"),
        ("xã Suo\u0302\u0301i Vàng", "xã Suo\u0302\u0300i Vàng", "xã -Suo\u0302\u0301i-+Suo\u0302\u0300i+ Vàng"),
        ("Lũ ⚠\ufe0f về", "Lũ ⚠ về", "Lũ -⚠\ufe0f-+⚠+ về"),
        ("Một hai.\nBa.", "Một hai.\nXe bồn.\nBa.", "Một hai.+\nXe bồn.+\nBa."),
        ("Một hai.\nXe bồn.\nBa.", "Một hai.\nBa.", "Một hai.-\nXe bồn.-\nBa."),
        ("Đến 18:00. Ba bốn.", "Đến 20:00. Xe bồn. Ba bốn.", "Đến -18:00-+20:00+.+ Xe bồn.+ Ba bốn."),
        ("nước", "nướс", "-nước-+nướс+"),
    ],
)
def test_a_change_is_shown_in_whole_syllables_and_no_larger_than_it_is(old: str, new: str, told: str) -> None:
    assert as_line(old, new) == told


@pytest.mark.parametrize(
    ("old", "new"),
    [("a " * 10_000, "a b " * 5_000), (" " * 20_000, "\n" * 20_000), (",." * 900, ".," * 900)],
    ids=["words", "spaces", "signs"],
)
def test_no_text_holds_everybody_up(old: str, new: str) -> None:
    began = time.process_time()
    found = difference(old, new)
    assert time.process_time() - began < 5
    assert kept(found, Change.SAME, Change.REMOVED) == old
    assert kept(found, Change.SAME, Change.ADDED) == new


def test_an_excerpt_shows_the_changed_lines_and_marks_what_it_leaves_out() -> None:
    old = "\n".join(f"dòng {n}" for n in range(10))
    found = excerpt(difference(old, old.replace("dòng 5", "dòng năm")))
    assert [s.change for s in found] == [
        Change.SKIPPED,
        Change.SAME,
        Change.REMOVED,
        Change.ADDED,
        Change.SAME,
        Change.SKIPPED,
    ]
    assert "dòng 4" not in kept(found, Change.SAME)


@given(WORDS, WORDS)
def test_an_excerpt_leaves_no_change_out(old: str, new: str) -> None:
    found = difference(old, new)
    shown = excerpt(found)
    assert kept(shown, Change.ADDED) == kept(found, Change.ADDED)
    assert kept(shown, Change.REMOVED) == kept(found, Change.REMOVED)
