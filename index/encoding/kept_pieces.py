"""Which of the model's 250,002 word pieces the offline folder keeps.

Measured with tokenizers 0.23: the full vocabulary takes 285 MB of memory before a single text is read, a third of all
that the process may use. Kept are the scripts written in Viet Nam and its neighbourhood (Latin, Han, Kana, Hangul,
Thai, Lao, Khmer, Burmese, Cham), everything without letters (digits, emoji, punctuation), and every single
character: 150 MB. A text in another script is still read, letter by letter, and understood less well.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

_SCRIPTS: Final = frozenset(
    {"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR"}
    # Vietnamese Cham, and marks that stand beside any script: the first words of their Unicode names
    | {"CHAM", "COMBINING", "MODIFIER", "FULLWIDTH", "HALFWIDTH", "MASCULINE", "FEMININE", "VARIATION", "CARON"}
)


def kept(pieces: Sequence[str]) -> list[int]:
    """The indices of the pieces to keep, in order; the special ones are Latin and so among them."""
    return [index for index, piece in enumerate(pieces) if _is_kept(piece)]


def _is_kept(piece: str) -> bool:
    if len(piece.strip("▁")) <= 1:
        return True
    return all(_script(character) in _SCRIPTS for character in piece if _is_letter(character))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def _script(character: str) -> str:
    return unicodedata.name(character, "UNNAMED").split()[0].split("-")[0]
