from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from index.fusion import fuse
from index.head import NONE, Head, centred, fingerprint, keep_head, load_head
from index.lexical import Counts
from index.training import Lessons, held_out_scores, learn
from index.weighing import fit_weights
from tests.index.counting_encoder import CountingEncoder

FIRE = ["Cháy chợ", "Cháy rừng", "Cháy nhà kho", "Cháy xe", "Nổ bình ga, cháy quán", "Cháy lan sang nhà bên"]
SLIDE = ["Sạt lở đồi", "Sạt lở bờ sông", "Núi sạt", "Đất sạt lấp đường", "Taluy sạt", "Đồi nứt, sợ sạt"]
OTHER = ["Bóng đá tối nay", "Phim mới ra rạp", "Bán nhà giá rẻ", "Chúc mừng sinh nhật", "Ca nhạc", "Nấu phở tại nhà"]


def lessons(*classes: list[str], names: tuple[str, ...] = ("fire", "slide", NONE)) -> Lessons:
    texts = [text for listed in classes for text in listed]
    labels = np.array([number for number, listed in enumerate(classes) for _ in listed], dtype=np.intp)
    vectors = CountingEncoder().encode(texts)
    counts = tuple(Counts.of(text) for text in texts)
    return Lessons(names, labels, counts, vectors, vectors, np.ones(len(texts), dtype=np.bool_))


def best(head: Head, text: str) -> str:
    vector, counts = CountingEncoder().encode([text])[0], Counts.of(text)
    found = fuse(head.meaning.scores(vector), head.letters.scores(counts), head.weights, counts.syllables)
    return head.classes[int(np.argmax([*found.playbooks, found.none]))]


def test_what_was_learned_is_told_apart_without_diacritics_too() -> None:
    head = learn(lessons(FIRE, SLIDE, OTHER))
    assert best(head, "chay cho") == "fire"
    assert best(head, "bo song sat lo") == "slide"
    assert best(head, "bong da") == NONE


def test_a_text_is_never_scored_by_views_that_saw_it() -> None:
    whole = lessons(FIRE, SLIDE, OTHER)
    _, letters = held_out_scores(whole)
    lone = whole.counts.index(Counts.of("Taluy sạt"))
    changed = replace(whole, labels=np.where(np.arange(len(whole.labels)) == lone, 0, whole.labels))
    folds_differ = held_out_scores(changed)[1]
    assert letters.shape == folds_differ.shape == (18, 3)
    assert learn(whole).letters.scores(whole.counts[lone])[1] > letters[lone, 1]


def test_the_weights_come_from_ordinary_texts_only() -> None:
    whole = lessons(FIRE, SLIDE, OTHER)
    meaning, letters = held_out_scores(whole)
    some = np.arange(len(whole.labels)) % 2 == 0
    fitted = fit_weights(meaning[some], letters[some], whole.labels[some], whole.brevity[some])
    assert learn(replace(whole, ordinary=some)).weights == fitted


def test_more_unrelated_examples_do_not_make_real_ones_less_probable() -> None:
    few, many = lessons(FIRE, SLIDE, OTHER), lessons(FIRE, SLIDE, OTHER * 3)
    none = [fit_weights(*held_out_scores(one), one.labels, one.brevity).none for one in (few, many)]
    assert none[1] <= none[0] + 0.5


@pytest.mark.parametrize(
    "small",
    [
        lessons(["Cháy"], names=("fire", NONE)),
        lessons(["Cháy"], ["Sạt"]),
        lessons(FIRE, SLIDE),
        lessons(["Cháy"], [], OTHER),
        lessons([], [], OTHER),
    ],
)
def test_however_little_there_is_to_learn_from_something_finite_comes_out(small: Lessons) -> None:
    head = learn(small)
    scores = np.concatenate(
        [head.meaning.scores(small.written[0]), head.letters.scores(small.counts[0]), [*vars(head.weights).values()]]
    )
    assert np.isfinite(scores).all()


def test_vectors_without_what_all_have_in_common_have_length_one() -> None:
    vectors = CountingEncoder().encode([*FIRE, *SLIDE])
    assert np.linalg.norm(centred(vectors, vectors.mean(axis=0)), axis=1) == pytest.approx(1)


def test_a_head_is_kept_and_found_only_by_what_it_was_learned_from(tmp_path) -> None:
    head = learn(lessons(FIRE, SLIDE, OTHER))
    key = fingerprint("model", head.classes, [(0, True)], ["Cháy"])
    keep_head(tmp_path / "head.npz", head, key)
    again = load_head(tmp_path / "head.npz", key)
    assert again is not None
    assert best(again, "chay cho") == best(head, "chay cho")
    assert again.weights == head.weights
    for other in (
        fingerprint("other model", head.classes, [(0, True)], ["Cháy"]),
        fingerprint("model", head.classes, [(0, False)], ["Cháy"]),
        fingerprint("model", head.classes, [(0, True)], ["Cháy!"]),
    ):
        assert load_head(tmp_path / "head.npz", other) is None
