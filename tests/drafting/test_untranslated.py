"""Vietnamese words in an English text are found, names stay, and English is left in peace."""

from __future__ import annotations

import unicodedata

import pytest

from bot.drafting.untranslated import vietnamese_words

NAMES = ("Nguyễn Văn Phát", "phường Sông Thượng", "Sông Thượng")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The supply is now ngừng cấp.", ("ngừng cấp",)),
        ("The affected areas are tổ 3 và chợ Sông Thượng.", ("tổ 3 và chợ",)),
        ("Nguyễn Văn Phát, Chánh Văn phòng, Người phát ngôn, Thuong Giang", ("Chánh Văn phòng", "Người phát ngôn")),
        ("In PHƯỜNG SÔNG THƯỢNG, 43 people fell ill; two cafes closed.", ()),
        ("Nguyễn Văn Phát, Spokesperson, said the naïve façade fell (El Niño, Zürich).", ()),
        ("now ngừng cấp; again ngừng cấp", ("ngừng cấp",)),
        ("Contact: 0200 3000 115, https://thuonggiang.example/thong-cao", ()),
        ("", ()),
    ],
)
def test_runs_of_vietnamese_words_are_named_and_names_stay(text: str, left: tuple[str, ...]) -> None:
    assert vietnamese_words(text, NAMES) == left


def test_letters_in_their_parts_are_the_same_letters() -> None:
    text = unicodedata.normalize("NFD", "supply ngừng cấp at Sông Thượng")
    assert vietnamese_words(text, NAMES) == ("ngừng cấp",)
