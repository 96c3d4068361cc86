"""How long each form of a statement may be: what is made keeps to it where it can, what people write must."""

from __future__ import annotations

from dataclasses import dataclass

TEXT_LIMIT = 2_800
"""Code points of the longest full text: with the facts around it, it still fits one Telegram message (4,096)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """``aim``: what a made text keeps to by leaving optional sentences out. ``most``: what nobody may exceed.

    ``in_words`` False counts characters.
    """

    aim: int
    most: int
    in_words: bool = False

    def length(self, text: str) -> int:
        """The length of ``text`` as this limit counts it."""
        return len(text.split()) if self.in_words else len(text)


LIMITS = {
    "full": Limit(TEXT_LIMIT, TEXT_LIMIT),
    "short": Limit(600, 600),
    "spoken": Limit(90, 160, in_words=True),
    "loudspeaker": Limit(80, 160, in_words=True),
}
"""By variant. Thirty seconds of Vietnamese are some 75 to 90 words; a loudspeaker is heard for 80 (domain.md §3.2).

A text read aloud must carry every confirmed fact, so it may be longer than it should be: then its writer is told.
"""


def limit_of(key: str) -> Limit:
    """The limit of the text ``lang/variant``."""
    return LIMITS[key.partition("/")[2]]
