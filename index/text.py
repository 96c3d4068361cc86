"""Texts as the index sees them: cleaned, cut, folded. Pure functions over strings; nothing here ever raises.

Folding takes a text to lower-case ASCII syllables ("Ngộ độc" → "ngo doc"), the space in which a post typed without
diacritics and a headline with them meet.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_CHARACTERS: Final = 700
"""How much of an alert is compared: about 200 tokens, 130 ms of encoding. News and posts say what it is about first."""

_SCANNED: Final = 6_000  # characters looked at before cutting: bounds the work on a text of any length
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SEPARATING: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_JOINING: Final = "Cf"  # zero-width characters, direction marks, soft hyphens: they stand inside words
_WORD: Final = re.compile(r"[^\W_]+")
_SYLLABLE: Final = re.compile(r"[a-z0-9]+")
_SPACES: Final = re.compile(r"\s+")
_WITHOUT_DECOMPOSITION: Final = str.maketrans({"đ": "d", "Đ": "D"})
_USUAL: Final = 0x2FFF  # beyond are thousands of signs that would only fill memory
_MARKS: Final = re.compile("[\u0300-\u036f]+")


class _Visible(dict[int, int | str]):
    """For `str.translate`: what stands for a character once the invisible is gone; the usual ones are remembered."""

    def __missing__(self, character: int) -> int | str:
        category = unicodedata.category(chr(character))
        shown = " " if category in _SEPARATING else "" if category == _JOINING else character
        if character <= _USUAL:
            self[character] = shown
        return shown


_VISIBLE: Final = _Visible()


def clean(text: str) -> str:
    """The text without addresses, controls, lone surrogates and invisible characters, in NFC, single-spaced."""
    scanned = _ADDRESS.sub(" ", text[:_SCANNED].translate(_VISIBLE))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", scanned)).strip()


def passage(title: str, summary: str, text: str) -> str:
    """The one text that stands for an alert: title, summary, text, without repetitions, cut to `MAX_CHARACTERS`."""
    whole = ""
    for part in (clean(title), clean(summary), clean(text)):
        if not part or part in whole:
            continue
        # A feed that has no title of its own sends the text's first words as one.
        whole = part if whole and part.startswith(whole.rstrip(".… ")) else f"{whole}. {part}" if whole else part
    return whole[:MAX_CHARACTERS]


def fold(text: str) -> str:
    """The text in lower-case without diacritics; letters of other scripts stay as they are."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_WITHOUT_DECOMPOSITION))).lower()


def syllables(text: str) -> list[tuple[str, str]]:
    """The Latin syllables and numbers of a text in order, each folded and as it was written."""
    folded = ((fold(word), word) for word in _WORD.findall(text))
    return [(syllable, word) for syllable, word in folded if _SYLLABLE.fullmatch(syllable)]


def is_syllable(word: str) -> bool:
    """Whether a run of letters and digits is Latin once folded."""
    return _SYLLABLE.fullmatch(fold(word)) is not None


def has_letters(text: str) -> bool:
    """Whether there is a letter of any script in the text."""
    return any(character.isalpha() for character in text)
