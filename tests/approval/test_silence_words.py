"""What people type of a silence, as it is read, shown and found wanting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.approval import silences
from bot.approval.silence_words import Unclear, describe, matcher_of, read_draft
from bot.model.reasons import Reason
from bot.model.silence import SilenceKind, SilencePolicy
from bot.model.silence_matcher import Matcher
from tests.approval.office import NIGHT, organisation


def test_what_people_type_is_read_in_both_languages() -> None:
    vi = read_draft("Từ: đua ghe; nơi: Bến Nứa; trừ: lật ghe; đến: 18h 27/11; lý do: lễ hội", organisation(), NIGHT)
    en = read_draft(
        "words: đua ghe\nplaces: Bến Nứa\nunless: lật ghe\nuntil: 18h 27/11\nwhy: lễ hội", organisation(), NIGHT
    )
    assert vi == en
    assert not isinstance(vi, Unclear)
    assert vi.matcher == Matcher(words=("đua ghe",), places=("Bến Nứa",), unless=(Matcher(words=("lật ghe",)),))
    assert vi.ends_at is not None
    assert vi.ends_at.isoformat() == "2026-11-27T11:00:00+00:00"
    assert vi.kind is SilenceKind.SILENCE


@pytest.mark.parametrize("end", ["đến: 31/12/9999", "bắt đầu: 9999-12-31T00:00+00:00; trong: 999 ngày"])
def test_an_end_beyond_all_calendars_is_unclear_and_breaks_nothing(end: str) -> None:
    assert isinstance(read_draft(f"từ: đua ghe; {end}; lý do: lễ hội", organisation(), NIGHT), Unclear)


def test_a_matcher_is_shown_on_one_line() -> None:
    matcher = matcher_of(organisation(), NIGHT, words=("đua ghe", "bơi chải"), places=("Bến Nứa",), unless=("lật ghe",))
    assert describe(matcher, organisation()) == "“đua ghe” | “bơi chải” @ Bến Nứa − (“lật ghe”)"


def test_the_fault_of_a_draft_is_found_without_a_store() -> None:
    draft = read_draft("từ: đua ghe; trong: 4h; lý do: x", organisation(), NIGHT)
    assert not isinstance(draft, Unclear)
    assert silences.fault_in(draft, SilencePolicy(), NIGHT) is None
    assert silences.fault_in(draft, SilencePolicy(longest=timedelta(hours=1)), NIGHT) is Reason.SILENCE_TOO_LONG
