"""What is said of a pasted text: exactly published, published among other words, changed, or not known."""

from __future__ import annotations

import time

import pytest

from bot.model.difference import Change
from bot.model.verifying import Candidate, Verdict, hash_in, judge

TEXT = (
    "THÔNG TIN BAN ĐẦU\n\nCó 12 người đến trạm y tế; không có người nguy kịch.\n\n"
    "Nhà máy đã ngừng cấp nước từ 9h15. Nguyên nhân đang được xác minh.\n\nThông tin tiếp theo trước 18h00."
)
PUBLISHED = Candidate(TEXT, frame=("Công bố lúc 14h30 ngày 22/11/2026", "Thông tin chính thức", "Công bố lúc"))


def changed(pasted: str) -> list[tuple[str, str]]:
    finding = judge(pasted, [PUBLISHED])
    assert finding.verdict is Verdict.ALTERED
    return [(s.change.value, s.text) for place in finding.places for s in place if s.change is not Change.SAME]


def test_the_words_alone_are_exact() -> None:
    assert judge(TEXT.replace("\n\n", "\r\n"), [PUBLISHED]).verdict is Verdict.EXACT


def test_our_own_page_around_the_words_is_nothing_added() -> None:
    page = f"Thông tin chính thức\nCông bố lúc 14h30 ngày 22/11/2026\n\n{TEXT}\n"
    assert judge(page, [PUBLISHED]).verdict is Verdict.EXACT


def test_words_put_around_it_are_named() -> None:
    finding = judge(f"Kênh nóng, [22.11.2026]\n{TEXT}\nChia sẻ gấp: 5 người chết!", [PUBLISHED])
    assert finding.verdict is Verdict.WITHIN
    assert finding.extra == ("Kênh nóng, [22.11.2026]", "Chia sẻ gấp: 5 người chết!")


def test_one_changed_number_is_no_quotation_and_is_shown() -> None:
    assert changed(TEXT.replace("12 người", "120 người")) == [("removed", "12"), ("added", "120")]


def test_a_left_out_sentence_is_shown() -> None:
    assert changed(TEXT.replace(" Nguyên nhân đang được xác minh.", "")) == [
        ("removed", "Nguyên nhân đang được xác minh."),
    ]


def test_a_word_glued_to_its_end_is_a_change() -> None:
    assert judge(TEXT + "x", [PUBLISHED]).verdict is Verdict.ALTERED


def test_one_shared_sentence_makes_no_copy() -> None:
    assert judge("Giá xăng tăng. Thông tin tiếp theo trước 18h00.", [PUBLISHED]).verdict is Verdict.UNKNOWN


def test_two_statements_pasted_together_are_both_found() -> None:
    other = Candidate("THÔNG TIN HAI\n\nĐường tỉnh 5 đã thông xe trở lại từ 7h00 sáng nay.")
    assert judge(f"{other.text}\n\n{TEXT}", [PUBLISHED, other]).which == (0, 1)


@pytest.mark.parametrize(
    "hostile",
    [
        "a " * 10_000,
        "người " * 3_000,
        "12. " * 5_000,
        (TEXT + "\n") * 60,
        "\n".join(TEXT[::2] for _ in range(90)),
        "(" * 20_000,
    ],
)
def test_hostile_texts_are_judged_soon(hostile: str) -> None:
    before = time.process_time()
    judge(hostile[:20_000], [PUBLISHED] * 5)
    assert time.process_time() - before < 2


@pytest.mark.parametrize("typed", ["A" * 64, " sha256: " + "a" * 64, f"{'a' * 32}\n{'A' * 32}", "SHA-256=" + "a" * 64])
def test_a_hash_is_known_as_one(typed: str) -> None:
    assert hash_in(typed) == "a" * 64


@pytest.mark.parametrize("typed", ["a" * 63, "g" * 64, TEXT, ""])
def test_what_is_no_hash_is_a_text(typed: str) -> None:
    assert hash_in(typed) is None
