"""Sentences and paragraphs of a Vietnamese text, by exact offsets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import regex

_ABBREVIATIONS: Final = (
    *("TP", "Tp", "tp", "TS", "ThS", "PGS", "GS", "BS", "ThS.BS", "KTS", "LS", "Q", "P", "H", "X", "TX", "TT", "T.P"),
    *("KT", "TM", "TL", "TUQ", "St", "Mr", "Mrs", "Ms", "Dr", "No", "Art", "vs", "v.v", "Tr", "tr", "ĐT", "đ"),
)
"""What is written with a stop that ends no sentence."""

_END: Final = regex.compile(
    r"""
      (?: [.!?…]{1,5} [”"’')\]]{0,3} (?= \s | $ ) )     # a stop, also inside a quotation
    | (?: [ \t\u00a0]* \n [ \t\u00a0]* (?= \n ) )        # an empty line
    | (?: (?<= [:;.!?] [ \t]{0,3} ) \n )                 # the end of a line that ends something
    | (?: \n (?= [ \t]{0,8} (?: [-–—•*+·] | \d{1,2} [.)] | [a-zđ] \) ) [ \t] ) )  # the next line is an item of a list
    """,
    regex.VERBOSE,
)
_LAST_WORD: Final = regex.compile(r"([\p{L}.]+)$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its words without the white space around them, and where they stand."""

    text: str
    start: int
    end: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of ``text`` in order; what is between them is white space. Empty when there are no words."""
    found: list[Sentence] = []
    start = 0
    for end in _END.finditer(text):
        if end.end() <= start or _is_abbreviation(text, start, end):
            continue
        _add(found, text, start, end.end())
        start = end.end()
    _add(found, text, start, len(text))
    return tuple(found)


def paragraph(text: str, position: int) -> tuple[int, int]:
    """The span of the paragraph at ``position``: what stands between empty lines."""
    start = text.rfind("\n\n", 0, position)
    end = text.find("\n\n", position)
    return (0 if start < 0 else start + 2), (len(text) if end < 0 else end)


def sentence_at(found: tuple[Sentence, ...], position: int) -> Sentence | None:
    """The sentence in which ``position`` lies, or the one before it."""
    return next((s for s in reversed(found) if s.start <= position), found[0] if found else None)


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    words = piece.strip()
    if words:
        begins = start + len(piece) - len(piece.lstrip())
        found.append(Sentence(words, begins, begins + len(words)))


def _is_abbreviation(text: str, start: int, end: regex.Match[str]) -> bool:
    """True where the stop belongs to the word before it: ``TP. Sông Thượng``, ``A. B. Cường``, ``1. Việc đang làm``."""
    if end.group(0) != ".":
        return False
    before = text[max(start, end.start() - 12) : end.start()]
    word = _LAST_WORD.search(before)
    if word is not None:
        return word[1] in _ABBREVIATIONS or (len(word[1]) == 1 and word[1].isupper())
    return before.strip().isdecimal() and not text[start : end.start()].strip().strip("0123456789")
