from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from index.fusion import SHORT, brevity, fuse
from index.weighing import fit_weights

Numbers = npt.NDArray[np.float64]


class Scored(NamedTuple):
    """Made-up held-out scores of texts for one playbook and "none"; the views say the same."""

    meaning: Numbers
    letters: Numbers
    labels: npt.NDArray[np.intp]
    brevity: Numbers


def scored(related: int, unrelated: int, syllables: int, *, none_ahead: float = 0.0) -> Scored:
    """Texts of one length, noisy, half a unit apart; "none" is ahead of the playbook by so much more."""
    numbers = np.random.default_rng(syllables)
    labels = np.array([0] * related + [1] * unrelated, dtype=np.intp)
    scores = numbers.normal(0, 0.5, (len(labels), 2))
    scores[np.arange(len(labels)), labels] += 0.5
    scores[:, 1] += none_ahead
    return Scored(scores, scores.copy(), labels, np.full(len(labels), brevity(syllables)))


def together(*parts: Scored) -> Scored:
    return Scored(*(np.concatenate(column) for column in zip(*parts, strict=True)))


LONG = scored(200, 200, SHORT + 8)
BRIEF = scored(200, 200, 3, none_ahead=0.6)


def test_where_none_runs_ahead_of_short_texts_it_gets_less_of_them() -> None:
    weights = fit_weights(*together(LONG, BRIEF))
    assert weights.brief > 0.1
    even = np.array([0.0, 0.6])  # what a short text looks like that speaks for neither
    assert fuse(even, even, weights, 3).none == pytest.approx(0.5, abs=0.1)
    assert fuse(even, even, weights, SHORT + 8).none > 0.6


def test_short_texts_do_not_change_how_sure_to_be_of_the_others() -> None:
    alone, beside_short_ones = fit_weights(*LONG), fit_weights(*together(LONG, BRIEF))
    assert (alone.meaning, alone.letters, alone.none) == (
        beside_short_ones.meaning,
        beside_short_ones.letters,
        beside_short_ones.none,
    )


@pytest.mark.parametrize("short", [scored(30, 0, 3), scored(0, 30, 3)])
def test_short_texts_of_one_kind_say_nothing_of_short_ones(short: Scored) -> None:
    assert fit_weights(*together(LONG, short)).brief == 0


def test_however_many_unrelated_ones_there_are_neither_is_presumed() -> None:
    few, many = fit_weights(*scored(400, 40, 20)), fit_weights(*scored(40, 400, 20))
    assert few.none == pytest.approx(many.none, abs=0.6)
