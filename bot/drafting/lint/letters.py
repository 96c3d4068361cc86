"""One letter as a reader sees it: look-alikes of other scripts, fullwidth and styled letters, foreign marks.

What is shown as "đ" is read as "đ", whichever of the dozens of code points it is. The table of look-alikes is Unicode's
(UTS #39, by ``confusable-homoglyphs``); it is completed by letters that only resemble in handwriting or small capitals.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import combinations
from typing import Final

from confusable_homoglyphs.confusables import confusables_data

TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
"""Grave, acute, tilde (ngã), hook above (hỏi), dot below."""

MARKS: Final = TONES + "\u0302\u0306\u031b"
"""The marks of Vietnamese: the tones, circumflex, breve and horn."""

_HOOK, _TILDE = "\u0309", "\u0303"

_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that leave no mark though Unicode counts them as letters, marks or symbols."""

_COLOURED: Final = "\ufe0f"

_RESEMBLING: Final = dict(
    zip(
        "кмтнвпигьзэ" + "κτχηωβγεσμλπ" + "ĸʀʏƙɓɗɖðƌꬲɩɡʋ" + "КМТНВПИГ" + "ÐƉƋ" + "ıȷ",
        "kmthbnurb3e" + "ktxnwbyeouan" + "kryk" + "bđđđđeigv" + "KMTHBNUR" + "ĐĐĐ" + "ij",
        strict=True,
    )
)


@lru_cache(maxsize=8192)
def seen_as(cluster: str) -> str:
    """What a reader sees in one letter with its marks: composed letters of Vietnamese and ASCII, or nothing.

    Args:
        cluster: one character and whatever combining or invisible characters follow it.
    """
    seen = "".join(c for c in unicodedata.normalize("NFKC", cluster) if not is_unseen(c))
    letters: list[str] = []
    for character in unicodedata.normalize("NFD", seen):
        if is_mark(character):
            if character in MARKS and letters:
                composed = unicodedata.normalize("NFC", letters[-1] + character)
                if len(composed) == 1:  # a mark that this letter cannot carry is paint
                    letters[-1] = composed
            continue
        letters.extend(_plain(character))
    return "".join(letters)


def is_unseen(character: str) -> bool:
    """True for what takes no room on a screen: format and control characters, variation selectors, fillers."""
    if character in "\n\t\r\v\f":
        return False
    if character in _UNSEEN or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return True
    return unicodedata.category(character) in {"Cf", "Cc", "Cn", "Co", "Cs"}


def is_hidden(character: str, before: str) -> bool:
    """True for what whoever decides on a text would not notice in it, standing behind the character ``before``.

    The sign that asks for the coloured form of a symbol, as keyboards write it, is none; anywhere else it says nothing.
    """
    if character == _COLOURED and before and unicodedata.category(before) == "So":
        return False
    odd = character not in "\n\t" and unicodedata.category(character) in {"Cc", "Zl", "Zp"}
    return odd or is_unseen(character)


def is_mark(character: str) -> bool:
    """True for what is put upon the letter before it: tones, strokes, circles around it."""
    return unicodedata.category(character).startswith("M")


def variants(letter: str) -> str:
    """The forms in which people write ``letter`` carelessly: with some or all marks left out, hỏi and ngã exchanged."""
    base = {"đ": "d", "Đ": "D"}.get(letter)
    if base is not None:
        return letter + base
    decomposed = unicodedata.normalize("NFD", letter)
    bare, marks = decomposed[0], list(decomposed[1:])
    if not marks or not set(marks) <= set(MARKS):
        return letter
    exchanged = [{_HOOK: _TILDE, _TILDE: _HOOK}.get(mark, mark) for mark in marks]
    forms = {
        unicodedata.normalize("NFC", bare + "".join(chosen))
        for written in (marks, exchanged)
        for count in range(len(written) + 1)
        for chosen in combinations(written, count)
    }
    return letter + "".join(sorted(forms - {letter}))


def _plain(character: str) -> str:
    """A base character as ASCII or đ where it looks like one, a dash as "-", a digit as 0 to 9; else itself."""
    if character.isascii() or character in "đĐ":
        return character
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Pd" or character == "\u2212":
        return "-"
    if category == "Zs":
        return " "
    if character in _RESEMBLING:
        return _RESEMBLING[character]
    return _confusable(character) if category[0] == "L" else character


def _confusable(character: str) -> str:
    name = unicodedata.name(character, "")
    if name.startswith("LATIN LETTER SMALL CAPITAL ") and len(name) == 28:
        return name[-1].lower()
    for alike in confusables_data.get(character, ()):
        letters = alike["c"]
        if len(letters) == 1 and letters.isascii() and letters.isalpha():
            return str(letters)
    return character
