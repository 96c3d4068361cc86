"""A text as it is read, and where each of its letters stands in the text as it was written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from bot.drafting.lint.letters import TONES, is_mark, is_unseen, seen_as

_SPELT_OUT: Final = regex.compile(r"(?<!\w)\p{L}(?:[ ._*·-]\p{L}){3,60}(?!\w)")
"""Letters set apart, as in "p h ả n": four of them or more are one word."""

_ZERO: Final = regex.compile(r"(?<=\p{Ll})0(?=\p{Ll})")
"""A nought inside a word is an o."""


@dataclass(frozen=True, slots=True)
class Normal:
    """``text`` is what is matched; ``starts`` and ``ends`` say where each of its characters stands in the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original for a span of ``text`` that is not empty."""
        return self.starts[start], self.ends[end - 1]


def normal(text: str) -> Normal:
    """``text`` as it is read: composed letters, one space for any white space, tones in one place, no tricks."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        for letter in seen_as(text[start:end]):
            shown = letter
            if letter.isspace():
                shown = "\n" if letter in "\n\r\v\f\u2028\u2029\x85" else " "
                if letters and letters[-1] in " \n":
                    letters[-1] = "\n" if "\n" in (shown, letters[-1]) else " "
                    ends[-1] = end
                    continue
            letters.append(shown)
            starts.append(start)
            ends.append(end)
    kept = _kept("".join(letters))
    joined = spelling(_ZERO.sub("o", "".join(letters[position] for position in kept)))
    return Normal(joined, tuple(starts[position] for position in kept), tuple(ends[position] for position in kept))


@lru_cache(maxsize=4096)
def spelling(text: str) -> str:
    """``text`` with one way of writing what has two, character for character: hòa and hoà, thủy and thuỷ, kỹ and kĩ.

    The tone of oa, oe, uy is put on the second vowel; y alone behind h, k, l, m, s, t becomes i.
    """
    moved = _TONE_FIRST.sub(lambda found: _MOVED[found[0]], text)
    return _Y_ALONE.sub(lambda found: found[1] + _I_FOR_Y[found[2]], moved)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Each character together with the combining and invisible ones behind it; invisible ones at the very start too."""
    start = 0
    seen = False
    for position, character in enumerate(text):
        joins = is_mark(character) or is_unseen(character)
        if not joins and seen:
            yield start, position
            start = position
        seen = seen or not joins
    if start < len(text):
        yield start, len(text)


def _kept(text: str) -> list[int]:
    """The positions that stay when letters set apart are moved together."""
    dropped: set[int] = set()
    for found in _SPELT_OUT.finditer(text):
        dropped.update(position for position in range(found.start(), found.end()) if not text[position].isalpha())
    return [position for position in range(len(text)) if position not in dropped]


def _toned(letter: str, tone: str) -> str:
    return unicodedata.normalize("NFC", letter + tone)


def _pairs() -> Iterator[tuple[str, str]]:
    for first, second in ("oa", "oe", "uy"):
        for one in (first, first.upper()):
            for other in (second, second.upper()):
                for tone in TONES:
                    yield _toned(one, tone) + other, one + _toned(other, tone)


_MOVED: Final = dict(_pairs())
_TONE_FIRST: Final = re.compile("|".join(_MOVED))
_I_FOR_Y: Final = {_toned(y, tone): _toned(i, tone) for y, i in (("y", "i"), ("Y", "I")) for tone in ("", *TONES)}
_Y_ALONE: Final = regex.compile(rf"(?<!\p{{L}})([hklmstHKLMST])([{''.join(_I_FOR_Y)}])(?!\p{{L}})")
