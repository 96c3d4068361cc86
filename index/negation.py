"""Which syllables of a text are denied: "Không có cháy ở chợ" does not speak of a fire.

A linear score adds up words, and "không" cannot take back what "cháy" has said. So a syllable within the reach of a
negation counts as a term of its own (Pang et al., Thumbs up? Sentiment classification using machine learning, 2002);
that "không … nước" is a crisis and "không … cháy" none is then learned from the examples.
"""

from __future__ import annotations

import re
from typing import Final

from index.text import is_syllable

NEGATIONS: Final = frozenset({"không", "khong", "chưa", "chẳng", "not", "nobody", "never"})
"""As written, for without diacritics "chua" is also a pagoda and to mend, and "no" to explode."""

REACH: Final = 4
"""How many syllables after it a negation denies; a comma or stop ends it sooner."""

_TOKEN: Final = re.compile(r"[^\W_]+|[.,;:!?…()\"“”–]")


def denials(text: str) -> list[bool]:
    """For every syllable of a text (`index.text.syllables`, abbreviations spelled out) whether it is denied."""
    found = []
    left = 0
    for token in _TOKEN.findall(text):
        if not token[0].isalnum():
            left = 0
        elif is_syllable(token):
            is_negation = token.lower() in NEGATIONS
            found.append(left > 0 and not is_negation)
            left = REACH if is_negation else left - 1
    return found
