from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.abbreviations import ABBREVIATIONS, spelled_out
from index.lexical import Counts, LexicalView, Vocabulary, is_piece, pieces_of, terms_of

EXAMPLES = ["Cháy chợ, khói đen", "Cháy rừng lan rộng", "Sạt lở đồi", "Sạt lở bờ sông"]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary.of([Counts.of(text) for text in EXAMPLES])


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("ko dc dau", "không được dau"),
        ("MN oi, nc dang!", "mọi người oi, nước dang!"),
        ("quáááá đông", "quá đông"),
        ("#CháyChợBếnNứa", "#Cháy Chợ Bến Nứa"),
        ("kho K 2000", "kho không 2000"),
        ("NATO", "NATO"),
        ("", ""),
    ],
)
def test_what_a_chat_shortens_is_spelled_out(typed: str, spelled: str) -> None:
    assert spelled_out(typed) == spelled


def test_no_abbreviation_is_spelled_with_another_one() -> None:
    assert all(word not in ABBREVIATIONS for spelled in ABBREVIATIONS.values() for word in spelled.split())


def test_a_hurried_post_and_a_headline_share_their_terms() -> None:
    hurried, headline = terms_of("nc máy ko sach"), terms_of("Nước máy không sạch")
    assert [term for term, _ in hurried] == [term for term, _ in headline]


def test_pieces_forgive_a_typing_mistake() -> None:
    right, wrong = set(pieces_of("ngập")), set(pieces_of("ngậpp"))
    assert len(right & wrong) >= len(right) / 2
    assert all(is_piece(piece) for piece in right)


def test_what_every_example_has_weighs_less_than_what_one_has(vocabulary: Vocabulary) -> None:
    common, rare = vocabulary.number("sat"), vocabulary.number("song")
    assert common is not None and rare is not None
    assert vocabulary.rarity[common] < vocabulary.rarity[rare]


def test_a_piece_of_one_text_alone_is_left_out(vocabulary: Vocabulary) -> None:
    assert vocabulary.number("~ song"[:5]) is None
    assert vocabulary.number("~ sat") is not None


@given(st.text(max_size=200))
def test_the_weights_of_a_text_have_a_bounded_length_whatever_it_says(text: str) -> None:
    found = Vocabulary.of([Counts.of(example) for example in EXAMPLES]).features(Counts.of(text))
    assert np.linalg.norm(found.weights) <= np.sqrt(1 + 0.6**2) + 1e-5
    assert np.isfinite(found.weights).all()


def test_the_words_that_speak_are_shown_as_the_alert_writes_them(vocabulary: Vocabulary) -> None:
    weights = np.zeros((len(vocabulary), 2), np.float32)
    for term in ("chay", "chay cho"):
        weights[vocabulary.number(term), 0] = 1.0
    view = LexicalView(vocabulary, weights, np.zeros(2, np.float32))
    text = "Cháy chợ lúc nửa đêm"
    assert [word.shown for word in view.shared(text, Counts.of(text), 0)] == ["Cháy chợ"]
    assert view.shared(text, Counts.of(text), 1) == []
