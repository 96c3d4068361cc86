"""Words as they are compared: without case and diacritics, as every keyboard has their letters."""

from __future__ import annotations

import unicodedata


def plain_latin(text: str) -> str:
    """``text`` in lower-case letters without diacritics: ``Đập Đá`` → ``dap da``.

    Spaces and punctuation stay. Case is folded as Unicode says (``ß`` → ``ss``); letters of other scripts stay letters.
    """
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
