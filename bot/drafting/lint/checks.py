"""What no pattern can say: checks that find places by themselves, and excuses that look at the matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import regex

from bot.drafting.lint.context import LintContext, Text
from bot.drafting.lint.dialect import compiled
from bot.drafting.lint.normal import normal
from bot.drafting.lint.old_places import misspelt_places, old_places
from bot.drafting.lint.sentences import paragraph
from bot.intake.secrecy import marks_in
from bot.locale import LOCAL

Found = tuple[int, int, str]

LONGEST_CLAUSE: Final = 60
"""Words without a stop, colon or semicolon after which a listener has lost the beginning."""

_CLAUSE: Final = regex.compile(r"[^.;:!?\n]{1,3000}")
_WORD: Final = regex.compile(r"\p{L}[\p{L}\p{N}]{0,40}")


def long_clauses(text: Text, context: LintContext) -> Iterator[Found]:
    """Clauses that nobody can follow."""
    for clause in _CLAUSE.finditer(text.normal.text):
        words = list(_WORD.finditer(clause[0]))
        if len(words) > LONGEST_CLAUSE:
            yield clause.start() + words[0].start(), clause.start() + words[-1].end(), ""


_PROMISED: Final = compiled(
    r"(?:trước|vào|lúc|before|at|by) (?:khoảng )?(?P<hour>\d{1,2})(?: ?h| ?giờ|:)(?: ?(?P<minute>\d{2}))?(?: phút)?"
    r"(?:,? ?(?:ngày|on) (?P<day>\d{1,2})[/ -](?P<month>\d{1,2})(?:[/ -](?P<year>\d{4}))?)"
)
_NEXT: Final = compiled(r"thông tin tiếp|cập nhật|thông tin tới|update|bản tin tiếp theo")


def promises_past(text: Text, context: LintContext) -> Iterator[Found]:
    """A next information promised for an hour that is over."""
    if context.now is None:
        return
    now = context.now.astimezone(LOCAL)
    for found in _PROMISED.finditer(text.normal.text):
        if _NEXT.search(text.normal.text[max(0, found.start() - 80) : found.start()]) is None:
            continue
        try:
            promised = datetime(
                int(found["year"] or now.year),
                int(found["month"]),
                int(found["day"]),
                int(found["hour"]),
                int(found["minute"] or 0),
                tzinfo=LOCAL,
            )
        except ValueError:
            continue
        if promised <= now:
            yield found.start(), found.end(), ""


def secrecy_marks(text: Text, context: LintContext) -> Iterator[Found]:
    """Stamps of secrecy (Law 29/2018 Art. 5): the same that are refused at the door."""
    yield from ((start, end, "") for start, end in marks_in(text.normal.text))


_NUMBER: Final = regex.compile(r"\d[\d.,]{0,12}")
_BETWEEN_THOUSANDS: Final = regex.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_AS_OF: Final = compiled(
    r"(?:tính |cập nhật )?(?:đến|lúc|vào lúc|tới)(?: khoảng| hơn| thời điểm)? \d{1,2}(?: ?giờ| ?h ?|:)(?:\d{2})?"
    r"|as of|at \d{1,2}[:.]\d{2}"
)
_SOURCE: Final = compiled(
    r"theo (?:báo cáo|số liệu|thông tin|thống kê|tổng hợp)?(?: nhanh| ban đầu| chính thức)?(?: của| từ)? ?"
    r"(?:sở|ubnd|ủy ban|bệnh viện|trung tâm|công an|cơ quan|trạm y tế|bộ|ban|lực lượng|cdc|phòng|chi cục|xã|phường)"
    r"|(?:sở|ubnd|ủy ban nhân dân|bệnh viện|trung tâm|công an|trạm y tế|bộ chỉ huy|ban chỉ huy|cdc)"
    r"(?: \p{L}{1,12}){1,10},? (?:cho biết|xác nhận|thông báo|báo cáo|ghi nhận|tiếp nhận|đã xác nhận|đang điều trị)"
    r"|according to|confirmed by|confirmed as of|thông tin đã xác minh|đã được xác minh|đã xác nhận"
)


def is_sourced(text: Text, place: tuple[int, int], context: LintContext) -> bool:
    """A number of victims with its time, from a confirmed fact or from a named body."""
    start, end = place
    at, _ = text.normal.original(start, end)
    begins, ends = paragraph(text.original, at)
    has_hour, has_source = _says(text.original[begins:ends])
    return has_hour and (has_source or is_confirmed(text, place, context))


@lru_cache(maxsize=64)
def _says(words: str) -> tuple[bool, bool]:
    """Whether a paragraph says as of which hour it is true, and who says so."""
    read = normal(words).text
    return _AS_OF.search(read) is not None, _SOURCE.search(read) is not None


def is_confirmed(text: Text, place: tuple[int, int], context: LintContext) -> bool:
    """The place lies in the words of a confirmed fact, or its number is that of one."""
    start, end = place
    read = text.normal.text
    numbers = _numbers(read[start:end])
    for value in context.confirmed:
        known = normal(value).text.strip(" .;")
        if not known:
            continue
        at = read.find(known)
        while at >= 0:
            if at < end and at + len(known) > start:
                return True
            at = read.find(known, at + 1)
        if numbers and numbers <= _numbers(known):
            return True
    return False


def _numbers(words: str) -> set[str]:
    """The numbers in ``words``; ``1200``, ``1.200`` and ``1,200`` are one."""
    return {_BETWEEN_THOUSANDS.sub("", number.rstrip(".,")) for number in _NUMBER.findall(words)}


def is_official_number(text: Text, place: tuple[int, int], context: LintContext) -> bool:
    """A telephone number that the agency itself has given for the press or the public."""
    digits = _digits(text.normal.text[place[0] : place[1]])
    return any(digits in {_digits(number), "84" + _digits(number).lstrip("0")} for number in context.numbers)


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdecimal())


def names_a_speaker(text: Text, place: tuple[int, int], context: LintContext) -> bool:
    """One of those who speak for the agency is named in the text."""
    read = text.normal.text
    return any(normal(name).text in read for name in context.speakers if name.strip())


CHECKS: Final = MappingProxyType[str, Callable[[Text, LintContext], Iterator[Found]]](
    {
        "long_clauses": long_clauses,
        "promises_past": promises_past,
        "secrecy_marks": secrecy_marks,
        "old_places": old_places,
        "misspelt_places": misspelt_places,
    }
)
"""Checks by the name that a rule gives in ``check``."""

EXCUSES: Final = MappingProxyType[str, Callable[[Text, tuple[int, int], LintContext], bool]](
    {
        "sourced": is_sourced,
        "confirmed": is_confirmed,
        "official_number": is_official_number,
        "names_a_speaker": names_a_speaker,
    }
)
"""Excuses by the name that a rule gives in ``excuse``."""
