"""Words are shown to the character on the pages where they are decided upon."""

from __future__ import annotations

import pytest

from bot.web.unseen import shown


@pytest.mark.parametrize(
    "hidden",
    ["\u200b", "\u202e", "\u00ad", "\u0007", "\ufff9", "\u3164", "\u115f", "\u2800", "\u034f", "\ufe01", "\U000e0101"],
)
def test_what_nobody_can_see_is_named(hidden: str) -> None:
    assert str(shown(f"Nước{hidden} sạch")) == f'Nước<span class="unseen">U+{ord(hidden):04X}</span> sạch'


@pytest.mark.parametrize("odd", ["\ufe0f", "\u2028", "\u2029", "\uffff"])
def test_so_is_what_ends_a_line_or_colours_a_letter(odd: str) -> None:
    assert str(shown(f"Nước{odd} sạch")) == f'Nước<span class="unseen">U+{ord(odd):04X}</span> sạch'


@pytest.mark.parametrize("plain", ["Nước sạch.\n\tHết", "Cảnh báo ⚠\ufe0f lũ", "Nuoc co\u0309"])
def test_what_everybody_sees_stays_as_it_is(plain: str) -> None:
    assert str(shown(plain)) == plain


def test_a_second_sign_behind_a_symbol_is_one_too_many() -> None:
    assert str(shown("⚠\ufe0f\ufe0f")) == '⚠\ufe0f<span class="unseen">U+FE0F</span>'


def test_marks_of_a_page_are_escaped() -> None:
    assert str(shown("<b>&")) == "&lt;b&gt;&amp;"
