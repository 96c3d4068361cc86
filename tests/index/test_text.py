from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import MAX_CHARACTERS, clean, fold, passage, syllables

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))  # lone surrogates included


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ngộ độc", "ngo doc"),
        ("ĐƯỜNG sắt", "duong sat"),
        (unicodedata.normalize("NFD", "Ướt"), "uot"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_folding_takes_case_and_diacritics_away(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_folding_keeps_other_scripts() -> None:
    assert fold("水 កម្ពុជា") == unicodedata.normalize("NFKD", "水 កម្ពុជា")


def test_syllables_keep_the_way_they_were_written() -> None:
    assert syllables("Nước máy, #sap_cau!") == [("nuoc", "Nước"), ("may", "máy"), ("sap", "sap"), ("cau", "cau")]


def test_cleaning_removes_addresses_controls_and_invisible_characters() -> None:
    assert clean("Xem\x00 https://a.vn/x?y=1 ng\u200bay\u202e \ud800 www.b.vn đi\n\n") == "Xem ngay đi"


def test_a_passage_does_not_repeat_itself() -> None:
    assert passage("Cháy chợ", "Cháy chợ Bến Nứa", "Cháy chợ Bến Nứa lúc rạng sáng") == "Cháy chợ Bến Nứa lúc rạng sáng"
    assert passage("Cháy chợ", "", "Nhiều ki ốt bị thiêu") == "Cháy chợ. Nhiều ki ốt bị thiêu"


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_passage_is_short_and_can_be_written_as_utf_8(title: str, summary: str, text: str) -> None:
    found = passage(title, summary, text)
    assert len(found) <= MAX_CHARACTERS
    found.encode("utf-8")
    syllables(found)
