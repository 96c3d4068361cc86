"""Differences between versions: every change is seen, one invisible character too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.approval.comparing import compared, written_out
from bot.model import commands as c
from bot.model.difference import Change, ComparedText, Fate, Stretch
from bot.model.reasons import Reason
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PHO, TRUC


def test_an_invisible_character_is_written_out() -> None:
    assert Stretch(Change.ADDED, "m⟨U+200B⟩ẫu") in pieces("Đã lấy mẫu", "Đã lấy m\u200bẫu")
    assert Stretch(Change.ADDED, "⟨U+202E⟩đảo") in pieces("đảo", "\u202eđảo")


def pieces(older: str, newer: str) -> tuple[Stretch, ...]:
    (text,) = map(written_out, compared({"vi/full": older}, {"vi/full": newer}))
    return text.pieces


@given(st.text(max_size=60), st.text(max_size=60))
def test_equal_texts_have_no_difference_and_others_have_one_that_is_seen(older: str, newer: str) -> None:
    changed = [piece for piece in pieces(older, newer) if piece.change in (Change.ADDED, Change.REMOVED)]
    assert bool(changed) is (older != newer)
    assert all(piece.text.strip() for piece in changed)


async def test_the_last_two_versions_are_compared_unless_others_are_named(office: Office) -> None:
    assert (await office.does(PHO, c.ShowDiff("7K2"))).reason is Reason.NOTHING_TO_COMPARE
    await office.does(PHO, c.Edit("7K2", 1, "Bản hai."))
    await office.does(PHO, c.Edit("7K2", 2, "Bản ba."))
    shown = await office.does(TRUC, c.ShowDiff("7K2"))
    assert (shown.reason, shown.values["older"], shown.values["newer"]) == (Reason.DIFF_SHOWN, "2", "3")
    (full,) = shown.compared
    assert (full.key, full.fate) == ("vi/full", Fate.CHANGED)
    assert Stretch(Change.REMOVED, "hai") in full.pieces
    named = await office.does(TRUC, c.ShowDiff("7K2", 1, 3))
    assert (named.values["older"], named.values["newer"]) == ("1", "3")
    assert (await office.does(KHACH, c.ShowDiff("7K2"))).reason is Reason.NOT_ENROLLED
    assert (await office.does(TRUC, c.ShowDiff("7K2", 2, 9))).reason is Reason.NOTHING_TO_COMPARE


async def test_a_text_that_changes_the_hash_is_in_the_comparison(office: Office) -> None:
    """The approval is of all texts of a version; *vi/full* alone would show no change at all."""
    await office.does(PHO, c.WriteText("7K2", "en", "Two people are in hospital.", 1))
    added = await office.does(TRUC, c.ShowDiff("7K2"))
    assert {item.key: item.fate for item in added.compared} == {"vi/full": Fate.SAME, "en/full": Fate.ADDED}
    await office.does(PHO, c.WriteText("7K2", "en", "Three people are in hospital.", 2))
    changed = await office.does(TRUC, c.ShowDiff("7K2"))
    assert {item.key: item.fate for item in changed.compared} == {"vi/full": Fate.SAME, "en/full": Fate.CHANGED}
    assert Stretch(Change.ADDED, "Three") in changed.compared[1].pieces
    await office.does(PHO, c.DropText("7K2", "en", 3))
    dropped = await office.does(TRUC, c.ShowDiff("7K2"))
    gone = (Stretch(Change.REMOVED, "Three people are in hospital."),)
    assert dropped.compared[1] == ComparedText("en/full", Fate.DROPPED, gone)


_TEXTS = st.dictionaries(st.sampled_from(["vi/full", "en/full", "vi/loudspeaker", "vi/other"]), st.text(max_size=9))


@given(_TEXTS, _TEXTS)
def test_no_text_of_either_version_is_left_out(older: dict[str, str], newer: dict[str, str]) -> None:
    told = {item.key: item.fate for item in compared(older, newer)}
    assert told.keys() == older.keys() | newer.keys()
    assert all(fate is Fate.SAME for fate in told.values()) is (older == newer)
