"""Severity levels and the codes that people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.ids import CODE_ALPHABET, code_from, normalise_code
from bot.model.level import opening_level


@pytest.mark.parametrize(
    ("start", "factor", "hint", "level"),
    [(2, None, None, 2), (2, 3.0, None, 2), (2, 5.1, None, 3), (2, 10.0, None, 3), (2, 10.1, None, 4), (3, 1.0, 1, 3)],
)
def test_a_machine_raises_the_level_and_never_lowers_it(
    start: int, factor: float | None, hint: int | None, level: int
) -> None:
    assert opening_level(start, factor, hint) == level


@given(st.binary(), st.integers(min_value=0, max_value=5000))
def test_codes_are_short_and_unambiguous(seed: bytes, attempt: int) -> None:
    code = code_from(seed, attempt)
    assert 3 <= len(code) <= 5
    assert set(code) <= set(CODE_ALPHABET)
    assert code[0].isdigit()
    assert not code[1].isdigit()
    assert normalise_code(f" #{code.lower()} ") == code
