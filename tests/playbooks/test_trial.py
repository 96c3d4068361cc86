"""Accuracy with and without a text: asked of matchers that have not seen the answers, over the same texts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.playbooks.examples import LabelledText
from bot.playbooks.trial import FOLDS, Answer, Matcher, Scores, Tally, accuracy

FLOOD, FIRE = "flood-storm", "fire-explosion"


def texts(playbook: str | None, *words: str) -> list[LabelledText]:
    return [LabelledText(playbook, "news", word) for word in words]


class ByHeart:
    """Knows the texts it learned, and those that share a word with one; notes what it was given."""

    def __init__(self) -> None:
        self.learned: list[list[LabelledText]] = []
        self.asked: list[list[str]] = []

    def __call__(self, learned: Sequence[LabelledText]) -> Matcher:
        self.learned.append(list(learned))
        asked: list[str] = []
        self.asked.append(asked)

        def matcher(text: str) -> Answer:
            asked.append(text)
            for known in reversed(learned):
                if set(known.text.split()) & set(text.split()):
                    return Answer(known.playbook or FLOOD, known.playbook)
            return Answer(FLOOD, None)

        return matcher


EXAMPLES = [
    *texts(FLOOD, *(f"mưa {n}" for n in range(6))),
    *texts(FIRE, *(f"khói {n + 10}" for n in range(5))),
    *texts(None, *(f"bóng {n + 20}" for n in range(7))),
]


def test_every_example_is_asked_about_once_by_a_matcher_that_has_not_seen_it() -> None:
    fit = ByHeart()
    accuracy(fit, EXAMPLES, ())
    *folds, whole = zip(fit.learned, fit.asked, strict=True)
    assert sorted(text for _, asked in folds for text in asked) == sorted(example.text for example in EXAMPLES)
    for learned, asked in folds:
        assert len(learned) + len(asked) == len(EXAMPLES)
        assert not {text.text for text in learned} & set(asked)
    assert whole == (EXAMPLES, [])


def test_the_evaluation_texts_are_asked_about_and_never_learned() -> None:
    fit = ByHeart()
    judged = texts(FIRE, "khói lạ", "cháy nhà")
    measured = accuracy(fit, EXAMPLES, judged)
    assert not any(text in learned for learned in fit.learned for text in judged)
    assert measured.evaluation == Scores({FIRE: Tally(texts=2, first=1, named=1)})


def test_what_is_added_is_learned_in_every_fold_and_never_asked_about() -> None:
    fit = ByHeart()
    added = texts(FIRE, "cháy chợ")
    measured = accuracy(fit, EXAMPLES, texts(FIRE, "cháy nhà"), added)
    assert len(fit.learned) == FOLDS + 1
    assert all(added[0] in learned for learned in fit.learned)
    assert not any("cháy chợ" in asked for asked in fit.asked)
    assert measured.evaluation.first_guess(FIRE) == 1.0


def test_harm_to_a_neighbour_shows_in_both_measures() -> None:
    judged = texts(FLOOD, "mưa đêm")
    before = accuracy(ByHeart(), EXAMPLES, judged)
    after = accuracy(ByHeart(), EXAMPLES, judged, texts(FIRE, "mưa lửa"))
    assert (before.evaluation.first_guess(FLOOD), after.evaluation.first_guess(FLOOD)) == (1.0, 0.0)
    assert (before.cross_validated.first_guess(FLOOD), after.cross_validated.first_guess(FLOOD)) == (1.0, 0.0)
    assert before.cross_validated.first_guess(FIRE) == after.cross_validated.first_guess(FIRE) == 1.0


def test_a_playbook_with_fewer_texts_than_folds_keeps_them_all_and_is_not_asked_about() -> None:
    fit = ByHeart()
    few = texts("landslide", "sạt lở", "đá lăn")
    measured = accuracy(fit, [*EXAMPLES, *few], ())
    assert all(text in learned for learned in fit.learned for text in few)
    assert measured.cross_validated.first_guess("landslide") is None


def test_shares_are_told_over_playbooks_and_over_the_texts_of_none() -> None:
    scores = Scores({FLOOD: Tally(10, 9, 8), FIRE: Tally(10, 5, 10), None: Tally(4, 0, 1)})
    assert (scores.first_guess(), scores.first_guess(FIRE)) == (0.7, 0.5)
    assert (scores.kept, scores.refused) == (0.9, 0.75)


def test_without_texts_there_is_no_share() -> None:
    scores = Scores({})
    assert (scores.first_guess(), scores.kept, scores.refused) == (None, None, None)
