"""State secrets may be neither drafted nor kept on a machine that is on the network (Law 29/2018/QH14 Art. 5).

A text that bears a mark of secrecy (MẬT, TỐI MẬT, TUYỆT MẬT) is refused at the door and not stored. A mark is a stamp:
capitals that stand for themselves. "BẢO MẬT", "MẬT KHẨU" and a headline in capitals about fish bile are none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from bot.model.piles import unpiled
from bot.model.plain_latin import plain_latin

_MARK = re.compile(r"(?<!\w)(?:(TUYỆT|TỐI)[^\S\n]+)?MẬT(?!\w)")
_STATED = re.compile(r"độ\s+mật\s*[:：\-–]\s*(?:tuyệt\s+mật|tối\s+mật|mật)(?!\w)", re.IGNORECASE)
_STATING_KEYS = frozenset({"domat", "mucdomat", "docmat", "secrecy", "classification", "securityclassification"})
_STATED_VALUES = frozenset({"mật", "tối mật", "tuyệt mật", "secret", "top secret"})

_WORD_BEFORE = re.compile(r"(\w+)[^\S\n]+$")
_WORD_AFTER = re.compile(r"^[^\S\n]+(\w+)")

_PART_OF_A_WORD_BEFORE = frozenset({"BẢO", "BÍ", "CƠ", "THÂN", "CẨN", "NGỌT", "TÚI", "SỎI", "ỐNG", "ĐƯỜNG", "TRĂNG"})
_PART_OF_A_WORD_AFTER = frozenset(
    {"KHẨU", "ĐỘ", "ONG", "MÃ", "VỤ", "THƯ", "DANH", "NGHỊ", "THÁM", "NGỮ", "MÍA", "GẤU", "CÁ", "THIẾT", "TIN", "HOA"}
)
_STAMPED = frozenset({"LIỆU", "BẢN", "VĂN", "SƠ", "CÁO", "DẤU", "ĐÓNG", "ĐỘ", "LOẠI", "ĐIỆN", "KHẨN"})
"""Last words of what a stamp is on: TÀI LIỆU MẬT, VĂN BẢN MẬT, CÔNG VĂN MẬT, HỒ SƠ MẬT, ĐÓNG DẤU MẬT."""


def bears_a_mark(value: Any, kept: str) -> bool:
    """True when a text in the JSON value is marked secret. ``kept`` is the value as JSON, looked through first.

    Marks are few and looking for letters is fast: only an item that has them somewhere is walked through.
    """
    if not any(letters in kept for letters in _LETTERS):
        return False
    return any(_marked(text) for text in _texts(value))


_LETTERS = tuple(
    form for word in ("MẬT", "Mật", "mật", "ecret", "ECRET") for form in {word, unicodedata.normalize("NFD", word)}
)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if _plain(key) in _STATING_KEYS and isinstance(inner, str):
                stated = unicodedata.normalize("NFC", unpiled(inner)).strip().casefold()
                yield "MẬT" if stated in _STATED_VALUES else inner
            else:
                yield from _texts(inner)


def _plain(key: str) -> str:
    return "".join(letter for letter in plain_latin(key) if letter.isascii() and letter.isalnum())


def marks_in(text: str) -> Iterator[tuple[int, int]]:
    """Where a composed (NFC) text bears a mark: the spans of the stamps and of a stated degree of secrecy."""
    yield from (found.span() for found in _STATED.finditer(text))
    yield from (found.span() for found in _MARK.finditer(text) if _is_stamp(text, found))


def _marked(text: str) -> bool:
    return next(marks_in(unicodedata.normalize("NFC", unpiled(text))), None) is not None


def _is_stamp(text: str, found: re.Match[str]) -> bool:
    before = _WORD_BEFORE.search(text[max(0, found.start() - 40) : found.start()])
    after = _WORD_AFTER.search(text[found.end() : found.end() + 40])
    word_before, word_after = before[1] if before else "", after[1] if after else ""
    if word_after in _PART_OF_A_WORD_AFTER or (word_before in _PART_OF_A_WORD_BEFORE and not found[1]):
        return False
    if found[1] or word_before in _STAMPED:
        return True
    return not any(len(word) > 1 and word.isupper() for word in (word_before, word_after))
