from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.playbooks import default_playbooks_folder
from index import Match, PlaybookProfile
from index.evaluation import Labelled
from index.text import fold
from tests.bench.matching import semantic_router
from tests.bench.matching.material import Learning, Trial, folds, read_evaluation, read_learning
from tests.bench.matching.methods import (
    Scoring,
    bm25_by_example,
    bm25_by_playbook,
    by_lead,
    by_score,
    nearest_example,
    nearest_mean,
    ranked,
)
from tests.bench.matching.threshold import at_threshold, best_threshold, own_threshold
from tests.bench.matching.vectors import KeptVectors
from tests.bench.matching_side_by_side import ahead_of, judge
from tests.index.counting_encoder import CountingEncoder


def profile(playbook: str, *examples: str) -> PlaybookProfile:
    """The first example is an ordinary one, the others are there for breadth."""
    return PlaybookProfile(playbook, playbook, playbook, "", "", examples[:1], examples[1:])


LEARNING = Learning(
    (
        profile("flood-storm", "Nước lũ dâng cao", "Bão giật cấp mười hai", "Lũ ống trong đêm"),
        profile("fire-explosion", "Cháy lớn ở chợ", "Nổ bình ga", "Khói đen bốc cao"),
        profile("food-poisoning", "Công nhân ngộ độc", "Học sinh đau bụng", "Nôn ói sau bữa trưa"),
    ),
    ("Giải bóng đá xã", "Giảm giá cuối năm"),
)


def placed(*texts: str) -> Trial:
    return Trial(LEARNING, tuple(Labelled(None, "", text) for text in texts))


def guess(playbook: str, confidence: float) -> Match:
    return ranked((playbook,), np.array([confidence]), confidence)


def test_every_ordinary_text_is_held_out_exactly_once() -> None:
    ordinary = [*(profile.examples[0] for profile in LEARNING.profiles), *LEARNING.unrelated]
    assert sorted(text.text for trial in folds(LEARNING, 3) for text in trial.texts) == sorted(ordinary)


def test_all_is_learnt_but_what_is_held_out() -> None:
    for trial in folds(LEARNING, 3):
        learnt, held_out = set(trial.learning.texts), {text.text for text in trial.texts}
        assert learnt.isdisjoint(held_out)
        assert learnt | held_out == set(LEARNING.texts)


def test_no_text_of_the_evaluation_is_learnt() -> None:
    folder = default_playbooks_folder()
    learnt = {fold(text) for text in read_learning(folder).texts}
    assert learnt.isdisjoint(fold(text.text) for text in read_evaluation(folder))


def test_the_best_threshold_parts_what_can_be_parted() -> None:
    assert best_threshold(np.array([0.9, 0.6, 0.7]), np.array([0.1, 0.5])) == 0.6


def test_the_best_threshold_weighs_shares_and_not_numbers() -> None:
    # 0.4 keeps all of four and refuses half of two (1.5); 0.8 keeps three quarters and refuses all (1.75).
    assert best_threshold(np.array([0.4, 0.8, 0.8, 0.9]), np.array([0.3, 0.5])) == 0.8


def test_of_equally_good_thresholds_the_lowest_is_taken() -> None:
    assert best_threshold(np.array([0.2, 0.4]), np.array([0.1, 0.3])) == 0.2


def test_a_text_at_the_threshold_is_kept() -> None:
    assert at_threshold(guess("b", 0.5), 0.5).playbook == "b"
    assert at_threshold(guess("b", 0.5), 0.51).playbook is None


def test_the_threshold_is_that_of_the_texts_held_out_whatever_the_evaluation_says() -> None:
    held_out = Trial(LEARNING, (Labelled("a", "", "1"), Labelled(None, "", "2")))
    evaluation = Trial(LEARNING, (Labelled("a", "news", "3"), Labelled(None, "sports", "4")))
    answers = [[guess("a", 0.6), guess("a", 0.4)], [guess("a", 0.5), guess("a", 0.7)]]
    assert own_threshold(answers[0], held_out.texts) == 0.6
    judged = judge(answers, [held_out, evaluation])
    assert (judged.first_guess, judged.kept, judged.refused) == (1.0, 0.0, 0.0)


def test_candidates_are_the_three_best_and_of_equal_ones_the_first() -> None:
    match = ranked(("a", "b", "c", "d"), np.array([0.2, 0.5, 0.2, 0.5]), 0.4)
    assert [candidate.playbook for candidate in match.candidates] == ["b", "d", "a"]
    assert match.confidence == 0.4


