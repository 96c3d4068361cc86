"""What changed is told to the character, and shown so that it is seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.model.difference import Change, difference, excerpt

WORDS = st.lists(st.sampled_from(["nước", "máy", " ", "\n", "có", "mùi", ",", "\u200b", "7", "\t"]), max_size=30).map(
    "".join
)


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
