"""The canonical form of a statement and its hash (DESIGN §5)."""

from __future__ import annotations

import hashlib
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.model import delivery, incident, statement
from bot.model.statement import canonical, headline, text_sha256, version_sha256


def test_the_hash_is_over_nfc_lf_and_no_trailing_newline() -> None:
    decomposed = unicodedata.normalize("NFD", "Nước máy\r\nđã dừng\n\n")
    assert canonical(decomposed) == "Nước máy\nđã dừng"
    assert text_sha256(decomposed) == hashlib.sha256("Nước máy\nđã dừng".encode()).hexdigest()


def test_the_version_hash_is_over_the_sorted_lines_of_its_texts() -> None:
    texts = {"vi/full": "a", "en/full": "b"}
    lines = sorted(f"{key} {hashlib.sha256(text.encode()).hexdigest()}" for key, text in texts.items())
    assert version_sha256(texts) == hashlib.sha256("\n".join(lines).encode()).hexdigest()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_canonical_is_idempotent(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


def test_one_invisible_character_changes_the_hash() -> None:
    assert text_sha256("đã duyệt") != text_sha256("đã duyệt\u200b")


def test_every_state_is_in_its_transition_table_and_leads_only_to_known_states() -> None:
    for states, table in (
        (incident.IncidentState, incident.TRANSITIONS),
        (statement.StatementState, statement.TRANSITIONS),
        (delivery.DeliveryState, delivery.TRANSITIONS),
    ):
        assert set(table) == set(states)
        assert {s for following in table.values() for s in following} <= set(states)


def test_nothing_leads_to_approved_but_a_draft_or_a_submitted_version() -> None:
    assert statement.predecessors(statement.StatementState.APPROVED) == statement.APPROVABLE


def test_only_approved_words_become_published() -> None:
    assert statement.predecessors(statement.StatementState.PUBLISHED) == {statement.StatementState.APPROVED}


def test_a_long_first_line_is_cut_between_words_and_says_so() -> None:
    assert headline("THÔNG TIN\nthêm", 20) == "THÔNG TIN"
    assert headline("một hai ba", 10) == "một hai ba"
    assert headline("một hai – ba bốn", 11) == "một hai…"
    assert headline("dài" * 10, 10) == "dàidàidài…"
    assert all(len(headline("từ " * 90, most)) <= most for most in (1, 2, 7, 160))