@pytest.mark.parametrize("scoring", [bm25_by_example, bm25_by_playbook])
def test_bm25_finds_words_without_their_diacritics(scoring: Scoring) -> None:
    matches = by_score(scoring)(placed("nuoc lu ve roi", "chay o cho", "xyz", "🔥"))
    assert [match.playbook for match in matches[:2]] == ["flood-storm", "fire-explosion"]
    assert [match.confidence for match in matches[2:]] == [0, 0]


@pytest.mark.parametrize("scoring", [nearest_example, nearest_mean])
def test_the_bare_encoder_names_the_playbook_of_the_nearest_texts(scoring: Callable[..., np.ndarray]) -> None:
    method = by_score(lambda trial: scoring(trial, CountingEncoder()))
    matches = method(placed("Khói đen bốc cao", "Học sinh đau bụng"))
    assert [match.playbook for match in matches] == ["fire-explosion", "food-poisoning"]


def test_texts_that_fit_none_may_be_a_class_that_is_never_a_candidate() -> None:
    football, fire = by_lead(bm25_by_example)(placed("giai bong da o xa", "chay o cho"))
    assert football.confidence < 0 < fire.confidence
    assert {candidate.playbook for candidate in football.candidates} == set(LEARNING.ids)
    assert fire.playbook == "fire-explosion"


def test_a_text_is_encoded_once_and_kept_for_the_next_run(tmp_path: Path) -> None:
    path, first, second = tmp_path / "deep" / "vectors.npz", CountingEncoder(), CountingEncoder()
    kept = KeptVectors(first, path)
    vectors = kept.encode(["một", "hai", "một"])
    kept.save()
    again = KeptVectors(second, path)
    assert again.missing(["hai", "một", "ba"]) == 1
    np.testing.assert_array_equal(again.encode(["một", "hai", "một"]), vectors)
    assert (first.encoded, second.encoded) == (["một", "hai"], [])


def test_vectors_of_another_model_are_not_taken(tmp_path: Path) -> None:
    kept = KeptVectors(CountingEncoder(), tmp_path / "vectors.npz")
    kept.encode(["một"])
    kept.save()
    other = CountingEncoder(name="another")
    KeptVectors(other, tmp_path / "vectors.npz").encode(["một"])
    assert other.encoded == ["một"]


def test_a_method_that_draws_level_is_told() -> None:
    trial = Trial(LEARNING, (Labelled("a", "news", "1"), Labelled(None, "sports", "2")))
    good = judge([[guess("a", 0.9), guess("a", 0.1)]] * 2, [trial] * 2)
    worse = judge([[guess("a", 0.1), guess("a", 0.9)]] * 2, [trial] * 2)
    lines = ahead_of({"Keng": worse, "other": good}, "Keng")
    assert any("none_auroc: 1.000 to 0.000" in line for line in lines)
    assert any("first_guess: 1.000 to 1.000" in line for line in lines)
    assert not any("none_auroc" in line for line in ahead_of({"Keng": good, "other": worse}, "Keng"))


def test_a_library_that_cannot_be_installed_ends_the_comparison_and_says_why(tmp_path: Path) -> None:
    wheel = tmp_path / "semantic_router-1.1.1-py3-none-any.whl"  # it is not there
    for _ in range(2):  # half an environment must not pass for a whole one the second time
        with pytest.raises(semantic_router.CannotInstall, match="Cannot install") as error:
            semantic_router.environment(tmp_path / "environment", str(wheel))
        assert wheel.name in str(error.value)


def test_only_the_labels_of_the_texts_held_out_are_handed_on(tmp_path: Path) -> None:
    """The library's Python is a stand-in here that has its answer ready."""
    python, answer = tmp_path / "python", tmp_path / "prepared.json"
    answers = [[[0.5, [["a", 0.5]]]], [[0.6, [["a", 0.7], ["b", 0.1]]]]]
    answer.write_text(json.dumps({"answers": {"echo": answers}, "about": ["one"]}))
    python.write_text(f'#!/bin/sh\ncp "{answer}" "$4"\n')
    python.chmod(0o755)
    trials = [placed("một"), Trial(LEARNING, (Labelled("flood-storm", "news", "hai"),))]
    found = semantic_router.answers(trials, tmp_path / "vectors.npz", python, tmp_path)
    asked = (tmp_path / "question.json").read_text(encoding="utf-8")
    assert asked.count('"labels"') == 1
    assert [match.confidence for trial in found.matches["echo"] for match in trial] == [0.5, 0.6]
    assert found.about == ("one",)


def test_a_library_that_fails_is_an_error_with_its_words(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no such encoder >&2\nexit 3\n")
    python.chmod(0o755)
    with pytest.raises(RuntimeError, match="no such encoder"):
        semantic_router.answers([placed("một"), placed("hai")], tmp_path / "vectors.npz", python, tmp_path)
