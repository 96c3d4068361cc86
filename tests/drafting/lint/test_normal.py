"""A text is read as a person sees it, and every place in it is known in the text as it was written."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.lint.letters import variants
from bot.drafting.lint.normal import normal
from bot.drafting.lint.sentences import paragraph, sentence_at, sentences

PHRASE = "thế lực thù địch"


@pytest.mark.parametrize(
    "written",
    [
        PHRASE,
        unicodedata.normalize("NFD", PHRASE),
        PHRASE.replace("ế", "ê\u0301").replace("ị", "i\u0323"),
        "t\u200bh\u200bế l\u00adực th\u2060ù đị\ufeffch",
        "thế  lực\u00a0thù\u3000địch",
        "ｔｈế ｌực ｔｈù địｃｈ",
        "тһế lực тһù địсһ",
        "𝐭𝐡ế lực 𝒕𝒉ù đị𝓬𝓱",
        "t\u0336h\u0336ế l\u0336ự\u0336c thù đ\u034fịch",
        "t\u2063h\u2063ế l\u2063ự\u2063c thù địch",
    ],
)
def test_every_disguise_is_read_as_the_words_themselves(written: str) -> None:
    assert normal(written).text == normal(PHRASE).text


def test_old_and_new_places_of_the_tone_are_one_spelling() -> None:
    assert normal("hòa thủy kỹ lý").text == normal("hoà thuỷ kĩ lí").text
    assert normal("quý").text == normal("qúy").text


def test_letters_set_apart_are_one_word() -> None:
    assert normal("bọn p h ả n đ ộ n g này").text == "bọn phảnđộng này"
    assert normal("mục a, b, c và d").text == "mục a, b, c và d"


def test_a_nought_in_a_word_is_an_o() -> None:
    assert normal("th0i").text == "thoi"
    assert normal("10 người, lúc 10h05").text == "10 người, lúc 10h05"


@given(st.text(alphabet=st.sampled_from("aếđ ị\u0323\u0301\u200b\u00adоｔ\n.\u0336ﬁ…1２"), max_size=60))
def test_each_letter_knows_where_it_stands(text: str) -> None:
    read = normal(text)
    assert len(read.text) == len(read.starts) == len(read.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(read.starts, read.ends, strict=True))
    assert list(read.starts) == sorted(read.starts)
    assert list(read.ends) == sorted(read.ends)


@given(st.text(max_size=200))
def test_whatever_is_written_can_be_read(text: str) -> None:
    read = normal(text)
    for position in range(len(read.text)):
        start, end = read.original(position, position + 1)
        assert text[start:end]


def test_careless_forms_leave_marks_out_and_never_contradict() -> None:
    assert set(variants("ệ")) == set("ệêẹe")
    assert "ẽ" in variants("ẻ")
    assert "é" not in variants("ẻ")
    assert variants("đ") == "đd"
    assert variants("a") == "a"


@given(st.text(alphabet="Aa.bđ ?!…\n-1TP:;”", max_size=120))
def test_sentences_are_exact_cuts_of_the_text_in_order(text: str) -> None:
    found = sentences(text)
    assert all(text[s.start : s.end] == s.text for s in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    covered = "".join(s.text for s in found)
    assert "".join(covered.split()) == "".join(text.split())


def test_a_stop_inside_a_name_or_a_number_ends_nothing() -> None:
    text = "UBND TP. Sông Thượng chi 1.200.000 đồng. Ông A. B. Cường ký. 1. Việc đang làm.\n- Sơ tán\n- Cứu hộ"
    assert [s.text for s in sentences(text)] == [
        "UBND TP. Sông Thượng chi 1.200.000 đồng.",
        "Ông A. B. Cường ký.",
        "1. Việc đang làm.",
        "- Sơ tán",
        "- Cứu hộ",
    ]


def test_a_place_between_sentences_belongs_to_the_one_before() -> None:
    found = sentences("Một câu.  Hai câu.")
    at = sentence_at(found, 9)
    assert at is not None
    assert at.text == "Một câu."
    assert paragraph("Một.\n\nHai.\n\nBa.", 7) == (6, 10)
