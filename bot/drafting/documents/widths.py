"""How wide a line of Times New Roman Bold comes out: the rules of Annex I are measured by the line above them.

The widths are those of Times-Bold in Adobe's core font metrics, which Times New Roman and Liberation Serif share.
"""

from __future__ import annotations

import unicodedata
from types import MappingProxyType

_MM_A_POINT = 25.4 / 72
_WIDTHS = MappingProxyType(
    {
        letter: ems
        for ems, letters in (
            (0.25, " .,"),
            (0.278, "il"),
            (0.333, "t-;:()"),
            (0.389, "sI"),
            (0.444, "cer"),
            (0.556, "bdđhknpquS"),
            (0.611, "P"),
            (0.667, "BELTZ"),
            (0.722, "ACDĐNRUVXYw"),
            (0.778, "GHKOQ"),
            (0.833, "m"),
            (0.944, "M"),
            (1.0, "W…"),
        )
        for letter in letters
    }
)
_OTHER = 0.5
"""Small letters and figures that are not named above."""


def width_mm(words: str, size: float) -> float:
    """The width of ``words`` in one line at ``size`` points. Accents and horns take no room of their own."""
    bare = (unicodedata.normalize("NFD", letter)[0] for letter in unicodedata.normalize("NFC", words))
    return sum(_WIDTHS.get(letter, _OTHER) for letter in bare) * size * _MM_A_POINT


def last_line_mm(words: str, size: float, room_mm: float) -> float:
    """The width of the last line that ``words`` take in a column of ``room_mm``."""
    line = ""
    for word in words.rpartition("\n")[2].split(" "):
        longer = f"{line} {word}" if line else word
        line = longer if not line or width_mm(longer, size) <= room_mm else word
    return min(width_mm(line, size), room_mm)
