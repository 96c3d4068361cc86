"""Words as they are compared: lower-case Latin letters without diacritics, as every keyboard has them."""

from __future__ import annotations

import unicodedata


def plain_latin(word: str) -> str:
    """A word in lower-case letters without diacritics."""
    letters = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
