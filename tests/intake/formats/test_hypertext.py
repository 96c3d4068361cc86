"""Words out of HTML, and never more time than the length of it deserves."""

from __future__ import annotations

import time

import pytest

from bot.intake.formats.hypertext import words_of


def test_words_and_links_are_found_and_markup_is_not() -> None:
    page = (
        "<html><head><title>x</title><style>p{color:red}</style></head><body><!-- hidden -->"
        "<p>Nước &amp; <b>dầu</b></p>"
        "<script>alert('<p>no</p>')</script><a class=k href='https://bao.example.vn/a?x=1'>tin</a><br>hết"
    )
    assert words_of(page, links=True) == "Nước & dầu\nhttps://bao.example.vn/a?x=1 tin\nhết"
    assert words_of(page) == "Nước & dầu\ntin\nhết"
    assert words_of("  hai   từ ") == "hai từ"


@pytest.mark.parametrize("piece", ["<a", "<!--", "<![", "&#", "</", '<a b="', "<script>", "<a href=", "<p>"])
def test_hostile_markup_takes_no_time(piece: str) -> None:
    began = time.process_time()
    words_of(piece * 300_000, links=True)
    assert time.process_time() - began < 5
