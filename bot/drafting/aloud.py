"""A Vietnamese text as it is read aloud: hours, dates, numbers, units, telephone numbers, abbreviations in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.model.statement_templates import ReadAloud

_HOUR = re.compile(r"(?<![\w.,:])([01]?\d|2[0-4])(?:[ ]?h[ ]?|:)([0-5]\d)(?![\w:]|[.,]\d)", re.IGNORECASE)
_BARE_HOUR = re.compile(r"(?<![\w.,:])([01]?\d|2[0-4])[ ]?h(?!\w)", re.IGNORECASE)
_DATE = re.compile(r"(?<![\w/])(?:(ngày)\s+)?(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?![\w/])", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.,/])(?:\+84[\s.-]?|0)\d(?:[\s.-]?\d){7,9}(?![\w/])")
_HOTLINE = re.compile(r"(?<![\w.,/])(1[89]00)[ .]?(\d{4,6})(?![\w/]|[.,]\d)")
_SPAN = re.compile(r"(giờ|phút)\s*[-–]\s*(?=\d)")
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?![\w]|[.,]\d)")
_DECIMAL = re.compile(r"(?<![\w.,])(\d+),(\d+)(?![\w]|[.,]\d)")
_RANGE = re.compile(r"(?<![\w.,/-])(\d+)\s*[-–]\s*(\d+)(?![\w/-]|[.,]\d)")
_WEB = re.compile(r"(?:,?\s*(?:tại|at)\s+)?(?:https?://|www\.)\S+?(?=[.,;]?(?:\s|$))", re.IGNORECASE)
_CAPITALS = re.compile(r"(?<!\w)[A-ZĐ][A-ZĐ&.]*[A-ZĐ](?!\w)")
SHORTENED_WITH_A_STOP = 2
"""Letters of the abbreviations after which people write a full stop that ends no sentence: "TP. Hạ Giang"."""

_GROUPS = ("", " nghìn", " triệu", " tỷ")


def read_aloud(text: str, forms: ReadAloud) -> str:
    """``text`` for somebody who reads it to others, or a loudspeaker: nothing that must be guessed, no web address."""
    said = _WEB.sub("", text)
    said = _HOTLINE.sub(r"\1, \2", said)
    said = _PHONE.sub(lambda found: _phone(found[0]), said)
    said = _HOUR.sub(lambda found: _hour(found[1], found[2]), said)
    said = _BARE_HOUR.sub(lambda found: f"{int(found[1])} giờ", said)
    said = _SPAN.sub(r"\1 đến ", said)
    said = _DATE.sub(_date, said)
    for form, words in forms.words:
        stop = r"\.?" if len(form) <= SHORTENED_WITH_A_STOP else ""
        said = re.sub(rf"(?<![\w&.]){re.escape(form)}(?![\w&]){stop}", words, said)
    for form, words in forms.units:
        said = re.sub(rf"(?<=\d)\s*{re.escape(form)}(?!\w)", f" {words}", said)
    said = _RANGE.sub(r"\1 đến \2", said)
    said = _GROUPED.sub(lambda found: _grouped(found[0]), said)
    said = _DECIMAL.sub(r"\1 phẩy \2", said)
    said = re.sub(r"\s*\(([^()]*)\)", r", \1,", said).replace("–", ",").replace("“", "").replace("”", "")
    said = re.sub(r",\s*(?=[.;,])", "", said)
    return " ".join(re.sub(r"\s+([.,;])", r"\1", said).split())


def unread_abbreviations(text: str) -> tuple[str, ...]:
    """Runs of capitals that nobody can read aloud without knowing what they stand for, once each."""
    return tuple(dict.fromkeys(found[0] for found in _CAPITALS.finditer(text)))


def _hour(hour: str, minute: str) -> str:
    return f"{int(hour)} giờ" if int(minute) == 0 else f"{int(hour)} giờ {int(minute)} phút"


def _date(found: re.Match[str]) -> str:
    day, month, year = int(found[2]), int(found[3]), found[4]
    if not (1 <= day <= 31 and 1 <= month <= 12) or not (found[1] or year):
        return found[0]  # 3/4 alone may be a share
    return f"{found[1] or 'ngày'} {day} tháng {month}" + (f" năm {year}" if year else "")


def _phone(written: str) -> str:
    """Digits in groups of three or four from the end, so that each is heard apart."""
    digits = re.sub(r"\D", "", written.replace("+84", "0", 1))
    groups: Sequence[str] = (
        re.findall(r"\d+", written.replace("+84", "0", 1)) if re.search(r"\d[\s.-]\d", written) else ()
    )
    if not groups or any(len(group) > 4 for group in groups):
        first = len(digits) - 6
        groups = (digits[:first], digits[first : first + 3], digits[first + 3 :])
    return ", ".join(groups)


def _grouped(written: str) -> str:
    groups = [int(group) for group in written.split(".")]
    if len(groups) > len(_GROUPS):
        return written
    named = zip(groups, reversed(_GROUPS[: len(groups)]), strict=True)
    return " ".join(f"{number}{name}" for number, name in named if number)
