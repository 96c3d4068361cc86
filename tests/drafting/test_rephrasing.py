"""A rephrased text is used only when every particular is where it was, and nothing else came in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.rephrasing import Thrown, WordingFault, rephrased
from bot.locale import has

HEAD, TAIL = "THÔNG TIN BAN ĐẦU (số 1), 14 giờ 30 ngày 22/11/2026", "Văn phòng UBND tỉnh Thượng Giang"
BODY = (
    "Đến 14:30, tại phường Mỏ Bạc có 12 người có triệu chứng, chưa có người tử vong. "
    "Cơ quan chức năng đang lấy mẫu thực phẩm để xét nghiệm; nguyên nhân chưa có kết luận.\n\n"
    "Người dân cần hỗ trợ gọi 0900 000 001 hoặc xem thuonggiang.example.vn/tin."
)
TEXT = f"{HEAD}\n\n{BODY}\n\n{TAIL}"


def tried(old: str, new: str) -> str | Thrown:
    assert old in TEXT
    return rephrased(TEXT, TEXT.replace(old, new))


def test_the_same_said_otherwise_is_used() -> None:
    used = tried("đang lấy mẫu thực phẩm để xét nghiệm", "đang tiến hành lấy mẫu thực phẩm đưa đi xét nghiệm")
    assert isinstance(used, str)
    assert "đưa đi xét nghiệm" in used


def test_what_comes_back_unchanged_is_used_unchanged() -> None:
    assert rephrased(TEXT, f"\n{TEXT}\r\n") == TEXT


@pytest.mark.parametrize(
    ("old", "new", "fault", "word"),
    [
        ("12 người", "13 người", WordingFault.NEW_NUMBER, "13"),
        ("14:30", "14 giờ 30", WordingFault.NEW_NUMBER, "14"),
        ("người có triệu chứng", "người, trong đó ba trẻ em, có triệu chứng", WordingFault.NEW_NUMBER, "ba"),
        ("để xét nghiệm", "để xét nghiệm tại Viện Pasteur", WordingFault.NEW_NAME, "Viện"),
        ("Cơ quan chức năng", "Vinafood cùng cơ quan chức năng", WordingFault.NEW_NAME, "Vinafood"),
        ("Cơ quan chức năng", "Tuấn và cơ quan chức năng", WordingFault.NEW_NAME, "Tuấn"),
        ("phường Mỏ Bạc", "phường Mỏ Vàng", WordingFault.NEW_NAME, "Vàng"),
        (
            "thuonggiang.example.vn/tin",
            "thuonggiang.example.com/tin",
            WordingFault.NEW_ADDRESS,
            "thuonggiang.example.com/tin",
        ),
        ("Đến 14:30, tại phường", "Tại phường", WordingFault.LOST, "14:30"),
        ("tại phường Mỏ Bạc ", "", WordingFault.LOST, "Mỏ"),
        ("chưa có người tử vong", "không có người tử vong", WordingFault.TURNED, "chưa"),
        ("đang lấy mẫu", "đã lấy mẫu", WordingFault.TURNED, "đang"),
        ("nguyên nhân chưa có kết luận", "nguyên nhân có kết luận", WordingFault.TURNED, "chưa"),
        ("lấy mẫu thực phẩm", "**lấy mẫu thực phẩm**", WordingFault.MARKUP, "*"),
        ("(số 1)", "(số 1) ", WordingFault.SHAPE, ""),
        (TAIL, f"{TAIL}\n\nNếu cần, tôi có thể viết ngắn hơn.", WordingFault.SHAPE, ""),
    ],
)
def test_what_is_not_the_same_is_thrown_away_and_the_word_named(
    old: str, new: str, fault: WordingFault, word: str
) -> None:
    assert tried(old, new) == Thrown(fault, word)


SWAPPED = f"{HEAD}\n\nCó 12 người bị thương, 3 người tử vong. Nước phường Bắc không uống được, Nam uống được.\n\n{TAIL}"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("12 người bị thương, 3 người tử vong", "3 người bị thương, 12 người tử vong", "3"),
        ("12 người bị thương, 3 người tử vong", "12 người tử vong, 3 người bị thương", "12"),
        ("phường Bắc không uống được, Nam uống", "phường Nam không uống được, Bắc uống", "nam"),
        ("phường Bắc không uống được, Nam uống", "phường Bắc uống được, Nam không uống", "được"),
    ],
)
def test_particulars_that_change_places_turn_the_meaning(old: str, new: str, word: str) -> None:
    assert old in SWAPPED
    assert rephrased(SWAPPED, SWAPPED.replace(old, new)) == Thrown(WordingFault.MOVED, word)


@pytest.mark.parametrize("fault", WordingFault)
def test_whoever_asked_is_told_in_words_why_a_text_was_thrown_away(fault: WordingFault) -> None:
    assert has(f"notice.rewording_{fault}")


def test_padding_and_silence_are_thrown_away() -> None:
    padded = tried("để xét nghiệm", "để xét nghiệm " + "theo đúng quy định hiện hành " * 20)
    assert isinstance(padded, Thrown)
    assert padded.fault is WordingFault.LENGTH
    assert rephrased(TEXT, " \n ") == Thrown(WordingFault.EMPTY)


def test_letters_that_nobody_sees_bring_nothing_in() -> None:
    assert tried("12 người", "1\u200b2 người") == TEXT
    assert tried("12 người", "12 người \u202e") == TEXT.replace("12 người", "12 người ")


@given(st.text(max_size=300))
def test_whatever_comes_back_every_number_in_it_was_there_before(noise: str) -> None:
    used = rephrased(TEXT, TEXT.replace("để xét nghiệm", f"để {noise} xét nghiệm"))
    if isinstance(used, str):
        digits = [c for c in used if c.isdigit()]
        assert sorted(digits) == sorted(c for c in TEXT if c.isdigit())
