from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import plain, terms_of
from index.negation import denials
from index.text import syllables


def denied(text: str) -> list[str]:
    return [folded for (folded, _), is_denied in zip(syllables(text), denials(text), strict=True) if is_denied]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Không có cháy ở chợ Bến Nứa", ["co", "chay", "o", "cho"]),
        ("Không ai bị thương, nước ngập tới nóc", ["ai", "bi", "thuong"]),
        ("Chưa ghi nhận ca sởi", ["ghi", "nhan", "ca", "soi"]),
        ("The bridge has not collapsed", ["collapsed"]),
        ("Cháy chợ rồi, có ai biết không?", []),
        ("Chữa cháy ở chùa", []),
        ("no binh gas chua ro", []),
        ("không, không cháy", ["chay"]),
    ],
)
def test_what_follows_a_negation_is_denied_up_to_a_comma_and_not_far(text: str, expected: list[str]) -> None:
    assert denied(text) == expected


def test_a_denied_word_is_another_term_than_the_word() -> None:
    said, unsaid = (dict(terms_of(text)) for text in ("Có cháy chợ", "Không có cháy chợ"))
    assert {"chay", "cho"} <= said.keys() - unsaid.keys()
    assert {plain(term) for term in unsaid} > said.keys()


def test_what_a_chat_shortens_denies_too() -> None:
    assert {term for term, _ in terms_of("ko co chay")} == {term for term, _ in terms_of("không có cháy")}


@given(st.text(max_size=60))
def test_every_syllable_has_its_answer(text: str) -> None:
    assert len(denials(text)) == len(syllables(text))
