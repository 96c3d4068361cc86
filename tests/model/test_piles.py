"""Marks piled upon one letter, as some people write for fun and others to stop a machine, cost no more than others."""

from __future__ import annotations

import time
import unicodedata

import pytest

from bot.drafting.rephrasing import rephrased
from bot.intake.secrecy import bears_a_mark
from bot.model.piles import MOST_MARKS, unpiled

PILE = "mật a" + "\u0301" * 150_000 + "\u0323" * 150_000
"""A post that also has letters of a mark of secrecy, so that it is looked through."""


def test_what_people_write_is_left_alone() -> None:
    words = unicodedata.normalize("NFD", "Nước máy ở phường Sông Thượng") + "e" + "\u0323" * MOST_MARKS
    assert unpiled(words) == words


def test_what_lies_above_is_one_character() -> None:
    assert unpiled(PILE) == "mật a" + "\u0301" * MOST_MARKS + "\ufffd"


@pytest.mark.parametrize("look", [lambda: bears_a_mark([PILE], PILE), lambda: rephrased("Nước sạch.", PILE)])
def test_looking_at_one_does_not_stop_the_desk(look: object) -> None:
    begun = time.process_time()
    assert callable(look)
    assert look() is not True
    assert time.process_time() - begun < 5, "it takes minutes where marks are put in order first"
