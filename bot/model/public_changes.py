"""Where a copy differs from a published text: by sentences, then by words. Bounded, whatever is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.model.difference import Change, Stretch
from bot.model.public_text import passages

MOST_PASSAGES = 2_000
"""Sentences of a copy that are compared."""

MOST_WORDS = 400
"""A longer stretch of changed sentences is shown whole, not word by word: comparing takes the square of its length."""


@dataclass(frozen=True, slots=True)
class Changes:
    """``places`` are the sentences that differ, in reading order; ``kept`` is the share of the words kept, 0 to 1."""

    places: tuple[tuple[Stretch, ...], ...]
    kept: float


def changes(published: str, copy: str) -> Changes:
    """What the copy leaves out of the published text (removed), and what it puts in (added)."""
    before, after = passages(published), passages(copy)[:MOST_PASSAGES]
    places: list[tuple[Stretch, ...]] = []
    kept = 0
    # The published text is the second sequence: what costs time is how often its own parts repeat, not the sender's.
    for what, a, b, c, d in SequenceMatcher(None, after, before, autojunk=False).get_opcodes():
        if what == "equal":
            kept += sum(map(_length, before[c:d]))
            continue
        place = _word_by_word(" ".join(before[c:d]).split(" "), " ".join(after[a:b]).split(" "))
        kept += sum(_length(s.text) for s in place if s.change is Change.SAME)
        if any(s.change is not Change.SAME for s in place):
            places.append(place)
    total = sum(map(_length, before))
    return Changes(tuple(places), kept / total if total else 0.0)


def _word_by_word(before: Sequence[str], after: Sequence[str]) -> tuple[Stretch, ...]:
    if max(len(before), len(after)) > MOST_WORDS:
        return _stretches([(Change.REMOVED, before), (Change.ADDED, after)])
    found: list[tuple[Change, Sequence[str]]] = []
    for what, a, b, c, d in SequenceMatcher(None, after, before, autojunk=False).get_opcodes():
        if what == "equal":
            found.append((Change.SAME, before[c:d]))
        else:
            found += [(Change.REMOVED, before[c:d]), (Change.ADDED, after[a:b])]
    return _stretches(found)


def _stretches(found: Sequence[tuple[Change, Sequence[str]]]) -> tuple[Stretch, ...]:
    return tuple(Stretch(change, text) for change, words in found if (text := " ".join(words)))


def _length(words: str) -> int:
    return words.count(" ") + 1 if words else 0
