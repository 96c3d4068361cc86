"""Words are compared by their letters alone."""

from __future__ import annotations

import pytest

from bot.model.plain_latin import plain_latin


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Đập  Đá-Bạc… XẢ lũ!", "dap  da-bac… xa lu!"),
        ("Đa\u0323\u0302p", "dap"),
        ("Straße", "strasse"),
        ("ＭẬＴ", "ｍaｔ"),
        ("", ""),
    ],
)
def test_words_are_compared_without_case_and_diacritics(written: str, compared: str) -> None:
    assert plain_latin(written) == compared
