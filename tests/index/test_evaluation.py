from __future__ import annotations

import math

import numpy as np
import pytest

from index import Candidate, Match, MatchReason
from index.evaluation import (
    Confusion,
    Labelled,
    ReliabilityBin,
    StyleScore,
    auroc,
    evaluate,
    expected_calibration_error,
    reliability,
    threshold_curve,
)


def answer(*named: str, confidence: float = 0.9, sure: bool = True) -> Match:
    """A match that names these candidates; the first is its answer when it is sure."""
    return Match(
        playbook=named[0] if named and sure else None,
        confidence=confidence,
        candidates=tuple(Candidate(playbook, confidence, ()) for playbook in named),
        reason=MatchReason.CLEAR_MATCH if sure else MatchReason.NOTHING_FITS,
    )


def news(playbook: str | None, style: str = "news") -> Labelled:
    return Labelled(playbook, style, "")


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    assert auroc(np.array([0.9, 0.4]), np.array([0.5, 0.1])) == 0.75


def test_a_tie_counts_half() -> None:
    assert auroc(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0.5
    assert auroc(np.array([0.5, 0.9]), np.array([0.5])) == 0.75


def test_auroc_agrees_with_counting_every_pair() -> None:
    numbers = np.random.default_rng(3)
    higher, lower = numbers.integers(0, 9, 40) / 10, numbers.integers(0, 7, 30) / 10
    counted = np.mean([(a > b) + 0.5 * (a == b) for a in higher for b in lower])
    assert auroc(higher, lower) == pytest.approx(counted)


def test_auroc_of_nothing_is_no_number() -> None:
    assert math.isnan(auroc(np.array([0.5]), np.array([])))


def test_confidence_that_means_what_it_says_has_no_calibration_error() -> None:
    confidence = np.array([0.75] * 4 + [0.5] * 2)
    right = np.array([True, True, True, False, True, False])
    assert expected_calibration_error(confidence, right) == pytest.approx(0)


def test_the_calibration_error_weighs_bins_by_their_texts() -> None:
    confidence = np.array([0.95, 0.95, 0.95, 0.15])
    right = np.array([False, False, False, False])
    assert expected_calibration_error(confidence, right) == pytest.approx((3 * 0.95 + 0.15) / 4)


def test_a_confidence_of_one_belongs_to_the_last_bin() -> None:
    found = reliability(np.array([1.0, 0.9, 0.0]), np.array([True, False, False]))
    assert found == (ReliabilityBin(0.0, 0.0, 1), ReliabilityBin(0.95, 0.5, 2))


def test_a_threshold_keeps_what_reaches_it_and_refuses_what_does_not() -> None:
    curve = threshold_curve(
        none=np.array([0.5, 0.3, 0.1, 0.5, 0.8]),
        first=np.array([True, False, True, False, False]),
        related=np.array([True, True, True, False, False]),
        thresholds=(0.05, 0.4, 0.6),
    )
    assert curve[0].kept == 0 and math.isnan(curve[0].right)
    assert curve[1] == (0.4, pytest.approx(2 / 3), 0.5, 1.0)
    assert curve[2] == (0.6, 1.0, pytest.approx(2 / 3), 0.5)


def test_a_guess_counts_even_where_it_was_not_sure_enough_to_be_the_answer() -> None:
    found = evaluate([answer("flood-storm", sure=False)], [news("flood-storm")])
    assert (found.first_guess, found.kept) == (1.0, 0.0)


def test_the_fourth_candidate_is_not_among_three() -> None:
    found = evaluate([answer("a", "b", "c", "d"), answer("a", "b", "c")], [news("d"), news("c")])
    assert (found.first_guess, found.among_three) == (0.0, 0.5)


def test_every_style_is_counted_for_itself_and_without_the_unrelated() -> None:
    found = evaluate(
        [answer("a"), answer("b", "a"), answer("c"), answer("a")],
        [news("a"), news("a", "social"), news("a", "social"), news(None, "sports")],
    )
    assert found.by_style == {"news": StyleScore(1, 1.0, 1.0), "social": StyleScore(2, 0.0, 0.5)}
    assert (found.related, found.unrelated) == (3, 1)


def test_unrelated_texts_are_refused_when_no_playbook_is_the_answer() -> None:
    found = evaluate(
        [answer("a", confidence=0.3, sure=False), answer("a", confidence=0.8), answer("b", confidence=0.2, sure=False)],
        [news(None, "sports"), news(None, "adverts"), news(None, "adverts")],
    )
    assert found.refused == pytest.approx(2 / 3)
    assert found.refused_by_kind == {"sports": 1.0, "adverts": 0.5}
    assert math.isnan(found.first_guess) and math.isnan(found.none_auroc)


def test_confidence_in_an_unrelated_text_is_an_error_of_calibration() -> None:
    found = evaluate([answer("a", confidence=0.8)], [news(None)])
    assert found.ece == pytest.approx(0.8)


def test_confusions_name_the_wrong_first_guess_and_the_answer_to_an_unrelated_text() -> None:
    found = evaluate(
        [answer("b"), answer("b", sure=False), answer("c"), answer("a"), answer("c", sure=False), answer()],
        [news("a"), news("a"), news(None), news("a"), news(None), news("a")],
    )
    assert found.confusions == (Confusion("a", "b", 2), Confusion(None, "c", 1))


def test_an_answer_without_candidates_is_simply_not_right() -> None:
    found = evaluate([answer(sure=False, confidence=0.0)], [news("a")])
    assert (found.first_guess, found.among_three, found.kept) == (0.0, 0.0, 0.0)


def test_answers_and_texts_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="argument"):
        evaluate([answer("a")], [])
