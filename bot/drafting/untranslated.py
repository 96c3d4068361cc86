"""Vietnamese words that stand in an English text: answers and titles go into it as people typed them.

They are known by letters that English has none of. Names of persons and places stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import pairwise

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_VOWELS = frozenset("aeiouy")
_SYLLABLE = 7
"""Letters of the longest syllable: "nghiêng"."""

_LETTERS = frozenset("ăâđêôơư")
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[ \u00a0]*(?:\d+[ \u00a0]*)*")
_MASK = "\uffff"


def vietnamese_words(text: str, names: Collection[str]) -> tuple[str, ...]:
    """Runs of Vietnamese words in ``text``, in order, each once; ``names`` are left out wherever they stand.

    A run may hold numbers ("tổ 3 và chợ"). A word without any Vietnamese letter ("cho") is not known for one.
    """
    text = unicodedata.normalize("NFC", text)
    for name in sorted({unicodedata.normalize("NFC", name) for name in names if name.strip()}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", _MASK, text, flags=re.IGNORECASE)
    runs: list[tuple[int, int]] = []
    for found in _WORD.finditer(text):
        if not _is_vietnamese(found[0]):
            continue
        if runs and _BETWEEN.fullmatch(text, runs[-1][1], found.start()):
            runs[-1] = (runs[-1][0], found.end())
        else:
            runs.append(found.span())
    return tuple(dict.fromkeys(text[start:end] for start, end in runs))


def _is_vietnamese(word: str) -> bool:
    """A syllable of Vietnamese: short, with a letter of its own or one tone upon a vowel ("El Niño" has neither)."""
    if len(word) > _SYLLABLE:
        return False
    parts = unicodedata.normalize("NFD", word.lower())
    toneless = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    if any(letter in _LETTERS for letter in toneless):
        return True
    tones = [vowel for vowel, mark in pairwise(parts) if mark in _TONES]
    return len(tones) == 1 and tones[0] in _VOWELS
