"""Personal data that can be seen mechanically: what must not stand in a text that is kept to learn from.

Names of people cannot be seen this way; whoever adds a text reads it for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_TELEPHONE_DIGITS: Final = range(9, 13)

# Money is written with points (84.000.000.000): a number that follows a point or comma is the rest of another one.
_TELEPHONE: Final = re.compile(r"(?<![\d.,])(?:\(?0\d{2,3}\)?|\(?\+84\)?|84(?=\d))(?:[ .-]?\d{2,4}){2,4}(?!\d)")

_KINDS: Final = (
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("a link", re.compile(r"https?://\S*|\bwww\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,6}/\S+|vn|com|net|org)\b", re.I)),
    ("an @name", re.compile(r"(?<![\w.])@\w{2,}")),
    ("an identity number", re.compile(r"(?<![\d.,])\d{3}(?: ?\d{3}){3}(?!\d)")),
)


def personal_data(text: str) -> Iterator[tuple[str, str]]:
    """What was found in a text, each as its kind and its words: ``("a telephone number", "0912 345 678")``."""
    rest = text
    for kind, pattern in _KINDS:
        for found in pattern.finditer(rest):
            yield kind, found.group(0)
        rest = pattern.sub(" · ", rest)
    for found in _TELEPHONE.finditer(rest):
        if sum(character.isdigit() for character in found.group(0)) in _TELEPHONE_DIGITS:
            yield "a telephone number", found.group(0)
