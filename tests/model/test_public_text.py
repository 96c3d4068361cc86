"""Words in public are found with and without accents, and a copy is known by its sentences."""

from __future__ import annotations

import time
import unicodedata

import pytest

from bot.model.public_text import (
    MAX_WORDS,
    Phrase,
    asked_for,
    loose_sha256,
    passage_digests,
    passages,
    plain_words,
    readable,
)

TEXT = "THÔNG TIN BAN ĐẦU\n\nCó 12 người đến trạm y tế. Không có người nguy kịch."


def test_a_word_without_accents_finds_both_and_one_with_accents_only_itself() -> None:
    assert asked_for("nuoc Nước") == (Phrase("nuoc", accented=False), Phrase("nước", accented=True))


def test_a_phrase_and_a_date_stay_together() -> None:
    assert asked_for('"Sông Thượng" 22/11/2026') == (
        Phrase("sông thượng", accented=True),
        Phrase("22 11 2026", accented=False),
    )


@pytest.mark.parametrize("nothing", ["", "   ", '""', "%%% ---", "\x00", "\ud800"])
def test_what_has_no_words_asks_for_nothing(nothing: str) -> None:
    assert asked_for(nothing) == ()


def test_a_long_search_is_cut() -> None:
    assert len(asked_for(" ".join(f"w{n}" for n in range(500)))) == MAX_WORDS


def test_đ_and_every_normal_form_are_one_letter() -> None:
    assert plain_words(unicodedata.normalize("NFD", "Đường, số 5")) == "duong so 5"


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.replace("\n\n", "\r\n"),
        TEXT.replace(" ", "\u00a0"),
        "  " + TEXT.replace("người", "ngư\u200bời") + "\n\n",
        unicodedata.normalize("NFD", TEXT),
        TEXT.replace("\n\n", " "),
    ],
)
def test_spaces_line_ends_and_normal_forms_make_no_other_text(copy: str) -> None:
    assert loose_sha256(copy) == loose_sha256(TEXT)


@pytest.mark.parametrize("other", [TEXT.replace("12", "1 2"), TEXT.replace("Có", "co"), TEXT + "\u202e"])
def test_everything_else_does(other: str) -> None:
    assert loose_sha256(other) != loose_sha256(TEXT)


def test_a_sentence_is_known_whatever_its_figures_and_accents() -> None:
    copy = "co 120 nguoi den tram y te!"
    assert passage_digests(copy) <= passage_digests(TEXT)


def test_halves_of_characters_are_made_readable() -> None:
    assert readable("a\ud800b").encode("utf-8").decode("utf-8") == "a\ufffdb"


@pytest.mark.parametrize("many", ["a" + "\u0301" * 60_000 + "\u0323" * 60_000, "a" + "\u0301\u0323" * 60_000])
def test_marks_piled_upon_one_letter_do_not_keep_us_busy(many: str) -> None:
    assert len(readable(many)) < 40
    assert readable("ở" + "\u0323" * 5) == unicodedata.normalize("NFC", "ở" + "\u0323" * 5), "a few are left alone"


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0"])
def test_a_long_run_of_blanks_does_not_keep_us_busy(blank: str) -> None:
    begun = time.process_time()
    passage_digests("x" + blank * 200_000 + "y")
    assert time.process_time() - begun < 2, "it takes half a minute where each blank is looked at again and again"


def test_blanks_around_a_line_end_belong_to_no_passage() -> None:
    assert passages("Một \t\n \n hai.  \n\nBa !") == ("Một", "hai.", "Ba !")
